import { useState } from 'preact/hooks';
import type { Room as RoomState } from '../model/state.ts';
import { Alarms } from './alarms.tsx';
import { CloseRoomDialog } from './close_room_dialog.tsx';
import { Composer } from './composer.tsx';
import { ConnectionNotice } from './connection_notice.tsx';
import { InviteDialog } from './invite_dialog.tsx';
import { InvitesDialog } from './invites_dialog.tsx';
import { KeyNotice } from './key_notice.tsx';
import { LeaveDialog } from './leave_dialog.tsx';
import { MemberList } from './member_list.tsx';
import { MessageLog } from './message_log.tsx';
import { RoomHeader } from './room_header.tsx';
import { ForgetButton, RoomProgress } from './room_progress.tsx';
import { endWords } from './room_words.ts';
import { RotateDialog } from './rotate_dialog.tsx';
import { TransferDialog } from './transfer_dialog.tsx';
import { VerifyDialog } from './verify_dialog.tsx';

/** What is open over a room. */
export type RoomOverlay =
  | 'none'
  | 'invite'
  | 'invites'
  | 'verify'
  | 'leave'
  | 'members'
  | 'rotate'
  | 'transfer'
  | 'close';

interface RoomProps {
  room: RoomState;
  overlay: RoomOverlay;
  onOverlay: (overlay: RoomOverlay) => void;
}

/** The room on screen. */
export function Room({ room, overlay, onOverlay }: RoomProps) {
  const close = (): void => onOverlay('none');
  const { state } = room.facts;
  const readable = state === 'live' || state === 'left' || state === 'stopped';
  return (
    <main class="room">
      <RoomHeader room={room} onOverlay={onOverlay} />
      <div class={readable ? 'room-body with-members' : 'room-body'}>
        <div class="room-main">
          <ConnectionNotice room={room} />
          <Alarms room={room} />
          {readable ? (
            <>
              <KeyNotice room={room} />
              <MessageLog key={room.facts.room} room={room} />
              {state === 'live' ? <Composer room={room} /> : <RoomEnded room={room} />}
            </>
          ) : (
            <RoomProgress room={room} />
          )}
        </div>
        {readable && <MemberList room={room} open={overlay === 'members'} onClose={close} />}
      </div>
      {overlay === 'invite' && <InviteDialog room={room} onClose={close} />}
      {overlay === 'invites' && <InvitesDialog room={room} onClose={close} />}
      {overlay === 'verify' && <VerifyDialog room={room} onClose={close} />}
      {overlay === 'leave' && <LeaveDialog room={room} onOverlay={onOverlay} />}
      {overlay === 'rotate' && <RotateDialog room={room} onClose={close} />}
      {overlay === 'transfer' && <TransferDialog room={room} onClose={close} />}
      {overlay === 'close' && <CloseRoomDialog room={room} onClose={close} />}
    </main>
  );
}

function RoomEnded({ room }: { room: RoomState }) {
  const [title, about] = endWords(room);
  return (
    <div class="room-ended">
      <p>
        <strong>{title}</strong> {about}
      </p>
      <ForgetButton room={room} />
    </div>
  );
}

/** The overlay of the room on screen; changing the room closes it. */
export function useOverlay(shown: string | null): [RoomOverlay, (overlay: RoomOverlay) => void] {
  const [open, setOpen] = useState<{ room: string | null; overlay: RoomOverlay }>({ room: null, overlay: 'none' });
  return [open.room === shown ? open.overlay : 'none', (overlay) => setOpen({ room: shown, overlay })];
}
