import { correction, generate } from 'lean-qr';
import { useMemo } from 'preact/hooks';

const kQuiet = 4;

function pathOf(content: string): { readonly size: number; readonly path: string } {
  const code = generate(content, { minCorrectionLevel: correction.L, maxCorrectionLevel: correction.M });
  let path = '';
  for (let y = 0; y < code.size; y += 1)
    for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) path += `M${x} ${y}h1v1h-1z`;
  return { size: code.size, path };
}

/** A QR code, drawn here: the content goes nowhere. */
export function QrCode({ content, label }: { content: string; label: string }) {
  const { size, path } = useMemo(() => pathOf(content), [content]);
  const whole = size + 2 * kQuiet;
  return (
    <svg class="qr" viewBox={`${-kQuiet} ${-kQuiet} ${whole} ${whole}`} role="img" aria-label={label}>
      <rect class="qr-paper" x={-kQuiet} y={-kQuiet} width={whole} height={whole} />
      <path class="qr-ink" d={path} />
    </svg>
  );
}
