import { useMemo } from 'preact/hooks';
import { mayInvite } from '../model/governing.ts';
import type { Room } from '../model/state.ts';
import { isThere } from '../model/state.ts';
import { rowsOf } from '../model/timeline.ts';
import { Icon } from './icon.tsx';
import { LogRow } from './log_rows.tsx';
import { text } from './text.ts';
import { useLogScroll } from './use_log_scroll.ts';

/** The messages. New ones are spoken by Announcer and not from here, so that times and names aren't read out. */
export function MessageLog({ room }: { room: Room }) {
  const { box, slice, following, onScroll, toEnd } = useLogScroll(room);
  // Drawn again only when what they show has changed, and not for each letter of a draft.
  const rows = useMemo(() => {
    const now = Date.now();
    return rowsOf(room, slice.items, slice.before, slice.atEnd).map((row) => (
      <LogRow key={row.key} room={room} row={row} now={now} />
    ));
  }, [slice, room.members, room.outbox, room.sending, room.unreadMark]);
  const { unread } = room.facts;
  return (
    <div class="log-frame">
      <div
        ref={box}
        class="log"
        role="log"
        aria-live="off"
        aria-label={text.room.messages}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has only a keyboard scrolls it with the keys
        tabIndex={0}
        onScroll={onScroll}
      >
        <LogStart room={room} atStart={slice.atStart} empty={rows.length === 0} />
        {rows}
        {slice.atEnd && <LogAlone room={room} />}
      </div>
      {!following && (
        <button type="button" class="newest-button" onClick={toEnd}>
          <Icon name="down" />
          {unread > 0 ? text.log.newestCount(unread) : text.log.newest}
        </button>
      )}
    </div>
  );
}

/** What stands above the first row. Its height doesn't depend on what it says. */
function LogStart({ room, atStart, empty }: { room: Room; atStart: boolean; empty: boolean }) {
  const { more, loading } = room.history;
  const begins = atStart && more === false && !empty;
  return <p class="log-start hint">{loading ? text.log.older : begins ? text.log.start : ''}</p>;
}

/** What stands below the last row while nobody else is in the room. */
function LogAlone({ room }: { room: Room }) {
  const there = [...room.members.values()].filter(isThere);
  if (room.history.more !== false || there.length !== 1 || room.facts.state !== 'live') return null;
  return <p class="log-alone">{mayInvite(room) ? text.log.aloneOwner : text.log.alone}</p>;
}
