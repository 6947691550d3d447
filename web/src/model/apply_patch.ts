// What a patch makes of the state. Pure; a patch for a room that is not there changes nothing.
import { type Arrival, isOfPassphrase, newRoom, type Problem, type Room, type State } from './state.ts';
import type { Item, Patch } from './ui_messages.ts';

/** Elements by a key: each of `changed` replaces its like or is added at the end. */
function merged<Element>(
  old: readonly Element[],
  changed: readonly Element[],
  keyOf: (element: Element) => string | number,
): readonly Element[] {
  const result = [...old];
  const places = new Map(result.map((element, index) => [keyOf(element), index]));
  for (const element of changed) {
    const place = places.get(keyOf(element));
    if (place === undefined) {
      places.set(keyOf(element), result.length);
      result.push(element);
    } else result[place] = element;
  }
  return result;
}

/** Items by rising seq; each of `added` replaces the one with its seq. Both are in order, and mostly apart. */
export function mergedItems(old: readonly Item[], added: readonly Item[]): readonly Item[] {
  const first = added[0];
  const last = added.at(-1);
  if (first === undefined || last === undefined) return old;
  if ((old.at(-1)?.seq ?? -1) < first.seq) return [...old, ...added];
  if (last.seq < (old[0]?.seq ?? Number.POSITIVE_INFINITY)) return [...added, ...old];
  return merged(old, added, (item) => item.seq).toSorted((one, other) => one.seq - other.seq);
}

function withItems(room: Room, added: readonly Item[]): Room {
  const tokens = new Set(added.filter((item) => item.author === room.facts.self).map((item) => item.token));
  const outbox = room.outbox.some((entry) => tokens.has(entry.token))
    ? room.outbox.filter((entry) => !tokens.has(entry.token))
    : room.outbox;
  return { ...room, items: mergedItems(room.items, added), outbox };
}

const kHiddenItemsMax = 300;
const kHiddenItemsKept = 200;

/** A room that is not on screen holds its newest items only; the core has the others. */
export function trimmed(room: Room): Room {
  if (room.items.length <= kHiddenItemsMax) return room;
  const more = room.history.more === null ? null : true;
  return { ...room, items: room.items.slice(-kHiddenItemsKept), history: { ...room.history, more } };
}

type RoomPatch = Extract<Patch, { readonly room: string }>;

function applyToRoom(room: Room, patch: RoomPatch): Room {
  switch (patch.is) {
    case 'room.renamed':
      return { ...room, facts: { ...room.facts, name: patch.name } };
    case 'room.state_changed': {
      const { is: _, ...changed } = patch;
      return { ...room, facts: { ...room.facts, ...changed } };
    }
    case 'room.unread_changed': {
      const { is: _, ...changed } = patch;
      return { ...room, facts: { ...room.facts, ...changed } };
    }
    case 'members.changed': {
      const members = new Map(room.members);
      for (const member of patch.members) members.set(member.member, member);
      return { ...room, members };
    }
    case 'items.added':
      return withItems(room, patch.items);
    case 'history.loaded': {
      // Asked for before the room was trimmed: it would leave a hole.
      if (patch.before !== null && patch.before !== room.items[0]?.seq)
        return { ...room, history: { more: true, loading: false } };
      return { ...withItems(room, patch.items), history: { more: patch.more, loading: false } };
    }
    case 'outbox.changed': {
      const refs = new Set(patch.entries.map((entry) => entry.ref));
      return {
        ...room,
        outbox: merged(room.outbox, patch.entries, (entry) => entry.token),
        sending: room.sending.filter((one) => !refs.has(one.ref)),
      };
    }
    case 'outbox.removed':
      return { ...room, outbox: room.outbox.filter((entry) => entry.token !== patch.token) };
    case 'invites.changed':
      return { ...room, invites: merged(room.invites, patch.invites, (invite) => invite.invite) };
    case 'invites.removed':
      return { ...room, invites: room.invites.filter((invite) => invite.invite !== patch.invite) };
    case 'connection.changed': {
      const { is: _, room: __, ...connection } = patch;
      return { ...room, connection };
    }
    case 'rotation.changed': {
      const { is: _, room: __, ...rotation } = patch;
      return { ...room, rotation };
    }
    case 'room.policy_changed': {
      const { is: _, room: __, ...policy } = patch;
      return { ...room, policy };
    }
    case 'alarm.raised':
      return { ...room, alarms: merged(room.alarms, [patch.alarm], (alarm) => alarm.alarm) };
    case 'alarm.removed':
      return { ...room, alarms: room.alarms.filter((alarm) => alarm.alarm !== patch.alarm) };
    default:
      return room;
  }
}

