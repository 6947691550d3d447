import { describe, expect, test } from 'vitest';
import { announced } from '../../src/model/announce.ts';
import { kInitialState, newRoom, type State } from '../../src/model/state.ts';
import type { Item, Patch } from '../../src/model/ui_messages.ts';
import { added, item, kOther, kRoom, kSelf, member } from './fixtures.ts';

const { is: _, ref: __, ...facts } = added();
const state: State = {
  ...kInitialState,
  shown: kRoom,
  rooms: new Map([
    [
      kRoom,
      {
        ...newRoom(facts),
        members: new Map([[kOther, member(kOther, 'Bo')]]),
        items: [item(10)],
        history: { more: false, loading: false },
      },
    ],
  ]),
};
const live = (items: readonly Item[]): Patch => ({ is: 'items.added', room: kRoom, items });
const said = (patch: Patch, before: State = state) =>
  announced(before, patch).map((one) => (one.is === 'many' ? one.count : `${one.author}: ${one.text}`));

describe('what a screen reader is told', () => {
  test('author and text of each new message', () => {
    expect(said(live([item(11), item(12)]))).toEqual(['Bo: text 11', 'Bo: text 12']);
  });

  test('of more than three at once only how many', () => {
    expect(said(live([11, 12, 13, 14].map((seq) => item(seq))))).toEqual([4]);
  });

  test('nothing of own messages, notices, history, or another room', () => {
    expect(said(live([item(11, { author: kSelf }), item(12, { kind: 'key_rotated' }), item(9)]))).toEqual([]);
    expect(said({ is: 'history.loaded', room: kRoom, before: 10, items: [item(4)], more: false })).toEqual([]);
    expect(said(live([item(11)]), { ...state, shown: null })).toEqual([]);
  });

  test('equal texts are two announcements', () => {
    const once = { ...state, announcements: announced(state, live([item(11, { text: 'ok' })])) };
    const ids = announced(once, live([item(12, { text: 'ok' })])).map((one) => one.id);
    expect(new Set(ids).size).toBe(2);
  });
});
