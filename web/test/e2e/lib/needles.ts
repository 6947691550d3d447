// Looks for what must not be there, in every form that it could have been given.

export interface Needle {
  readonly what: string;
  readonly bytes: Buffer;
}

export const textNeedle = (text: string): Needle => ({ what: text, bytes: Buffer.from(text) });

/** The four bytes of an IPv4 address, in both orders. */
export function addressNeedles(address: string): readonly Needle[] {
  const bytes = Buffer.from(address.split('.').map(Number));
  return [
    { what: `${address}, binary`, bytes },
    { what: `${address}, binary and reversed`, bytes: Buffer.from(bytes.toReversed()) },
  ];
}

/** The characters of base64 that say nothing of what stands before and after `bytes`, `before` bytes into a group. */
function base64At(bytes: Buffer, before: 0 | 1 | 2): string {
  const first = [0, 2, 3][before] ?? 0;
  const whole = Math.floor(((before + bytes.length) * 8) / 6);
  return Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .slice(first, whole);
}

/** Raw, as UTF-16, as hexadecimal digits, and as base64 at each of its three alignments in both alphabets. */
function formsOf(bytes: Buffer): readonly (readonly [string, Buffer])[] {
  const base64 = ([0, 1, 2] as const).map((before) => base64At(bytes, before));
  return [
    ['raw', bytes],
    ['UTF-16', Buffer.from(bytes.toString('latin1'), 'utf16le')],
    ['hex', Buffer.from(bytes.toString('hex'))],
    ['HEX', Buffer.from(bytes.toString('hex').toUpperCase())],
    ...base64.map((text, at) => [`base64, alignment ${at}`, Buffer.from(text)] as const),
    ...base64.map(
      (text, at) =>
        [`base64url, alignment ${at}`, Buffer.from(text.replaceAll('+', '-').replaceAll('/', '_'))] as const,
    ),
  ];
}

/** "what, form, in where" of all that is found. */
export function findings(needles: readonly Needle[], where: ReadonlyMap<string, Buffer>): string[] {
  const forms = needles.flatMap(({ what, bytes }) => formsOf(bytes).map(([form, like]) => ({ what, form, like })));
  const found: string[] = [];
  for (const [place, hay] of where)
    for (const { what, form, like } of forms) if (hay.includes(like)) found.push(`${what}, ${form}, in ${place}`);
  return found;
}
