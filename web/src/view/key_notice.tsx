import type { Room } from '../model/state.ts';
import { Icon } from './icon.tsx';
import { memberName } from './room_words.ts';
import { Sentence } from './sentence.tsx';
import { text } from './text.ts';

/** What is not as it should be with the room key. */
export function KeyNotice({ room }: { room: Room }) {
  const { rotation } = room;
  if (rotation === null) return null;
  // Who has left does not have to be told of itself.
  const leaver = rotation.leaver === room.facts.self ? null : rotation.leaver;
  const overdue = rotation.overdue_messages > 0 || rotation.overdue_s > 0;
  const sentences = [
    ...(rotation.missing ? [text.key.missing] : []),
    ...(overdue
      ? [
          `${text.key.overdue(rotation.overdue_messages, Math.floor(rotation.overdue_s / 3600))}. ${text.key.overdueAbout}`,
        ]
      : []),
  ];
  if (sentences.length === 0 && leaver === null) return null;
  return (
    <div class="notice-bar warn">
      <Icon name="key" />
      <div class="notice-bar-text">
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        {leaver !== null && (
          <p>
            <Sentence words={text.key.leaver} names={[memberName(room, leaver)]} />
          </p>
        )}
      </div>
    </div>
  );
}
