// A small drawing of a fingerprint: a nickname can be imitated, this can't be without the same key.
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

/** `tone`: 0..15 */
export function Sigil({ fingerprint, tone }: { fingerprint: string; tone: number }) {
  return (
    <span class={`sigil tone-${tone % 16}`} aria-hidden="true">
      <svg viewBox="0 0 5 5" aria-hidden="true" focusable="false">
        <path d={pathOf(fingerprint)} />
      </svg>
    </span>
  );
}
