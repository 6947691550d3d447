import { describe, expect, test } from 'vitest';
import { decodeIntent, decodePatch, encodeIntent, encodePatch, UiCodecError } from '../../src/model/ui_codec.ts';
import type { Intent, Patch } from '../../src/model/ui_messages.ts';

const room = 'ab'.repeat(32);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

const patch: Patch = {
  is: 'items.added',
  room,
  items: [
    {
      seq: 2 ** 53 - 1,
      kind: 'text',
      author: '01'.repeat(16),
      token: null,
      at: 1_700_000_000_000,
      text: 'Grüße 🙂',
      subject: null,
      number: 65_536,
      reason: null,
    },
  ],
};

describe('messages between page and core', () => {
  test('an intent is the array of its code and fields, in the shortest form', () => {
    expect(hex(encodeIntent({ is: 'vault.lock' }))).toBe('8106');
    expect(hex(encodeIntent({ is: 'vault.open', passphrase: 'öx' }))).toBe('820463c3b678');
    expect(hex(encodeIntent({ is: 'invite.create', room, ref: 24, expires_s: 86_400 }))).toBe(
      `84181e5820${room}18181a00015180`,
    );
  });

  test('what one side encodes the other decodes', () => {
    const intents: Intent[] = [
      { is: 'client.start', origin: 'https://chat.example' },
      { is: 'history.before', room, before: null, count: 50 },
      { is: 'history.before', room, before: 4096, count: 50 },
    ];
    for (const intent of intents) expect(decodeIntent(encodeIntent(intent))).toEqual(intent);
    expect(decodePatch(encodePatch(patch))).toEqual(patch);
  });

  test('a byte order mark stays part of its text', () => {
    const intent: Intent = { is: 'vault.open', passphrase: '\uFEFFx' };
    expect(decodeIntent(encodeIntent(intent))).toEqual(intent);
  });

  test('every truncation and every added byte is refused', () => {
    const whole = encodePatch(patch);
    for (let size = 0; size < whole.length; size += 1)
      expect(() => decodePatch(whole.subarray(0, size)), `cut at ${size}`).toThrow(UiCodecError);
    expect(() => decodePatch(new Uint8Array([...whole, 0]))).toThrow(UiCodecError);
  });

  test.each([
    ['a code that could be shorter', '83180102f4'],
    ['an unknown code', '81183f'],
    ['an enum value that the schema does not have', '83011863f4'],
    ['a bool that is none', '83010001'],
    ['a missing field', '820100'],
    ['an indefinite length', '9f0100f4ff'],
    ['text that is not UTF-8', '830261ff00'],
    ['a uint above 2^53', '830261611b0020000000000000'],
  ])('%s is refused', (_, text) => {
    expect(() => decodePatch(bytes(text))).toThrow(UiCodecError);
  });

  test('what is larger than the schema allows is not sent', () => {
    expect(() => encodeIntent({ is: 'vault.open', passphrase: 'x'.repeat(1025) })).toThrow(UiCodecError);
    expect(() => encodeIntent({ is: 'room.leave', room: 'AB'.repeat(32) })).toThrow(UiCodecError);
    expect(() => encodeIntent({ is: 'room.read', room, seq: -1 })).toThrow(UiCodecError);
    expect(() => encodeIntent({ is: 'room.read', room, seq: 2 ** 53 })).toThrow(UiCodecError);
  });
});
