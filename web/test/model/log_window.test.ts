import { describe, expect, test } from 'vitest';
import { kRowsMax, kStep, type LogWindow, newerWindow, olderWindow, sliceOf } from '../../src/model/log_window.ts';

const log = (count: number, from = 0) => Array.from({ length: count }, (_, index) => ({ seq: (from + index) * 2 }));

describe('the part of the log that is in the document', () => {
  test('is the newest items, never more than the limit', () => {
    const slice = sliceOf(log(1000), null, false);
    expect(slice.items).toHaveLength(kRowsMax);
    expect(slice.items.at(-1)?.seq).toBe(1998);
    expect(slice).toMatchObject({ atStart: false, atEnd: true, before: { seq: (1000 - kRowsMax - 1) * 2 } });
  });

  test('a short log is there as a whole', () => {
    expect(sliceOf(log(3), null, false)).toMatchObject({ atStart: true, atEnd: true, before: undefined });
  });

  test('the oldest item is held back while there are older ones', () => {
    const slice = sliceOf(log(3), null, true);
    expect(slice.items.map((item) => item.seq)).toEqual([2, 4]);
    expect(slice).toMatchObject({ atStart: true, before: { seq: 0 } });
    expect(sliceOf(log(1), null, true).items).toHaveLength(1);
  });

  test('going up reaches the start and going down the end, by overlapping steps', () => {
    const items = log(1000);
    let window: LogWindow = null;
    let steps = 0;
    for (let slice = sliceOf(items, window, false); !slice.atStart; slice = sliceOf(items, window, false)) {
      const first = slice.items[0]?.seq ?? 0;
      window = olderWindow(items, window);
      const next = sliceOf(items, window, false);
      expect(next.items.some((item) => item.seq === first)).toBe(true);
      expect(next.items.length).toBeLessThanOrEqual(kRowsMax);
      steps += 1;
    }
    expect(steps).toBe(Math.ceil((1000 - kRowsMax) / kStep));
    for (; window !== null; steps -= 1) window = newerWindow(items, window);
    expect(sliceOf(items, window, false).atEnd).toBe(true);
    expect(steps).toBe(0);
  });

  test('stays where it is when older and newer items come', () => {
    const window: LogWindow = { from: 200 };
    const before = sliceOf(log(500, 50), window, true);
    const after = sliceOf(log(700), window, false);
    expect(after.items[0]).toEqual(before.items[0]);
    expect(after.items.length).toBe(kRowsMax);
  });
});
