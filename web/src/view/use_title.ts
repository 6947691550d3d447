import { useEffect } from 'preact/hooks';
import { inertLine } from '../model/inert_text.ts';
import type { State } from '../model/state.ts';
import { roomTitle } from './room_words.ts';
import { text } from './text.ts';

/** The tab's title: unread messages of all rooms, and what is on screen. */
export function useTitle(state: State): void {
  const unread = [...state.rooms.values()].reduce((sum, room) => sum + room.facts.unread, 0);
  const room = state.shown === null ? undefined : state.rooms.get(state.shown);
  const asked = state.joining !== null || state.linkWaits;
  const what = asked ? text.join.title : room === undefined ? null : inertLine(roomTitle(room));
  const title = `${unread > 0 ? `(${unread}) ` : ''}${what === null ? '' : `${what} · `}${text.start.brand}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}
