// Encodes intents and decodes patches: deterministic CBOR arrays as schema/ui.json describes. Strict in both directions:
// what is longer, larger or otherwise than the schema says is a UiCodecError.
import type { Intent, Patch } from './ui_messages.ts';
import { type Field, kEnums, kIntents, kPatches, kStructs, type MessageTable } from './ui_tables.ts';

export class UiCodecError extends Error {
  override name = 'UiCodecError';
}

const fail = (why: string): never => {
  throw new UiCodecError(why);
};

const kUint = 0;
const kBytes = 2;
const kText = 3;
const kArray = 4;
const kFalse = 0xf4;
const kTrue = 0xf5;
const kNull = 0xf6;

class Writer {
  #bytes = new Uint8Array(256);
  #length = 0;

  #room(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + size));
    larger.set(this.#bytes);
    this.#bytes.fill(0); // it may hold a passphrase
    this.#bytes = larger;
  }

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = value;
  }

  head(major: number, value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) fail(`not a uint below 2^53: ${value}`);
    const type = major << 5;
    if (value < 24) {
      this.byte(type | value);
      return;
    }
    const size = value < 0x100 ? 1 : value < 0x1_0000 ? 2 : value < 0x1_0000_0000 ? 4 : 8;
    this.byte(type | (24 + Math.log2(size)));
    for (let shift = size - 1; shift >= 0; shift -= 1) this.byte(Math.floor(value / 256 ** shift) % 256);
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** The bytes written; the writer's own buffer is wiped. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#length);
    this.#bytes.fill(0);
    return taken;
  }
}

class Reader {
  #at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  peek(): number {
    return this.#bytes[this.#at] ?? fail('cut short');
  }

  byte(): number {
    const value = this.peek();
    this.#at += 1;
    return value;
  }

  head(major: number): number {
    const first = this.byte();
    if (first >> 5 !== major) fail(`major type ${first >> 5}, not ${major}`);
    const info = first & 31;
    if (info < 24) return info;
    if (info > 27) fail('a length that is not deterministic');
    const size = 2 ** (info - 24);
    let value = 0;
    for (let index = 0; index < size; index += 1) value = value * 256 + this.byte();
    const least = size === 1 ? 24 : 2 ** (4 * size);
    if (value < least || !Number.isSafeInteger(value)) fail('a number that is not deterministic or above 2^53');
    return value;
  }

  raw(size: number): Uint8Array {
    if (this.#bytes.length - this.#at < size) fail('cut short');
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }
}

type Value = boolean | number | string | null | readonly Value[] | { readonly [name: string]: Value };

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const digits = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));

function writeId(to: Writer, name: string, size: number, hex: string): void {
  if (hex.length !== size * 2 || !/^[0-9a-f]*$/.test(hex)) fail(`${name}: not an id of ${size} bytes`);
  to.head(kBytes, size);
  for (let index = 0; index < size; index += 1) to.byte(Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16));
}

function writeText(to: Writer, name: string, max: number, text: string): void {
  const bytes = utf8.encode(text);
  if (bytes.length > max) fail(`${name}: ${bytes.length} bytes, at most ${max}`);
  to.head(kText, bytes.length);
  to.raw(bytes);
  bytes.fill(0);
}

function writeOne(to: Writer, [name, kind, detail]: Field, value: Value): void {
  if (kind === 'bool') to.byte(value === true ? kTrue : kFalse);
  else if (kind === 'uint') to.head(kUint, value as number);
  else if (kind === 'id16') writeId(to, name, 16, value as string);
  else if (kind === 'id32') writeId(to, name, 32, value as string);
  else if (kind === 'text') writeText(to, name, Number(detail), value as string);
  else if (kind === 'enum')
    to.head(kUint, kEnums[detail]?.[value as string] ?? fail(`${name}: no value ${String(value)}`));
  else writeFields(to, kStructs[detail] ?? [], value as Record<string, Value>);
}

