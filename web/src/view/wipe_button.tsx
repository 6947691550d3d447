import { useState } from 'preact/hooks';
import { ConfirmDialog } from './confirm_dialog.tsx';
import { usePage } from './context.ts';
import { Icon } from './icon.tsx';
import { text } from './text.ts';

/** "Wipe everything", after a confirmation. */
export function WipeButton() {
  const page = usePage();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button type="button" class="quiet-button danger" onClick={() => setAsking(true)}>
        <Icon name="trash" />
        {text.start.wipe}
      </button>
      {asking && (
        <ConfirmDialog
          title={text.wipe.title}
          about={text.wipe.about}
          confirm={text.wipe.confirm}
          onConfirm={() => page.wipe()}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
