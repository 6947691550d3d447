import { useEffect, useRef } from 'preact/hooks';
import type { Room } from '../model/state.ts';
import { isThere } from '../model/state.ts';
import type { Member } from '../model/ui_messages.ts';
import { shortMomentOf } from './format.ts';
import { Icon } from './icon.tsx';
import { MemberName } from './member_name.tsx';
import { memberName } from './room_words.ts';
import { Sentence } from './sentence.tsx';
import { Sigil } from './sigil.tsx';
import { text } from './text.ts';

interface MemberListProps {
  room: Room;
  open: boolean;
  onClose: () => void;
}

/** Who is in the room: beside the messages, or over them on a small screen. */
export function MemberList({ room, open, onClose }: MemberListProps) {
  const members = [...room.members.values()].filter(isThere);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (open) box.current?.focus();
  }, [open]);
  return (
    <aside
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has only a keyboard scrolls it with the keys
      tabIndex={0}
      class={open ? 'members open' : 'members'}
      aria-label={text.room.members}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <div class="members-head">
        <h2>{text.members.count(members.length)}</h2>
        <button type="button" class="icon-button" aria-label={text.members.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <ul class="member-list" aria-label={text.room.members}>
        {members.map((member) => (
          <MemberEntry key={member.member} room={room} member={member} />
        ))}
      </ul>
    </aside>
  );
}

function MemberEntry({ room, member }: { room: Room; member: Member }) {
  const facts = [
    ...(member.own ? [text.members.you] : []),
    ...(text.members.roles[member.role] === '' ? [] : [text.members.roles[member.role]]),
    ...(member.state === 'invited' ? [text.members.invited] : []),
  ];
  return (
    <li class={member.state === 'invited' ? 'member invited' : 'member'}>
      <Sigil fingerprint={member.fingerprint} />
      <div class="member-text">
        <p class="member-name">
          <MemberName room={room} member={member.member} />
          {facts.length > 0 && <span class="member-facts">{facts.join(' · ')}</span>}
        </p>
        <p class="member-line">
          {member.named_by !== null ? (
            <Sentence words={text.members.calledBy} names={[memberName(room, member.named_by)]} />
          ) : member.own ? null : member.cross_checked_at === null ? (
            text.members.unchecked
          ) : (
            text.members.crossChecked(shortMomentOf(member.cross_checked_at))
          )}
        </p>
      </div>
    </li>
  );
}
