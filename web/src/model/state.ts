// Everything that the page shows. Values are never changed in place.
import type { FailedReason, UnsupportedReason } from './host.ts';
import type { Alarm, Invite, Item, Member, OutboxEntry, Patch, VaultState } from './ui_messages.ts';

type Of<Name extends Patch['is']> = Extract<Patch, { is: Name }>;
type Fields<Name extends Patch['is']> = Omit<Of<Name>, 'is'>;

export type RoomFacts = Omit<Fields<'room.added'>, 'ref'>;
export type Connection = Omit<Fields<'connection.changed'>, 'room'>;
export type Policy = Omit<Fields<'room.policy_changed'>, 'room'>;
export type Rotation = Omit<Fields<'rotation.changed'>, 'room'>;
export type LinkPreview = Fields<'link.inspected'>;

/** A message that the person sent and that has not been seen in `outbox.changed` yet. */
export interface Sending {
  readonly ref: number;
  readonly text: string;
}

export interface Room {
  readonly facts: RoomFacts;
  /** By member id, in the order in which they came. */
  readonly members: ReadonlyMap<string, Member>;
  /** By rising seq. */
  readonly items: readonly Item[];
  readonly outbox: readonly OutboxEntry[];
  readonly sending: readonly Sending[];
  readonly invites: readonly Invite[];
  readonly alarms: readonly Alarm[];
  readonly connection: Connection | null;
  readonly rotation: Rotation | null;
  readonly policy: Policy | null;
  /** `more` is null until the first history has come. */
  readonly history: { readonly more: boolean | null; readonly loading: boolean };
  readonly draft: string;
  /** `read` when the room came on screen: the unread marker stands after it. */
  readonly unreadMark: number | null;
}

export interface Problem {
  readonly id: number;
  readonly code: Fields<'problem'>['code'];
  readonly room: string | null;
  readonly amount: number | null;
}

/** Another tab has the rooms. */
export interface SecondTab {
  readonly is: 'second_tab';
  /** The link that was opened here is shown there. */
  readonly passedOn: boolean;
  /** Taking the rooms has to be confirmed: so many are lost for good, or an unknown number. */
  readonly confirming: { readonly rooms: number | null } | null;
}

/** Somebody used an invite that was made here. */
export interface Arrival {
  readonly id: number;
  readonly room: string;
  readonly member: string;
}

/** Problems that are told at the field of the passphrase. */
export const isOfPassphrase = (code: Problem['code']): boolean =>
  code === 'passphrase_wrong' || code === 'passphrase_short' || code === 'vault_cost';

/** How far the host is. */
export type Phase =
  | { readonly is: 'loading'; readonly loaded: number; readonly total: number }
  | { readonly is: 'unsupported'; readonly reason: UnsupportedReason }
  | SecondTab
  | { readonly is: 'failed'; readonly reason: FailedReason }
  | { readonly is: 'running' };

/** The link that the person may join with. */
export interface Joining {
  readonly link: string;
  readonly preview: LinkPreview | null;
  /** Set from pressing Join until the room is there or a problem came. */
  readonly ref: number | null;
}

/** What is said by the polite live region; the number makes equal texts differ. */
export interface Announcement {
  readonly id: number;
  readonly is: 'message' | 'many';
  readonly author: string | null;
  readonly text: string;
  readonly count: number;
}

export interface State {
  readonly phase: Phase;
  readonly vault: { readonly state: VaultState; readonly busy: boolean } | null;
  readonly suggestion: { readonly passphrase: string; readonly bits: number } | null;
  readonly rooms: ReadonlyMap<string, Room>;
  /** Room id on screen; null: the start screen. */
  readonly shown: string | null;
  readonly joining: Joining | null;
  /** The page was opened with an invite link, which is looked at when the vault is open. */
  readonly linkWaits: boolean;
  /** `ref` of a room.create under way. */
  readonly creating: number | null;
  readonly problems: readonly Problem[];
  readonly arrivals: readonly Arrival[];
  readonly announcements: readonly Announcement[];
}

export const kInitialState: State = {
  phase: { is: 'loading', loaded: 0, total: 0 },
  vault: null,
  suggestion: null,
  rooms: new Map(),
  shown: null,
  joining: null,
  linkWaits: false,
  creating: null,
  problems: [],
  arrivals: [],
  announcements: [],
};

export function newRoom(facts: RoomFacts): Room {
  return {
    facts,
    members: new Map(),
    items: [],
    outbox: [],
    sending: [],
    invites: [],
    alarms: [],
    connection: null,
    rotation: null,
    policy: null,
    history: { more: null, loading: false },
    draft: '',
    unreadMark: null,
  };
}

/** Whether somebody is a member now: others stay known because the log names them. */
export const isThere = (member: Member): boolean => member.state !== 'left' && member.state !== 'removed';

/** How many rooms end with this tab, since they are in memory only. */
export function roomsAtStake(state: State): number {
  if (state.phase.is !== 'running' || state.vault?.state !== 'memory') return 0;
  return [...state.rooms.values()].filter((room) => room.facts.state !== 'declined').length;
}

/** Whether something is lost when this tab closes. */
export function wouldLose(state: State): boolean {
  if (state.phase.is !== 'running') return false;
  const unstored = ({ draft, sending, outbox }: Room): boolean =>
    draft.trim() !== '' || sending.length > 0 || outbox.some((entry) => entry.state === 'storing');
  return roomsAtStake(state) > 0 || [...state.rooms.values()].some(unstored);
}

/** The room is not seen before the join is done. */
export const isJoining = ({ facts: { state } }: Room): boolean =>
  state === 'requesting' || state === 'waiting' || state === 'verifying';

/** Rooms as they are listed: newest message first, rooms without one in front. */
export function listedRooms(state: State): readonly Room[] {
  const rank = (room: Room): number => room.facts.newest_at ?? Number.MAX_SAFE_INTEGER;
  return [...state.rooms.values()].sort((one, other) => rank(other) - rank(one));
}
