import type { Room } from '../model/state.ts';
import { ConfirmDialog } from './confirm_dialog.tsx';
import { usePage } from './context.ts';
import { text } from './text.ts';

/** "Rotate key", with what it is for. */
export function RotateDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const page = usePage();
  return (
    <ConfirmDialog
      title={text.rotate.title}
      about={text.rotate.about}
      confirm={text.rotate.confirm}
      harmless
      onConfirm={() => page.rotateKey(room.facts.room)}
      onClose={onClose}
    />
  );
}
