import type { UnsupportedReason } from '../model/host.ts';
import { PlainScreen } from './plain_screen.tsx';
import { text } from './text.ts';

/** What this browser lacks. */
export function Unsupported({ reason }: { reason: UnsupportedReason }) {
  return (
    <PlainScreen title={text.unsupported.title}>
      <p role="alert">{text.unsupported.reasons[reason]}</p>
      <p class="hint">{text.unsupported.terminal}</p>
    </PlainScreen>
  );
}
