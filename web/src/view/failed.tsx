import type { FailedReason } from '../model/host.ts';
import { usePage } from './context.ts';
import { PlainScreen } from './plain_screen.tsx';
import { text } from './text.ts';

/** The worker is gone. */
export function Failed({ reason }: { reason: FailedReason }) {
  const page = usePage();
  return (
    <PlainScreen title={text.failed.title}>
      <p role="alert">{text.failed.reasons[reason]}</p>
      <button type="button" class="button primary" onClick={() => page.restart()}>
        {text.failed.restart}
      </button>
    </PlainScreen>
  );
}
