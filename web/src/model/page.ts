// What the page can be asked to do, and how it follows the core: the one place that sends intents.
import { announced } from './announce.ts';
import { applyPatch, trimmed, withoutPassphrase } from './apply_patch.ts';
import type { Client, ClientHandlers, ConnectClient, HostNotice } from './host.ts';
import { kInitialState, type Room, roomsAtStake, type SecondTab, type State } from './state.ts';
import { createStore, type Store } from './store.ts';
import { decodePatch, encodeIntent, UiCodecError } from './ui_codec.ts';
import type { Intent, Patch } from './ui_messages.ts';

const kHistoryStep = 60;
// Nothing is drawn by it: a colour that people choose helps who imitates them.
const kColour = 0;

/** How rooms are kept: under a passphrase, or not at all. */
export type Keep = { readonly passphrase: string } | null;

export class Page {
  readonly store: Store<State>;
  readonly #client: Client;
  #lastRef = 0;
  // Sent when the vault is there.
  #afterVault: Intent | null = null;
  // Set while lock or wipe is under way: then the worker ends, which wipes its memory.
  #ending = false;
  // The link that the page was opened with; looked at when rooms are known.
  #opened: string | null;

  constructor(connect: ConnectClient, opened: string | null) {
    this.store = createStore(kInitialState);
    this.#opened = opened;
    const handlers: ClientHandlers = {
      patch: (bytes) => this.#decode(bytes),
      notice: (notice) => this.#notice(notice),
      asked: (link) => {
        if (link !== null) this.open(link);
        return roomsAtStake(this.#state);
      },
    };
    this.#client = connect(handlers);
  }

  get #state(): State {
    return this.store.get();
  }

  #change(part: Partial<State>): void {
    this.store.set({ ...this.#state, ...part });
  }

  #changeRoom(id: string, part: Partial<Room>): void {
    const room = this.#state.rooms.get(id);
    if (room !== undefined) this.#change({ rooms: new Map(this.#state.rooms).set(id, { ...room, ...part }) });
  }

