import { describe, expect, test } from 'vitest';
import { applyPatch, mergedItems } from '../../src/model/apply_patch.ts';
import { kInitialState, type State } from '../../src/model/state.ts';
import type { Item, OutboxEntry, Patch } from '../../src/model/ui_messages.ts';
import { added, entry, item, kOther, kRoom, kSelf, member } from './fixtures.ts';

const apply = (patches: readonly Patch[], state: State = kInitialState): State => patches.reduce(applyPatch, state);
const open: Patch = { is: 'vault.changed', state: 'open', busy: false };
const roomOf = (state: State) => {
  const room = state.rooms.get(kRoom);
  if (room === undefined) throw new Error('the room is not there');
  return room;
};
const seqs = (items: readonly Item[]): readonly number[] => items.map((one) => one.seq);

describe('the log', () => {
  test('items are held by rising seq, whatever the order in which chunks come', () => {
    const chunks = [
      [item(40), item(41)],
      [item(10), item(12)],
      [item(11), item(42)],
    ];
    const all = chunks.reduce<readonly Item[]>(mergedItems, []);
    expect(seqs(all)).toEqual([10, 11, 12, 40, 41, 42]);
  });

  test('an item with a seq that is held replaces it', () => {
    const merged = mergedItems([item(1), item(2)], [item(2, { kind: 'gap', number: 7 })]);
    expect(seqs(merged)).toEqual([1, 2]);
    expect(merged[1]?.number).toBe(7);
  });

  test('an own item takes the place of the outbox entry with its token, another author’s does not', () => {
    const token = 'cd'.repeat(16);
    const outbox: Patch = { is: 'outbox.changed', room: kRoom, entries: [entry(token)] };
    const others: Patch = { is: 'items.added', room: kRoom, items: [item(5, { author: kOther, token })] };
    const own: Patch = { is: 'items.added', room: kRoom, items: [item(6, { author: kSelf, token })] };
    const waiting = apply([open, added(), outbox, others]);
    expect(roomOf(waiting).outbox).toHaveLength(1);
    expect(roomOf(apply([own], waiting)).outbox).toHaveLength(0);
  });

  test('history says whether there is more', () => {
    const state = apply([
      open,
      added(),
      { is: 'items.added', room: kRoom, items: [item(9)] },
      { is: 'history.loaded', room: kRoom, before: 9, items: [item(7), item(8)], more: true },
    ]);
    expect(seqs(roomOf(state).items)).toEqual([7, 8, 9]);
    expect(roomOf(state).history).toEqual({ more: true, loading: false });
  });
});

describe('lists', () => {
  test('a changed element replaces the one with its key and keeps its place; a new one comes last', () => {
    const change = (entries: readonly OutboxEntry[]): Patch => ({ is: 'outbox.changed', room: kRoom, entries });
    const [one, two, three] = ['01', '02', '03'].map((byte) => byte.repeat(16)) as [string, string, string];
    const state = apply([
      open,
      added(),
      change([entry(one), entry(two)]),
      change([entry(one, { state: 'sent' }), entry(three)]),
    ]);
    expect(roomOf(state).outbox.map(({ token, state: at }) => [token, at])).toEqual([
      [one, 'sent'],
      [two, 'waiting'],
      [three, 'waiting'],
    ]);
  });

  test('members keep their order when one changes', () => {
    const state = apply([
      open,
      added(),
      { is: 'members.changed', room: kRoom, members: [member(kSelf, 'Ada'), member(kOther, 'Bo')] },
      { is: 'members.changed', room: kRoom, members: [member(kSelf, 'Ada L.')] },
    ]);
    expect([...roomOf(state).members.values()].map((one) => one.nickname)).toEqual(['Ada L.', 'Bo']);
  });

  test('alarms stand until they are removed', () => {
    const alarm = { alarm: 3, kind: 'rollback', member: null, seq: 4, expected: null, offered: null, at: 1 } as const;
    const raised = apply([open, added(), { is: 'alarm.raised', room: kRoom, alarm }]);
    expect(roomOf(raised).alarms).toEqual([alarm]);
    expect(roomOf(apply([{ is: 'alarm.removed', room: kRoom, alarm: 3 }], raised)).alarms).toEqual([]);
  });
});

describe('rooms and vault', () => {
  test('a patch for a room that is not there changes nothing', () => {
    const state = apply([open]);
    expect(applyPatch(state, { is: 'items.added', room: kRoom, items: [item(1)] })).toBe(state);
  });

  test.each(['locked', 'absent'] as const)('when the vault is %s no room is left', (vault) => {
    const state = apply([open, added(), { is: 'vault.changed', state: vault, busy: false }]);
    expect(state.rooms.size).toBe(0);
    expect(state.shown).toBeNull();
  });

  test('a room that is not on screen holds its newest items and knows that there are more', () => {
    const items = Array.from({ length: 200 }, (_, seq) => item(seq));
    const loaded: Patch = { is: 'history.loaded', room: kRoom, before: null, items, more: false };
    const later = [201, 401].map(
      (from): Patch => ({
        is: 'items.added',
        room: kRoom,
        items: Array.from({ length: 199 }, (_, index) => item(from + index)),
      }),
    );
    const hidden = roomOf(apply([open, added(), loaded, ...later]));
    expect(hidden.items).toHaveLength(200);
    expect(hidden.items.at(-1)?.seq).toBe(599);
    expect(hidden.history.more).toBe(true);
    const shown = roomOf(apply([loaded, ...later], { ...apply([open, added()]), shown: kRoom }));
    expect(shown.items).toHaveLength(598);
    expect(shown.history.more).toBe(false);
  });

  test('history that no longer joins what is held is dropped, so that no hole shows', () => {
    const state = apply([
      open,
      added(),
      { is: 'items.added', room: kRoom, items: [item(50)] },
      { is: 'history.loaded', room: kRoom, before: 20, items: [item(19)], more: true },
    ]);
    expect(seqs(roomOf(state).items)).toEqual([50]);
    expect(roomOf(state).history).toEqual({ more: true, loading: false });
  });

  test('a forgotten room leaves the screen', () => {
    const state = apply([{ is: 'room.removed', room: kRoom }], { ...apply([open, added()]), shown: kRoom });
    expect(state.rooms.size).toBe(0);
    expect(state.shown).toBeNull();
  });

  test('a room that this page created comes on screen, one from the vault does not', () => {
    expect(apply([open, added()]).shown).toBeNull();
    expect(apply([added({ ref: 4 })], { ...apply([open]), creating: 4 }).shown).toBe(kRoom);
    expect(apply([added({ ref: 4 })], { ...apply([open]), creating: 5 }).shown).toBeNull();
  });

  test('a message that was not taken goes back into the draft', () => {
    const start = apply([open, added()]);
    const state: State = {
      ...start,
      rooms: new Map([[kRoom, { ...roomOf(start), draft: 'next', sending: [{ ref: 8, text: 'lost?' }] }]]),
    };
    const after = applyPatch(state, { is: 'problem', code: 'outbox_full', room: kRoom, ref: 8, amount: 200 });
    expect(roomOf(after).draft).toBe('lost?\nnext');
    expect(roomOf(after).sending).toEqual([]);
    expect(after.problems.map((problem) => [problem.code, problem.amount])).toEqual([['outbox_full', 200]]);
  });

  test('at most four problems stand at once', () => {
    const problem: Patch = { is: 'problem', code: 'busy', room: null, ref: null, amount: null };
    const state = apply(Array.from({ length: 9 }, () => problem));
    expect(state.problems.map((one) => one.id)).toEqual([6, 7, 8, 9]);
  });
});
