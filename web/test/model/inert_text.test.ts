import { describe, expect, test } from 'vitest';
import { inertLine, inertText } from '../../src/model/inert_text.ts';

describe('text of others', () => {
  test.each([
    ['right-to-left override', '\u202e'],
    ['left-to-right embedding', '\u202a'],
    ['isolate', '\u2067'],
    ['pop isolate', '\u2069'],
    ['right-to-left mark', '\u200f'],
    ['Arabic letter mark', '\u061c'],
    ['line separator', '\u2028'],
    ['byte order mark', '\ufeff'],
    ['interlinear annotation', '\ufff9'],
    ['tag', '\u{e0041}'],
    ['unpaired surrogate', '\ud83d'],
    ['a C1 control', '\u009b'],
  ])('%s is shown as a replacement sign', (_, acting) => {
    expect(inertText(`a${acting}b`)).toBe('a\ufffdb');
  });

  test('terminal escapes become signs', () => {
    expect(inertText('\u001b[2J\u0007\u007f')).toBe('\u241b[2J\u2407\u2421');
  });

  test('line breaks and tabs stay in text, and are spaces in a name', () => {
    expect(inertText('a\r\nb\rc\td')).toBe('a\nb\nc\td');
    expect(inertLine(' a\n\n b\t')).toBe('a b');
    expect(inertLine(`Ann${'\u00a0\u3000\u2800'.repeat(30)}`)).toBe('Ann');
  });

  test('stacked marks are cut, ordinary ones are kept', () => {
    expect(inertText(`Z${'\u0335'.repeat(500)}x`)).toBe(`Z${'\u0335'.repeat(4)}x`);
    expect(inertText('Việt e\u0302\u0301')).toBe('Việt e\u0302\u0301');
  });

  test('scripts of the world and emoji sequences are untouched', () => {
    for (const text of ['שלום', 'مرحبا', 'नमस्ते', '日本語', '👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽', 'می‌خواهم'])
      expect(inertText(text)).toBe(text);
  });
});