  #send(intent: Intent): void {
    this.#client.send(encodeIntent(intent));
  }

  #ref(): number {
    this.#lastRef += 1;
    return this.#lastRef;
  }

  #notice(notice: HostNotice): void {
    if (notice.is === 'ready') {
      const { problems } = this.#state;
      this.store.set({ ...kInitialState, phase: { is: 'running' }, problems, linkWaits: this.#opened !== null });
      this.#send({ is: 'client.start', origin: notice.origin });
    } else if (notice.is === 'second_tab') {
      this.store.set({ ...kInitialState, phase: { is: 'second_tab', passedOn: false, confirming: null } });
      void this.#passOn();
    } else this.#change({ phase: notice });
  }

  /** What is no patch means that page and core are not of one build: nothing after it can be trusted. */
  #decode(bytes: Uint8Array): void {
    let patch: Patch;
    try {
      patch = decodePatch(bytes);
    } catch (error) {
      if (!(error instanceof UiCodecError)) throw error;
      this.#change({ phase: { is: 'failed', reason: 'crashed' } });
      return;
    }
    this.#receive(patch);
  }

  #receive(patch: Patch): void {
    const before = this.#state;
    this.store.set({ ...applyPatch(before, patch), announcements: announced(before, patch) });
    if (patch.is === 'vault.changed' && !patch.busy) this.#vaultChanged(patch);
    if (patch.is === 'problem' && this.#afterVault !== null) {
      this.#afterVault = null;
      this.#change({ creating: null, joining: this.#state.joining && { ...this.#state.joining, ref: null } });
    }
    if (before.joining !== null && this.#state.joining === null) this.#inspectOpened();
    const shown = this.#state.shown;
    if (shown === null) return;
    const stateIn = (state: State): string | undefined => state.rooms.get(shown)?.facts.state;
    if (shown !== before.shown) this.show(shown);
    else if (stateIn(before) !== stateIn(this.#state)) this.#needHistory(shown);
  }

  #vaultChanged({ state }: Extract<Patch, { is: 'vault.changed' }>): void {
    if (this.#ending && (state === 'absent' || state === 'locked')) {
      this.#ending = false;
      this.#client.restart();
      return;
    }
    if ((state === 'open' || state === 'memory') && this.#afterVault !== null) {
      const intent = this.#afterVault;
      this.#afterVault = null;
      this.#send(intent);
    }
    this.#inspectOpened();
  }

  /**
   * A link that the page was opened with is looked at as soon as the core knows which rooms there are, and not in the
   * middle of a join, or of locking.
   */
  #inspectOpened(): void {
    const state = this.#state.vault?.state;
    if (this.#ending || (this.#state.joining !== null && this.#state.joining.ref !== null)) return;
    if (this.#opened === null || (state !== 'absent' && state !== 'open' && state !== 'memory')) return;
    const link = this.#opened;
    this.#opened = null;
    this.inspect(link);
  }

  /** A link was opened while the page is there. */
  open(link: string): void {
    this.#opened = link;
    if (this.#state.phase.is === 'second_tab') {
      void this.#passOn();
      return;
    }
    this.#change({ linkWaits: true });
    this.#inspectOpened();
  }

  // ---- another tab has the rooms

  #changeSecondTab(part: Partial<SecondTab>): void {
    const { phase } = this.#state;
    if (phase.is === 'second_tab') this.#change({ phase: { ...phase, ...part } });
  }

  /** Hands the link to the tab that has the rooms. It is kept: this tab may still take over. */
  async #passOn(): Promise<void> {
    if (this.#opened === null) return;
    this.#changeSecondTab({ passedOn: false });
    const rooms = await this.#client.askHolder(this.#opened);
    this.#changeSecondTab({ passedOn: rooms !== null });
  }

  /** Takes the rooms from the other tab, after a question if some would be lost. */
  async takeOver(): Promise<void> {
    const rooms = await this.#client.askHolder(null);
    if (rooms === 0) this.confirmTakeOver();
    else this.#changeSecondTab({ confirming: { rooms } });
  }

  confirmTakeOver(): void {
    this.#changeSecondTab({ confirming: null });
    if (this.#state.phase.is === 'second_tab') this.#client.takeOver();
  }

  cancelTakeOver(): void {
    this.#changeSecondTab({ confirming: null });
  }

  /** Sends an intent when rooms are kept as asked. */
  #withVault(keep: Keep, intent: Intent): void {
    const now = this.#state.vault?.state;
    if (now === 'open' || (now === 'memory' && keep === null)) {
      this.#send(intent);
      return;
    }
    this.#afterVault = intent;
    this.#clearPassphrase();
    this.#send(keep === null ? { is: 'vault.memory' } : { is: 'vault.create', passphrase: keep.passphrase });
  }

  // ---- vault

  unlock(passphrase: string): void {
    this.#clearPassphrase();
    this.#send({ is: 'vault.open', passphrase });
  }

  /** Keeps the rooms that are in memory. */
  keep(passphrase: string): void {
    this.#clearPassphrase();
    this.#send({ is: 'vault.create', passphrase });
  }

  /** Another passphrase is tried. */
  #clearPassphrase(): void {
    this.#change({ problems: withoutPassphrase(this.#state.problems) });
  }

  suggestPassphrase(): void {
    this.#send({ is: 'passphrase.suggest' });
  }

  lock(): void {
    this.#ending = true;
    this.#send({ is: 'vault.lock' });
  }

  wipe(): void {
    this.#ending = true;
    this.#send({ is: 'vault.wipe' });
  }

  restart(): void {
    this.#client.restart();
  }

  // ---- rooms

  create(name: string, nickname: string, keep: Keep): void {
    const ref = this.#ref();
    this.#change({ creating: ref });
    this.#withVault(keep, { is: 'room.create', ref, name, nickname, colour: kColour });
  }

  /** Looks at a link; nothing of it is used before `join`. */
  inspect(link: string): void {
    this.#change({ joining: { link, preview: null, ref: null }, linkWaits: false });
    this.#send({ is: 'link.inspect', link });
  }

  join(nickname: string, keep: Keep): void {
    const joining = this.#state.joining;
    if (joining === null) return;
    const ref = this.#ref();
    this.#change({ joining: { ...joining, ref } });
    this.#withVault(keep, { is: 'room.join', ref, link: joining.link, nickname, colour: kColour });
  }

  dismissLink(): void {
    this.#change({ joining: null });
    this.#inspectOpened();
  }

  /** Brings a room on screen, or the start screen. */
  show(id: string | null): void {
    const left = this.#state.shown;
    const room = id === null ? undefined : this.#state.rooms.get(id);
    this.#change({ shown: room === undefined ? null : id, announcements: [] });
    const before = left === null || left === id ? undefined : this.#state.rooms.get(left);
    if (left !== null && before !== undefined) this.#changeRoom(left, trimmed(before));
    if (id === null || room === undefined) return;
    this.#changeRoom(id, { unreadMark: room.facts.unread > 0 ? (room.facts.read ?? 0) : null });
    this.#needHistory(id);
  }

  /** The next room in the list, or the one before. */
  showNext(order: readonly Room[], step: 1 | -1): void {
    const at = order.findIndex((room) => room.facts.room === this.#state.shown);
    const next = order[(at + step + order.length) % order.length];
    if (next !== undefined) this.show(next.facts.room);
  }

  leave(room: string): void {
    this.#send({ is: 'room.leave', room });
  }

  forget(room: string): void {
    this.#send({ is: 'room.forget', room });
  }

  rotateKey(room: string): void {
    this.#send({ is: 'room.rotate_key', room });
  }

  // ---- who may be in a room

  /** All or none, and the room gets a new key. */
  removeMembers(room: string, members: readonly string[]): void {
    this.#send({ is: 'room.remove_members', room, members });
  }

  setRole(room: string, member: string, role: 'admin' | 'member'): void {
    this.#send({ is: 'room.set_role', room, member, role });
  }

  transfer(room: string, member: string): void {
    this.#send({ is: 'room.transfer', room, member });
  }

  /** Whether anybody can be let in. */
  setJoinsOpen(room: string, open: boolean): void {
    this.#send({ is: 'room.set_policy', room, rotate_every: null, max_members: null, joins_open: open });
  }

  /** For everybody, and for good. */
  closeRoom(room: string): void {
    this.#send({ is: 'room.destroy', room });
  }

  // ---- messages

  setDraft(room: string, draft: string): void {
    this.#changeRoom(room, { draft });
  }

  /** Sends the draft. Until the core has it, it is kept as `sending`. */
  sendDraft(id: string): void {
    const room = this.#state.rooms.get(id);
    const text = room?.draft.trim() ?? '';
    if (room === undefined || text === '') return;
    const ref = this.#ref();
    this.#changeRoom(id, { draft: '', sending: [...room.sending, { ref, text }], unreadMark: null });
    this.#send({ is: 'message.send', room: id, ref, text });
  }

  retry(room: string, token: string): void {
    this.#send({ is: 'message.retry', room, token });
  }

  discard(room: string, token: string): void {
    this.#send({ is: 'message.discard', room, token });
  }

  /** The newest item is on screen and the person is there. */
  read(id: string): void {
    const room = this.#state.rooms.get(id);
    const newest = room?.items.at(-1)?.seq;
    if (room === undefined || newest === undefined || newest <= (room.facts.read ?? -1)) return;
    // At once, so that a second look asks nothing again; the core's answer follows.
    this.#changeRoom(id, { facts: { ...room.facts, read: newest, unread: 0 } });
    this.#send({ is: 'room.read', room: id, seq: newest });
  }

  #needHistory(id: string): void {
    const room = this.#state.rooms.get(id);
    const readable = room !== undefined && ['live', 'left', 'stopped'].includes(room.facts.state);
    if (readable && room.history.more === null) this.#history(id, null);
  }

  /** Asks for what lies above the oldest item held. */
  older(id: string): void {
    const room = this.#state.rooms.get(id);
    if (room?.history.more === true) this.#history(id, room.items[0]?.seq ?? null);
  }

  #history(id: string, before: number | null): void {
    const room = this.#state.rooms.get(id);
    if (room === undefined || room.history.loading) return;
    this.#changeRoom(id, { history: { ...room.history, loading: true } });
    this.#send({ is: 'history.before', room: id, before, count: kHistoryStep });
  }

  // ---- invites, connection, alarms, problems

  invite(room: string, expiresSeconds: number): void {
    this.#send({ is: 'invite.create', room, ref: this.#ref(), expires_s: expiresSeconds });
  }

  revoke(room: string, invite: string): void {
    this.#send({ is: 'invite.revoke', room, invite });
  }

  /** The person or the device thinks that connecting may work now. */
  reconnect(room: string | null): void {
    if (this.#isOpen()) this.#send({ is: 'connection.retry', room });
  }

  suspend(): void {
    if (this.#isOpen()) this.#send({ is: 'connection.suspend' });
  }

  #isOpen(): boolean {
    const state = this.#state.vault?.state;
    return this.#state.phase.is === 'running' && (state === 'open' || state === 'memory');
  }

  dismissAlarm(room: string, alarm: number): void {
    this.#send({ is: 'alarm.dismiss', room, alarm });
  }

  dismissArrival(id: number): void {
    this.#change({ arrivals: this.#state.arrivals.filter((arrival) => arrival.id !== id) });
  }

  dismissProblem(id: number): void {
    this.#change({ problems: this.#state.problems.filter((problem) => problem.id !== id) });
  }
}
