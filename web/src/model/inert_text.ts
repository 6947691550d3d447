// Text that others wrote, made harmless to look at: nothing in it moves, hides or reorders what stands around it.

// What would act rather than show: controls but line feed and tab, bidirectional controls, line and paragraph
// separators, unpaired surrogates, invisible operators, interlinear annotation, byte order mark, tags.
const kActing =
  /(?![\n\t])\p{Cc}|\p{Bidi_C}|\p{Zl}|\p{Zp}|\p{Cs}|[\u2060-\u206f\ufff9-\ufffb\ufeff\u{e0000}-\u{e007f}]/gu;

// Combining marks beyond this many on one base are dropped: they would cover the lines above and below.
const kMarksMax = 4;
const kStacked = new RegExp(`(\\p{M}{${kMarksMax}})\\p{M}+`, 'gu');

function shown(found: string): string {
  const code = found.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return '\ufffd';
}

/** Several lines: controls become visible signs, line breaks and tabs stay. */
export function inertText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(kActing, shown).replace(kStacked, '$1');
}

/** One line: names. Blanks of all kinds are one: many would push out of sight what follows. */
export function inertLine(text: string): string {
  return inertText(text)
    .replace(/[\s\u2800\u3164\u115f\u1160\uffa0]+/g, ' ')
    .trim();
}
