import type { Room } from '../model/state.ts';
import { ConfirmDialog } from './confirm_dialog.tsx';
import { usePage } from './context.ts';
import { text } from './text.ts';

/** "Close room", after a confirmation. */
export function CloseRoomDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const page = usePage();
  return (
    <ConfirmDialog
      title={text.close.title}
      about={text.close.about}
      confirm={text.close.confirm}
      onConfirm={() => page.closeRoom(room.facts.room)}
      onClose={onClose}
    />
  );
}
