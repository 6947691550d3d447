import type { Room } from '../model/state.ts';
import type { Member } from '../model/ui_messages.ts';
import { ConfirmDialog } from './confirm_dialog.tsx';
import { usePage } from './context.ts';
import { MemberName } from './member_name.tsx';
import { memberName } from './room_words.ts';
import { Sentence } from './sentence.tsx';
import { Sigil } from './sigil.tsx';
import { text } from './text.ts';

interface RemoveProps {
  room: Room;
  members: readonly Member[];
  onRemoved: () => void;
  onClose: () => void;
}

/** "Remove", after a confirmation. */
export function RemoveDialog({ room, members, onRemoved, onClose }: RemoveProps) {
  const page = usePage();
  const [first, ...others] = members;
  if (first === undefined) return null;
  return (
    <ConfirmDialog
      title={text.remove.title}
      about={
        others.length === 0 ? (
          <Sentence words={text.remove.about} names={[memberName(room, first.member)]} />
        ) : (
          text.remove.aboutMany(members.length)
        )
      }
      confirm={text.remove.confirm}
      onConfirm={() => {
        onRemoved();
        page.removeMembers(
          room.facts.room,
          members.map(({ member }) => member),
        );
      }}
      onClose={onClose}
    >
      <ul class="member-list">
        {members.map(({ member, fingerprint }) => (
          <li key={member} class="member">
            <Sigil fingerprint={fingerprint} />
            <p class="member-name">
              <MemberName room={room} member={member} />
            </p>
          </li>
        ))}
      </ul>
    </ConfirmDialog>
  );
}
