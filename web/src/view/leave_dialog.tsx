import type { Room } from '../model/state.ts';
import { ConfirmDialog } from './confirm_dialog.tsx';
import { usePage } from './context.ts';
import { Dialog } from './dialog.tsx';
import { text } from './text.ts';

/** "Leave room", after a confirmation; an owner is told that they can't. */
export function LeaveDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const page = usePage();
  if (room.members.get(room.facts.self)?.role === 'owner')
    return (
      <Dialog title={text.leave.title} onClose={onClose} class="dialog-narrow">
        <p>{text.leave.owner}</p>
      </Dialog>
    );
  return (
    <ConfirmDialog
      title={text.leave.title}
      about={text.leave.about}
      confirm={text.leave.confirm}
      onConfirm={() => page.leave(room.facts.room)}
      onClose={onClose}
    />
  );
}
