// How rooms, members and notices are put into words.
import { shownName, wholeName } from '../model/names.ts';
import type { Room } from '../model/state.ts';
import { isThere } from '../model/state.ts';
import { text } from './text.ts';

export const roomTitle = (room: Room): string =>
  room.facts.name ?? (room.facts.state === 'creating' ? text.room.new : text.room.unnamed);

export function memberName(room: Room, member: string | null): string {
  const shown = shownName(room, member);
  return shown === null ? text.members.someone : wholeName(shown);
}

/** Why nothing can be written in a room any more: in short, and what follows from it. */
export function endWords({ facts: { state, end } }: Room): readonly [string, string] {
  if (state === 'left') return [text.progress.left, text.composer.leftRoom];
  if (end === 'removed' || end === 'destroyed') return [text.progress.ends[end], text.progress.keepsRead];
  return [text.progress.stopped, end === null ? text.composer.leftRoom : text.progress.ends[end]];
}

/** What stands under a room's name in the list. */
export function roomLine(room: Room): string {
  const { state } = room.facts;
  if (state === 'declined') return text.progress.declined;
  if (state === 'left' || state === 'stopped') return endWords(room)[0];
  if (state !== 'live') return text.progress[state][0] ?? '';
  const newest = room.items.findLast((item) => item.kind === 'text');
  if (newest !== undefined) return text.log.says(memberName(room, newest.author), newest.text ?? '');
  if (room.members.size === 0) return '';
  return text.members.count([...room.members.values()].filter(isThere).length);
}
