import { expect, test } from 'vitest';
import { dateOf } from '../../src/model/moment.ts';

test('a moment beyond all dates, which a message or a link may name, is the last there is', () => {
  expect(dateOf(Number.MAX_SAFE_INTEGER).toISOString()).toBe('+275760-09-13T00:00:00.000Z');
  expect(dateOf(0).toISOString()).toBe('1970-01-01T00:00:00.000Z');
});
