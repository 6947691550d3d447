// Which part of a long log is in the document: at most kRowsMax items, moved in steps as the person scrolls.

export const kRowsMax = 180;
export const kStep = 60;

/** Seq of the first item in the document, or null: the newest kRowsMax, following the end. */
export type LogWindow = { readonly from: number } | null;

interface HasSeq {
  readonly seq: number;
}

export interface Slice<Item> {
  readonly items: readonly Item[];
  readonly before: Item | undefined;
  readonly atStart: boolean;
  readonly atEnd: boolean;
}

/** Index of the first item at or after `seq`. */
function indexOf(items: readonly HasSeq[], seq: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The part of `items` to show. While there are older ones than `items` (`more`), the first is held back: it says which
 * day it is and who wrote last, so that no row changes when what precedes it comes.
 */
export function sliceOf<Item extends HasSeq>(items: readonly Item[], window: LogWindow, more: boolean): Slice<Item> {
  const lowest = more && items.length > 1 ? 1 : 0;
  const wanted = window === null ? items.length - kRowsMax : indexOf(items, window.from);
  const start = Math.max(lowest, wanted);
  const end = Math.min(items.length, start + kRowsMax);
  return {
    items: items.slice(start, end),
    before: items[start - 1],
    atStart: start === lowest,
    atEnd: end === items.length,
  };
}

/** The window one step further up. */
export function olderWindow(items: readonly HasSeq[], window: LogWindow): LogWindow {
  const start = window === null ? Math.max(0, items.length - kRowsMax) : indexOf(items, window.from);
  const first = items[Math.max(0, start - kStep)];
  return first === undefined ? null : { from: first.seq };
}

/** The window one step further down; null when it reaches the end. */
export function newerWindow(items: readonly HasSeq[], window: LogWindow): LogWindow {
  if (window === null) return null;
  const start = indexOf(items, window.from) + kStep;
  const first = items[start];
  return first === undefined || start + kRowsMax >= items.length ? null : { from: first.seq };
}
