// A small drawing of a fingerprint, its colour included: a nickname can be imitated, this can't be without the same key.
const kCells = 5;
const kHalf = 3;

function pathOf(fingerprint: string): string {
  let path = '';
  for (let x = 0; x < kHalf; x += 1)
    for (let y = 0; y < kCells; y += 1) {
      const digit = Number.parseInt(fingerprint[x * kCells + y] ?? '0', 16);
      if (digit % 2 === 0) continue;
      path += `M${x} ${y}h1v1h-1z`;
      if (x < kHalf - 1) path += `M${kCells - 1 - x} ${y}h1v1h-1z`;
    }
  return path;
}

/** One of the 16 colours, by a digit that the drawing doesn't show. */
export const toneOf = (fingerprint: string): number => Number.parseInt(fingerprint.slice(-1), 16) || 0;

export function Sigil({ fingerprint }: { fingerprint: string }) {
  return (
    <span class={`sigil tone-${toneOf(fingerprint)}`} aria-hidden="true">
      <svg viewBox="0 0 5 5" aria-hidden="true" focusable="false">
        <path d={pathOf(fingerprint)} />
      </svg>
    </span>
  );
}
