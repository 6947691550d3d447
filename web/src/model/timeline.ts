// The rows of the message log: items and unsent messages, with day separators and the unread marker between them.
import { dateOf } from './moment.ts';
import type { Room, Sending } from './state.ts';
import type { Item, OutboxEntry } from './ui_messages.ts';

export type Row =
  | { readonly is: 'day'; readonly key: string; readonly at: number }
  | { readonly is: 'unread'; readonly key: string }
  /** `continues`: the row above is by the same author, shortly before. */
  | {
      readonly is: 'message';
      readonly key: string;
      readonly item: Item;
      readonly own: boolean;
      readonly continues: boolean;
    }
  | { readonly is: 'notice'; readonly key: string; readonly item: Item }
  | { readonly is: 'unsent'; readonly key: string; readonly entry: OutboxEntry; readonly continues: boolean };

const kTogetherMs = 5 * 60_000;

/** The key of a message's row, the same before and after it is in the log. */
const keyOf = (item: Item): string => (item.token === null ? `s${item.seq}` : `t${item.author}${item.token}`);

const dayOf = (at: number): number => dateOf(at).setHours(0, 0, 0, 0);

/** Rows for `items`, which follow `before` in the log. Unsent messages come after them if `atEnd`. */
export function rowsOf(room: Room, items: readonly Item[], before: Item | undefined, atEnd: boolean): readonly Row[] {
  const rows: Row[] = [];
  let last = before;
  let day = before?.at == null ? null : dayOf(before.at);
  const unread = firstUnread(room, items, before);
  for (const item of items) {
    if (item.at !== null && dayOf(item.at) !== day) {
      day = dayOf(item.at);
      rows.push({ is: 'day', key: `d${day}-${item.seq}`, at: item.at });
      last = undefined;
    }
    if (item === unread) {
      rows.push({ is: 'unread', key: 'unread' });
      last = undefined;
    }
    const own = item.author === room.facts.self;
    if (item.kind === 'text')
      rows.push({ is: 'message', key: keyOf(item), item, own, continues: continues(last, item.author, item.at) });
    else rows.push({ is: 'notice', key: `s${item.seq}`, item });
    last = item;
  }
  if (atEnd)
    for (const [index, entry] of room.outbox.entries()) {
      const above = index > 0 || continues(last, room.facts.self, entry.at);
      rows.push({ is: 'unsent', key: `t${room.facts.self}${entry.token}`, entry, continues: above });
    }
  return atEnd ? [...rows, ...room.sending.map(sendingRow)] : rows;
}

/** What the core has not answered yet looks like what it stores. */
const sendingRow = ({ ref, text }: Sending): Row => ({
  is: 'unsent',
  key: `r${ref}`,
  entry: { token: '', ref, text, at: 0, state: 'storing', problem: null },
  continues: true,
});

/** The message that the unread marker stands above, if it is among `items`. */
function firstUnread(room: Room, items: readonly Item[], before: Item | undefined): Item | undefined {
  const mark = room.unreadMark;
  if (mark === null || (before !== undefined && before.seq > mark)) return undefined;
  return items.find((item) => item.seq > mark && item.kind === 'text' && item.author !== room.facts.self);
}

function continues(last: Item | undefined, author: string | null, at: number | null): boolean {
  if (last === undefined || last.kind !== 'text' || last.author !== author || last.at === null || at === null)
    return false;
  return Math.abs(at - last.at) < kTogetherMs;
}
