// What a screen reader is told of new messages: author and text, and of many at once only how many.
import { shownName, wholeName } from './names.ts';
import type { Announcement, Room, State } from './state.ts';
import type { Patch } from './ui_messages.ts';

const kSpokenMax = 3;
const kKept = 6;

function authorOf(room: Room, member: string | null): string | null {
  const shown = shownName(room, member);
  return shown === null ? null : wholeName(shown);
}

/** `state` is the state before the patch. Only messages of others, new at the end of the room on screen, are spoken. */
export function announced(state: State, patch: Patch): readonly Announcement[] {
  if (patch.is !== 'items.added' || patch.room !== state.shown) return state.announcements;
  const room = state.rooms.get(patch.room);
  if (room === undefined || room.history.more === null) return state.announcements;
  const newest = room.items.at(-1)?.seq ?? -1;
  const spoken = patch.items.filter(
    (item) => item.kind === 'text' && item.author !== room.facts.self && item.seq > newest,
  );
  if (spoken.length === 0) return state.announcements;
  let id = state.announcements.at(-1)?.id ?? 0;
  const added: Announcement[] =
    spoken.length > kSpokenMax
      ? [{ id: ++id, is: 'many', author: null, text: '', count: spoken.length }]
      : spoken.map((item) => ({
          id: ++id,
          is: 'message',
          author: authorOf(room, item.author),
          text: item.text ?? '',
          count: 1,
        }));
  return [...state.announcements, ...added].slice(-kKept);
}
