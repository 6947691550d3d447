const kPaths = {
  back: 'M15 5l-7 7 7 7',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  down: 'M12 5v14M6 13l6 6 6-6',
  eye: 'M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12zM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z',
  invite:
    'M10 11.5a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.6zM3 20c.4-3.7 3.2-5.6 7-5.6 1.6 0 3 .3 4.1.9M18 14v7M14.5 17.5h7',
  key: 'M14.5 4a5.5 5.5 0 1 1-2.3 10.5L10 16.7V19H7.7v2H3v-3.9l6.5-6.5A5.5 5.5 0 0 1 14.5 4zM16 8.5v.01',
  keyboard: 'M3 6.5h18v11H3zM7 10v.01M10.5 10v.01M14 10v.01M17.5 10v.01M8 14h8',
  leave: 'M13 4H5v16h8M10 12h10M16.5 8.5 20 12l-3.5 3.5',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  members:
    'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19.5c.4-3.3 3-5 6.5-5s6.1 1.7 6.5 5M16 4.8a3.5 3.5 0 0 1 0 6.4M18 14.9c2 .7 3.2 2.3 3.5 4.6',
  more: 'M5 12v.01M12 12v.01M19 12v.01',
  plus: 'M12 5v14M5 12h14',
  refresh: 'M20 11a8 8 0 0 0-14.3-4L4 8.5M4 4v4.5h4.5M4 13a8 8 0 0 0 14.3 4l1.7-1.5M20 20v-4.5h-4.5',
  role: 'M12 3.5l2.6 5.3 5.9.9-4.3 4.1 1 5.8-5.2-2.8-5.2 2.8 1-5.8-4.3-4.1 5.9-.9z',
  select: 'M4 6.5l1.5 1.5L8 5M4 14.5l1.5 1.5L8 13M11.5 7H20M11.5 15H20',
  send: 'M12 19V6M6 11.5 12 5l6 6.5',
  shield: 'M12 3l7.5 3v5.5c0 4.5-3 8-7.5 9.5-4.5-1.5-7.5-5-7.5-9.5V6z',
  tick: 'M5 12.5l4.5 4.5L19 7.5',
  transfer: 'M4 8h14M14.5 4.5 18 8l-3.5 3.5M20 16H6M9.5 12.5 6 16l3.5 3.5',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7',
  unlock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 6.8-1.2',
  warning: 'M12 4l9 16H3zM12 10v4.5M12 17.3v.01',
} as const;

export type IconName = keyof typeof kPaths;

/** A line drawing that says nothing to a screen reader. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={kPaths[name]} />
    </svg>
  );
}