function withRoom(state: State, id: string, room: Room): State {
  return { ...state, rooms: new Map(state.rooms).set(id, room) };
}

function roomAdded(state: State, patch: Extract<Patch, { is: 'room.added' }>): State {
  const { is: _, ref, ...facts } = patch;
  const known = state.rooms.get(patch.room);
  const next = withRoom(state, patch.room, known === undefined ? newRoom(facts) : { ...known, facts });
  if (ref === null || (ref !== state.creating && ref !== state.joining?.ref)) return next;
  return {
    ...next,
    shown: patch.room,
    creating: ref === state.creating ? null : state.creating,
    joining: ref === state.joining?.ref ? null : state.joining,
  };
}

const kArrivalsMax = 4;

/** Invites that are used now and were not before. */
function withArrivals(state: State, room: Room, patch: Extract<Patch, { is: 'invites.changed' }>): State {
  const open = new Set(
    room.invites.filter(({ state }) => state === 'live' || state === 'publishing').map(({ invite }) => invite),
  );
  let id = state.arrivals.at(-1)?.id ?? 0;
  const added: Arrival[] = [];
  for (const { invite, used_by: member, state } of patch.invites)
    if (state === 'used' && member !== null && open.has(invite)) added.push({ id: ++id, room: patch.room, member });
  return added.length === 0 ? state : { ...state, arrivals: [...state.arrivals, ...added].slice(-kArrivalsMax) };
}

const kProblemsMax = 4;

function problem(state: State, patch: Extract<Patch, { is: 'problem' }>): State {
  const { code, room, ref, amount } = patch;
  const id = (state.problems.at(-1)?.id ?? 0) + 1;
  const next: State = {
    ...state,
    problems: [...state.problems, { id, code, room, amount }].slice(-kProblemsMax),
    creating: ref !== null && ref === state.creating ? null : state.creating,
    joining: ref !== null && ref === state.joining?.ref ? { ...state.joining, ref: null } : state.joining,
  };
  // A message that was not taken goes back to where it was written.
  const from = room === null ? undefined : state.rooms.get(room);
  const refused = from?.sending.find((one) => one.ref === ref);
  if (room === null || from === undefined || refused === undefined) return next;
  return withRoom(next, room, {
    ...from,
    sending: from.sending.filter((one) => one !== refused),
    draft: from.draft === '' ? refused.text : `${refused.text}\n${from.draft}`,
  });
}

/** What is not about a passphrase, which another may be tried for. */
export const withoutPassphrase = (problems: readonly Problem[]): readonly Problem[] =>
  problems.filter(({ code }) => !isOfPassphrase(code));

export function applyPatch(state: State, patch: Patch): State {
  switch (patch.is) {
    case 'vault.changed': {
      const vault = { state: patch.state, busy: patch.busy };
      if (patch.state === 'open' || patch.state === 'memory')
        return { ...state, vault, problems: withoutPassphrase(state.problems) };
      return { ...state, vault, rooms: new Map(), shown: null, announcements: [], arrivals: [] };
    }
    case 'passphrase.suggested':
      return { ...state, suggestion: { passphrase: patch.passphrase, bits: patch.bits } };
    case 'link.inspected': {
      const { is: _, ...preview } = patch;
      return state.joining === null ? state : { ...state, joining: { ...state.joining, preview } };
    }
    case 'problem':
      return problem(state, patch);
    case 'room.added':
      return roomAdded(state, patch);
    case 'room.removed': {
      const rooms = new Map(state.rooms);
      rooms.delete(patch.room);
      return { ...state, rooms, shown: state.shown === patch.room ? null : state.shown };
    }
    default: {
      const room = state.rooms.get(patch.room);
      if (room === undefined) return state;
      const next = applyToRoom(room, patch);
      const told = patch.is === 'invites.changed' ? withArrivals(state, room, patch) : state;
      return withRoom(told, patch.room, patch.room === state.shown ? next : trimmed(next));
    }
  }
}
