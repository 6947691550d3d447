import { useId } from 'preact/hooks';
import { mayPromote, mayRemove } from '../model/governing.ts';
import type { Room } from '../model/state.ts';
import type { Member } from '../model/ui_messages.ts';
import { usePage } from './context.ts';
import { sinceOf } from './format.ts';
import { MemberName } from './member_name.tsx';
import { Menu, type MenuItem } from './menu.tsx';
import { memberName } from './room_words.ts';
import { Sentence } from './sentence.tsx';
import { Sigil } from './sigil.tsx';
import { text } from './text.ts';

interface MemberEntryProps {
  room: Room;
  member: Member;
  /** Null unless members are being selected. */
  selected: boolean | null;
  onSelect: () => void;
  onRemove: () => void;
  onTransfer: () => void;
}

/** One member, and what can be done with it. */
export function MemberEntry({ room, member, selected, onSelect, onRemove, onTransfer }: MemberEntryProps) {
  const page = usePage();
  const nameId = useId();
  const facts = [
    ...(member.own ? [text.members.you] : []),
    ...(text.members.roles[member.role] === '' ? [] : [text.members.roles[member.role]]),
    ...(member.state === 'invited' ? [text.members.invited] : []),
  ];
  const setRole = (role: 'admin' | 'member') => (): void => page.setRole(room.facts.room, member.member, role);
  const items: MenuItem[] = [
    ...(mayPromote(room, member)
      ? [
          member.role === 'admin'
            ? ({ label: text.members.makeMember, icon: 'members', act: setRole('member') } as const)
            : ({ label: text.members.makeAdmin, icon: 'role', act: setRole('admin') } as const),
          { label: text.room.transfer, icon: 'transfer', act: onTransfer } as const,
        ]
      : []),
    ...(mayRemove(room, member)
      ? [{ label: text.members.remove, icon: 'trash', danger: true, act: onRemove } as const]
      : []),
  ];
  return (
    <li class={member.state === 'invited' ? 'member invited' : 'member'}>
      {selected !== null && mayRemove(room, member) && (
        <label class="member-check">
          <input
            type="checkbox"
            checked={selected}
            aria-label={text.members.selectOne(memberName(room, member.member))}
            onChange={onSelect}
          />
        </label>
      )}
      <Sigil fingerprint={member.fingerprint} />
      <div class="member-text">
        <p class="member-name" id={nameId}>
          <MemberName room={room} member={member.member} />
          {facts.length > 0 && <span class="member-facts">{facts.join(' · ')}</span>}
        </p>
        <MemberLine room={room} member={member} />
      </div>
      {selected === null && items.length > 0 && (
        <Menu label={text.members.options} icon="more" items={items} describedBy={nameId} />
      )}
    </li>
  );
}

/** How much is known of a member. */
function MemberLine({ room, member }: { room: Room; member: Member }) {
  if (member.named_by !== null && member.named_by !== room.facts.self)
    return (
      <p class="member-line">
        <Sentence words={text.members.calledBy} names={[memberName(room, member.named_by)]} />
      </p>
    );
  if (member.own || member.named_by !== null) return null;
  return (
    <p class="member-line">
      {member.cross_checked_at === null
        ? text.members.unchecked
        : text.members.crossChecked(sinceOf(member.cross_checked_at, Date.now()))}
    </p>
  );
}
