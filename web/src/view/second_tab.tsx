import type { SecondTab as SecondTabPhase } from '../model/state.ts';
import { ConfirmDialog } from './confirm_dialog.tsx';
import { usePage } from './context.ts';
import { PlainScreen } from './plain_screen.tsx';
import { text } from './text.ts';

/** Another tab has the rooms. */
export function SecondTab({ phase }: { phase: SecondTabPhase }) {
  const page = usePage();
  const { passedOn, confirming } = phase;
  return (
    <PlainScreen title={text.secondTab.title}>
      <p role="status">{passedOn ? text.secondTab.passedOn : text.secondTab.about}</p>
      <button type="button" class={passedOn ? 'button' : 'button primary'} onClick={() => void page.takeOver()}>
        {text.secondTab.use}
      </button>
      {confirming !== null && (
        <ConfirmDialog
          title={text.secondTab.confirmTitle}
          about={confirming.rooms === null ? text.secondTab.endsUnknown : text.secondTab.ends(confirming.rooms)}
          confirm={text.secondTab.confirm}
          onConfirm={() => page.confirmTakeOver()}
          onClose={() => page.cancelTakeOver()}
        />
      )}
    </PlainScreen>
  );
}
