// Scrolling of the message log: it follows the end, or holds still what the person looks at while rows come and go.
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type LogWindow, newerWindow, olderWindow, type Slice, sliceOf } from '../model/log_window.ts';
import type { Room } from '../model/state.ts';
import type { Item } from '../model/ui_messages.ts';
import { usePage } from './context.ts';

const kAtEndPx = 48; // this close to the end counts as being there
const kNearPx = 600; // this close to a border the window moves

// Rows that stay: a day separator goes when older messages of that day come above it.
const kSteady = '.message[data-key], .notice[data-key]';

interface Anchor {
  readonly key: string;
  readonly top: number;
}

interface LogScroll {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly slice: Slice<Item>;
  readonly following: boolean;
  readonly onScroll: () => void;
  readonly toEnd: () => void;
}

/** The first row that ends below the upper border, and where it starts. */
function anchorOf(box: HTMLElement): Anchor | null {
  const rows = box.querySelectorAll<HTMLElement>(kSteady);
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row !== undefined && row.offsetTop + row.offsetHeight <= box.scrollTop) low = middle + 1;
    else high = middle;
  }
  const row = rows[low];
  return row?.dataset['key'] === undefined ? null : { key: row.dataset['key'], top: row.offsetTop - box.scrollTop };
}

export function useLogScroll(room: Room): LogScroll {
  const page = usePage();
  const box = useRef<HTMLDivElement>(null);
  const anchor = useRef<Anchor | null>(null);
  const [window, setWindow] = useState<LogWindow>(null);
  const [following, setFollowing] = useState(true);
  const more = room.history.more === true;
  const slice = useMemo(() => sliceOf(room.items, window, more), [room.items, window, more]);
  const id = room.facts.room;
  // The document still shows what was before: what stands still is what the person sees now, also while a scroll event
  // is on its way.
  if (!following && box.current !== null) anchor.current = anchorOf(box.current);

  const settle = (): void => {
    const log = box.current;
    if (log === null) return;
    if (following) log.scrollTop = log.scrollHeight;
    else if (anchor.current !== null) {
      const row = log.querySelector<HTMLElement>(`[data-key="${CSS.escape(anchor.current.key)}"]`);
      if (row !== null) log.scrollTop = row.offsetTop - anchor.current.top;
    }
    if (slice.atStart && log.scrollHeight < log.clientHeight + kNearPx) page.older(id);
    if (following && slice.atEnd && document.visibilityState === 'visible') page.read(id);
  };
  useLayoutEffect(settle);

  // The box changes its height when a keyboard or a notice comes up.
  const latest = useRef(settle);
  latest.current = settle;
  useEffect(() => {
    const log = box.current;
    if (log === null) return;
    const observer = new ResizeObserver(() => latest.current());
    observer.observe(log);
    const seen = (): void => latest.current();
    document.addEventListener('visibilitychange', seen);
    return () => {
      observer.disconnect();
      document.removeEventListener('visibilitychange', seen);
    };
  }, []);

  const onScroll = (): void => {
    const log = box.current;
    if (log === null) return;
    const below = log.scrollHeight - log.scrollTop - log.clientHeight;
    const end = slice.atEnd && below < kAtEndPx;
    if (end !== following) {
      setFollowing(end);
      const first = slice.items[0];
      setWindow(end || first === undefined ? null : { from: first.seq });
    }
    if (log.scrollTop < kNearPx) {
      if (slice.atStart) page.older(id);
      else setWindow(olderWindow(room.items, window));
    } else if (below < kNearPx && !slice.atEnd) setWindow(newerWindow(room.items, window));
  };

  const toEnd = (): void => {
    setWindow(null);
    setFollowing(true);
  };
  return { box, slice, following, onScroll, toEnd };
}
