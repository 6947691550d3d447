import { useEffect, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { text } from './text.ts';

const kShownMs = 2500;

interface CopyProps {
  value: string;
  label?: string;
  primary?: boolean;
}

/** Copies, and says whether it worked. */
export function CopyButton({ value, label, primary = false }: CopyProps) {
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null);
  useEffect(() => {
    if (outcome !== 'copied') return;
    const timer = setTimeout(() => setOutcome(null), kShownMs);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(value);
      setOutcome('copied');
    } catch {
      setOutcome('failed');
    }
  };
  return (
    <>
      <button
        type="button"
        class={primary ? 'button primary' : 'button'}
        aria-label={label ?? text.invite.copy}
        onClick={copy}
      >
        <Icon name={outcome === 'copied' ? 'tick' : 'copy'} />
        {outcome === 'copied' ? text.invite.copied : text.invite.copy}
      </button>
      <span class={outcome === 'failed' ? 'hint' : 'hidden'} role="status">
        {outcome === 'copied' ? text.invite.copied : outcome === 'failed' ? text.invite.copyFailed : ''}
      </span>
    </>
  );
}
