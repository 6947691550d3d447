import { useState } from 'preact/hooks';
import { roleIn } from '../model/governing.ts';
import { ConfirmDialog } from './confirm_dialog.tsx';
import { usePage, usePageState } from './context.ts';
import { Icon } from './icon.tsx';
import { text } from './text.ts';

/** "Wipe everything", after a confirmation. */
export function WipeButton() {
  const page = usePage();
  const { rooms } = usePageState();
  const owned = [...rooms.values()].filter((room) => roleIn(room) === 'owner').length;
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
          about={text.wipe.about(owned)}
          confirm={text.wipe.confirm}
          onConfirm={() => page.wipe()}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
