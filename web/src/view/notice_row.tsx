import type { Room } from '../model/state.ts';
import type { Item } from '../model/ui_messages.ts';
import { machineTimeOf, timeOf } from './format.ts';
import { memberName } from './room_words.ts';
import { Sentence } from './sentence.tsx';
import { text } from './text.ts';

const kGrave = new Set(['gap', 'refused', 'two_versions', 'invalid_control', 'newer_client', 'waiting_for_key']);

/** Something in the log that is no message. */
export function NoticeRow({ room, item }: { room: Room; item: Item }) {
  return (
    <div class={kGrave.has(item.kind) ? 'notice grave' : 'notice'} data-key={`s${item.seq}`}>
      <p>
        <NoticeSentence room={room} item={item} />
      </p>
      {item.at !== null && <time dateTime={machineTimeOf(item.at)}>{timeOf(item.at)}</time>}
    </div>
  );
}

function NoticeSentence({ room, item }: { room: Room; item: Item }) {
  const author = memberName(room, item.author);
  const number = item.number ?? 0;
  switch (item.kind) {
    case 'text':
      return null;
    case 'member_added':
      return <Sentence words={text.notices.member_added} names={[memberName(room, item.subject), author]} />;
    case 'made_admin':
    case 'made_member':
    case 'owner_changed':
      return <Sentence words={text.notices[item.kind]} names={[author, memberName(room, item.subject)]} />;
    case 'members_removed':
      return (
        <Sentence
          words={(name, subject) => text.notices.members_removed(name, subject, number - 1)}
          names={[author, memberName(room, item.subject)]}
        />
      );
    case 'room_named':
    case 'renamed':
      return <Sentence words={text.notices[item.kind]} names={[author, item.text ?? '']} />;
    case 'key_rotated':
      return <Sentence words={(name) => text.notices.key_rotated(name, number)} names={[author]} />;
    case 'gap':
    case 'forgotten':
      return <>{text.notices[item.kind](number)}</>;
    case 'refused': {
      const reason = text.notices.reasons[item.reason ?? 'body'];
      return <Sentence words={(name) => text.notices.refused(name, reason)} names={[author]} />;
    }
    default:
      return <Sentence words={text.notices[item.kind]} names={[author]} />;
  }
}
