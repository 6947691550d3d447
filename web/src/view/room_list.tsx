import type { Room } from '../model/state.ts';
import { usePage } from './context.ts';
import { InertLine } from './inert.tsx';
import { roomLine, roomTitle } from './room_words.ts';
import { Sigil } from './sigil.tsx';
import { text } from './text.ts';

/** Every room, newest message first. */
export function RoomList({ rooms, shown }: { rooms: readonly Room[]; shown: string | null }) {
  return (
    <ul class="rooms" aria-label={text.start.rooms}>
      {rooms.map((room) => (
        <RoomEntry key={room.facts.room} room={room} current={room.facts.room === shown} />
      ))}
    </ul>
  );
}

function RoomEntry({ room, current }: { room: Room; current: boolean }) {
  const page = usePage();
  const { unread } = room.facts;
  return (
    <li>
      <button
        type="button"
        class={current ? 'room-entry current' : 'room-entry'}
        aria-current={current ? 'page' : undefined}
        onClick={() => page.show(room.facts.room)}
      >
        <Sigil fingerprint={room.facts.room} />
        <span class="room-entry-text">
          <InertLine class="room-entry-name" value={roomTitle(room)} />
          <InertLine class="room-entry-line" value={roomLine(room)} />
        </span>
        {unread > 0 && (
          <span class="badge">
            <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
            <span class="hidden">{text.room.unreadCount(unread)}</span>
          </span>
        )}
      </button>
    </li>
  );
}
