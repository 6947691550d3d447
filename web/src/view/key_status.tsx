import type { Room } from '../model/state.ts';
import { Icon } from './icon.tsx';
import { text } from './text.ts';

/** The room key: which, and when the next one comes. */
export function KeyStatus({ room }: { room: Room }) {
  const { rotation } = room;
  if (rotation === null) return null;
  // Before anybody has written, and after the end, the next key is no news.
  const hasNext = room.facts.state === 'live' && rotation.used > 1;
  const left = Math.max(0, rotation.every - rotation.used);
  return (
    <span class="key-status">
      <Icon name="key" />
      <span>
        {text.key.label(rotation.epoch)}
        {hasNext && <span class="key-next"> · {rotation.rotating ? text.key.rotating : text.key.next(left)}</span>}
      </span>
    </span>
  );
}
