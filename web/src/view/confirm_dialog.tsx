import type { ComponentChildren } from 'preact';
import { Dialog } from './dialog.tsx';
import { text } from './text.ts';

interface ConfirmProps {
  title: string;
  about: ComponentChildren;
  children?: ComponentChildren;
  confirm: string;
  /** Nothing is lost by it. */
  harmless?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog({ title, about, children, confirm, harmless = false, onConfirm, onClose }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose} class="dialog-narrow">
      <p>{about}</p>
      {children}
      <div class="actions">
        <button type="button" class="button" onClick={onClose}>
          {text.dialog.cancel}
        </button>
        <button
          type="button"
          class={harmless ? 'button primary' : 'button danger'}
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          {confirm}
        </button>
      </div>
    </Dialog>
  );
}
