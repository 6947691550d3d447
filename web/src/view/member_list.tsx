import { useEffect, useRef, useState } from 'preact/hooks';
import { mayRemove } from '../model/governing.ts';
import { isThere, type Room } from '../model/state.ts';
import type { Member } from '../model/ui_messages.ts';
import { Icon } from './icon.tsx';
import { MemberEntry } from './member_entry.tsx';
import { RemoveDialog } from './remove_dialog.tsx';
import { text } from './text.ts';
import { TransferDialog } from './transfer_dialog.tsx';

interface MemberListProps {
  room: Room;
  open: boolean;
  onClose: () => void;
}

/** What is asked over the list. */
type Asking =
  | { readonly is: 'remove'; readonly members: readonly Member[] }
  | { readonly is: 'transfer'; heir: string };

/** Who is in the room: beside the messages, or over them on a small screen. */
export function MemberList({ room, open, onClose }: MemberListProps) {
  const members = [...room.members.values()].filter(isThere);
  const removable = members.filter((member) => mayRemove(room, member));
  const [selected, setSelected] = useState<readonly string[] | null>(null);
  const [asking, setAsking] = useState<Asking | null>(null);
  const chosen = removable.filter(({ member }) => selected?.includes(member));
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (open) box.current?.focus();
  }, [open]);
  const toggle = (member: string): void =>
    setSelected((all) => (all?.includes(member) ? all.filter((one) => one !== member) : [...(all ?? []), member]));

  return (
    <aside
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has only a keyboard scrolls it with the keys
      tabIndex={0}
      class={open ? 'members open' : 'members'}
      aria-label={text.room.members}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented && asking === null) onClose();
      }}
    >
      <div class="members-head">
        <h2>
          {text.members.count(members.length)}
          {room.policy?.joins_open === false && ` · ${text.members.locked}`}
        </h2>
        {removable.length > 1 && selected === null && (
          <button type="button" class="icon-button" aria-label={text.members.select} onClick={() => setSelected([])}>
            <Icon name="select" />
          </button>
        )}
        <button type="button" class="icon-button close-members" aria-label={text.members.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <ul class="member-list" aria-label={text.room.members}>
        {members.map((member) => (
          <MemberEntry
            key={member.member}
            room={room}
            member={member}
            selected={selected === null ? null : selected.includes(member.member)}
            onSelect={() => toggle(member.member)}
            onRemove={() => setAsking({ is: 'remove', members: [member] })}
            onTransfer={() => setAsking({ is: 'transfer', heir: member.member })}
          />
        ))}
      </ul>
      {selected !== null && (
        <div class="actions members-selected">
          <button type="button" class="button small" onClick={() => setSelected(null)}>
            {text.dialog.cancel}
          </button>
          <button
            type="button"
            class="button small danger"
            disabled={chosen.length === 0}
            onClick={() => setAsking({ is: 'remove', members: chosen })}
          >
            {text.members.removeSelected(chosen.length)}
          </button>
        </div>
      )}
      {asking?.is === 'remove' && (
        <RemoveDialog
          room={room}
          members={asking.members}
          onRemoved={() => setSelected(null)}
          onClose={() => setAsking(null)}
        />
      )}
      {asking?.is === 'transfer' && <TransferDialog room={room} heir={asking.heir} onClose={() => setAsking(null)} />}
    </aside>
  );
}
