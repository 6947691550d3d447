import { kilobytes } from './format.ts';
import { PlainScreen } from './plain_screen.tsx';
import { text } from './text.ts';

/** Bytes of code that have come. */
export function Loading({ loaded, total }: { loaded: number; total: number }) {
  return (
    <PlainScreen title={text.loading.title}>
      <progress
        aria-label={text.loading.progress}
        max={total > 0 ? total : undefined}
        value={total > 0 ? loaded : undefined}
      />
      <p class="hint figures">{total > 0 ? text.loading.of(kilobytes(loaded), kilobytes(total)) : '\u00a0'}</p>
      <p class="hint">{text.loading.about}</p>
    </PlainScreen>
  );
}
