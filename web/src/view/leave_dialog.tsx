import { heirsIn, roleIn } from '../model/governing.ts';
import type { Room } from '../model/state.ts';
import { ConfirmDialog } from './confirm_dialog.tsx';
import { usePage } from './context.ts';
import { Dialog } from './dialog.tsx';
import type { RoomOverlay } from './room.tsx';
import { text } from './text.ts';

interface LeaveProps {
  room: Room;
  onOverlay: (overlay: RoomOverlay) => void;
}

/** "Leave room", after a confirmation. An owner has to hand the room over first, or to close it. */
export function LeaveDialog({ room, onOverlay }: LeaveProps) {
  const page = usePage();
  const close = (): void => onOverlay('none');
  if (roleIn(room) === 'owner') {
    const alone = heirsIn(room).length === 0;
    return (
      <Dialog title={text.leave.title} onClose={close} class="dialog-narrow">
        <p>{alone ? text.leave.ownerAlone : text.leave.owner}</p>
        <div class="actions">
          <button type="button" class="button danger" onClick={() => onOverlay('close')}>
            {text.room.close}
          </button>
          {!alone && (
            <button type="button" class="button primary" onClick={() => onOverlay('transfer')}>
              {text.room.transfer}
            </button>
          )}
        </div>
      </Dialog>
    );
  }
  return (
    <ConfirmDialog
      title={text.leave.title}
      about={text.leave.about}
      confirm={text.leave.confirm}
      onConfirm={() => page.leave(room.facts.room)}
      onClose={close}
    />
  );
}
