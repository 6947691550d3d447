import type { Room } from '../model/state.ts';
import type { Row } from '../model/timeline.ts';
import { dayOf, machineTimeOf } from './format.ts';
import { MessageRow, UnsentRow } from './message_row.tsx';
import { NoticeRow } from './notice_row.tsx';
import { text } from './text.ts';

/** One row of the message log, of whatever kind. */
export function LogRow({ room, row, now }: { room: Room; row: Row; now: number }) {
  switch (row.is) {
    case 'day':
      return (
        <div class="day" data-key={row.key}>
          <time dateTime={machineTimeOf(row.at).slice(0, 10)}>{dayOf(row.at, now)}</time>
        </div>
      );
    case 'unread':
      return (
        <div class="unread-mark" data-key={row.key}>
          <span>{text.log.newMessages}</span>
        </div>
      );
    case 'notice':
      return <NoticeRow room={room} item={row.item} />;
    case 'message':
      return <MessageRow room={room} row={row} />;
    case 'unsent':
      return <UnsentRow room={room} row={row} />;
  }
}