function writeFields(to: Writer, fields: readonly Field[], message: Record<string, Value>, code?: number): void {
  to.head(kArray, fields.length + (code === undefined ? 0 : 1));
  if (code !== undefined) to.head(kUint, code);
  for (const field of fields) {
    const value = message[field[0]];
    if (value === undefined) fail(`${field[0]} is missing`);
    else if (field[4] > 0) {
      const list = value as readonly Value[];
      if (list.length > field[4]) fail(`${field[0]}: ${list.length} elements, at most ${field[4]}`);
      to.head(kArray, list.length);
      for (const one of list) writeOne(to, field, one);
    } else if (value === null) {
      if (field[3] === 0) fail(`${field[0]} is missing`);
      to.byte(kNull);
    } else writeOne(to, field, value);
  }
}

function readOne(from: Reader, [name, kind, detail]: Field): Value {
  switch (kind) {
    case 'bool': {
      const byte = from.byte();
      return byte === kTrue || (byte === kFalse ? false : fail(`${name}: not a bool`));
    }
    case 'uint':
      return from.head(kUint);
    case 'id16':
    case 'id32': {
      const size = kind === 'id16' ? 16 : 32;
      if (from.head(kBytes) !== size) fail(`${name}: not ${size} bytes`);
      return Array.from(from.raw(size), (byte) => digits[byte]).join('');
    }
    case 'text': {
      const size = from.head(kText);
      if (size > Number(detail)) fail(`${name}: ${size} bytes, at most ${detail}`);
      try {
        return fromUtf8.decode(from.raw(size));
      } catch (error) {
        if (error instanceof UiCodecError) throw error;
        return fail(`${name}: not UTF-8`);
      }
    }
    case 'enum': {
      const code = from.head(kUint);
      const found = Object.entries(kEnums[detail] ?? {}).find(([, value]) => value === code);
      return found === undefined ? fail(`${name}: no value has code ${code}`) : found[0];
    }
    case 'struct': {
      const fields = kStructs[detail] ?? [];
      if (from.head(kArray) !== fields.length) fail(`${name}: not ${fields.length} fields`);
      return readFields(from, fields);
    }
  }
}

function readFields(from: Reader, fields: readonly Field[]): Record<string, Value> {
  const message: Record<string, Value> = {};
  for (const field of fields) {
    if (field[4] > 0) {
      const size = from.head(kArray);
      if (size > field[4]) fail(`${field[0]}: ${size} elements, at most ${field[4]}`);
      message[field[0]] = Array.from({ length: size }, () => readOne(from, field));
    } else if (field[3] === 1 && from.peek() === kNull) {
      from.byte();
      message[field[0]] = null;
    } else message[field[0]] = readOne(from, field);
  }
  return message;
}

function encode(table: MessageTable, message: { readonly is: string }): Uint8Array<ArrayBuffer> {
  const entry = table[message.is];
  if (entry === undefined) return fail(`no message ${message.is}`);
  const to = new Writer();
  writeFields(to, entry.fields, message as unknown as Record<string, Value>, entry.code);
  return to.take();
}

function decode(table: MessageTable, bytes: Uint8Array): Record<string, Value> {
  const from = new Reader(bytes);
  const size = from.head(kArray);
  const code = from.head(kUint);
  const found = Object.entries(table).find(([, entry]) => entry.code === code);
  if (found === undefined) return fail(`no message has code ${code}`);
  const [name, { fields }] = found;
  if (size !== fields.length + 1) fail(`${name}: ${size} elements, not ${fields.length + 1}`);
  const message = readFields(from, fields);
  if (!from.done) fail(`${name}: bytes after its end`);
  return { is: name, ...message };
}

/** One intent as the core reads it. Throws UiCodecError if a field breaks its limit. The caller wipes the bytes. */
export const encodeIntent = (intent: Intent): Uint8Array<ArrayBuffer> => encode(kIntents, intent);

/** One patch of the core. Throws UiCodecError for anything but exactly one well-formed patch. */
export const decodePatch = (bytes: Uint8Array): Patch => decode(kPatches, bytes) as unknown as Patch;

/** The other direction, for whatever stands in for the core. */
export const encodePatch = (patch: Patch): Uint8Array<ArrayBuffer> => encode(kPatches, patch);
export const decodeIntent = (bytes: Uint8Array): Intent => decode(kIntents, bytes) as unknown as Intent;
