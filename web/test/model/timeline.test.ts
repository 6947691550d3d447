import { describe, expect, test } from 'vitest';
import { newRoom, type Room } from '../../src/model/state.ts';
import { rowsOf } from '../../src/model/timeline.ts';
import type { Item } from '../../src/model/ui_messages.ts';
import { added, entry, item, kOther, kSelf } from './fixtures.ts';

const { is: _, ref: __, ...facts } = added();
const room = (part: Partial<Room> = {}): Room => ({ ...newRoom(facts), ...part });
const kinds = (of: Room, items: readonly Item[], before?: Item): readonly string[] =>
  rowsOf(of, items, before, true).map((row) => row.is);
const day = 86_400_000;
const noon = new Date(2026, 0, 5, 12).getTime();

describe('rows of the log', () => {
  test('a day separator stands before the first message of each local day', () => {
    const items = [item(1, { at: noon }), item(2, { at: noon + 1 }), item(3, { at: noon + day })];
    expect(kinds(room(), items)).toEqual(['day', 'message', 'message', 'day', 'message']);
  });

  test('none stands where the part shown begins within a day', () => {
    expect(kinds(room(), [item(2, { at: noon + 1 })], item(1, { at: noon }))).toEqual(['message']);
  });

  test('messages of one author within five minutes belong together', () => {
    const minutes = [0, 4, 10].map((minute, index) => item(index, { at: noon + minute * 60_000 }));
    const rows = rowsOf(room(), minutes, undefined, true).filter((row) => row.is === 'message');
    expect(rows.map((row) => row.continues)).toEqual([false, true, false]);
  });

  test('the unread marker stands before the first message of others after what was read', () => {
    const items = [item(1), item(2, { author: kSelf }), item(3, { kind: 'member_left' }), item(4)].map((one) => ({
      ...one,
      at: noon,
    }));
    expect(kinds(room({ unreadMark: 1 }), items)).toEqual(['day', 'message', 'message', 'notice', 'unread', 'message']);
    expect(kinds(room({ unreadMark: null }), items)).not.toContain('unread');
    expect(kinds(room({ unreadMark: 4 }), items)).not.toContain('unread');
  });

  test('the unread marker is not repeated in a later part', () => {
    expect(kinds(room({ unreadMark: 1 }), [item(5, { at: noon })], item(4, { at: noon }))).not.toContain('unread');
  });

  test('unsent messages come last, and only at the end of the log', () => {
    const token = 'cd'.repeat(16);
    const waiting = room({ outbox: [entry(token)], sending: [{ ref: 3, text: 'new' }] });
    expect(kinds(waiting, [item(1)])).toEqual(['day', 'message', 'unsent', 'unsent']);
    expect(rowsOf(waiting, [item(1)], undefined, false).map((row) => row.is)).toEqual(['day', 'message']);
  });

  test('a message keeps its key when it comes back from the log', () => {
    const token = 'cd'.repeat(16);
    const unsent = rowsOf(room({ outbox: [entry(token)] }), [], undefined, true);
    const stored = rowsOf(room(), [item(1, { author: kSelf, token, at: null })], undefined, true);
    expect(stored.map((row) => row.key)).toEqual(unsent.map((row) => row.key));
    const others = rowsOf(room(), [item(1, { author: kOther, token, at: null })], undefined, true);
    expect(others[0]?.key).not.toBe(stored[0]?.key);
  });
});
