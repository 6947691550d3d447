import { mayInvite, roleIn } from '../model/governing.ts';
import type { Room } from '../model/state.ts';
import { ConnectionStatus } from './connection_status.tsx';
import { usePage } from './context.ts';
import { Icon } from './icon.tsx';
import { InertLine } from './inert.tsx';
import { KeyStatus } from './key_status.tsx';
import { Menu, type MenuItem } from './menu.tsx';
import type { RoomOverlay } from './room.tsx';
import { roomTitle } from './room_words.ts';
import { text } from './text.ts';

/** Name, connection, key, and what can be done with the room. */
export function RoomHeader({ room, onOverlay }: { room: Room; onOverlay: (overlay: RoomOverlay) => void }) {
  const page = usePage();
  const { state } = room.facts;
  const live = state === 'live';
  const readable = live || state === 'left' || state === 'stopped';
  const owns = roleIn(room) === 'owner';
  const invites = mayInvite(room);
  const locked = room.policy?.joins_open === false;
  const items: MenuItem[] = [
    ...(live && room.rotation?.may_rotate === true
      ? [{ label: text.room.rotate, icon: 'key', act: () => onOverlay('rotate') } as const]
      : []),
    ...(invites ? [{ label: text.room.invites, icon: 'invite', act: () => onOverlay('invites') } as const] : []),
    { label: text.room.verify, icon: 'shield', act: () => onOverlay('verify') },
    ...(owns
      ? [
          {
            label: locked ? text.room.unlock : text.room.lock,
            icon: locked ? 'unlock' : 'lock',
            act: () => page.setJoinsOpen(room.facts.room, locked),
          } as const,
          { label: text.room.transfer, icon: 'transfer', act: () => onOverlay('transfer') } as const,
        ]
      : []),
    ...(live ? [{ label: text.room.leave, icon: 'leave', danger: true, act: () => onOverlay('leave') } as const] : []),
    ...(owns ? [{ label: text.room.close, icon: 'trash', danger: true, act: () => onOverlay('close') } as const] : []),
  ];
  return (
    <header class="room-head">
      <button type="button" class="icon-button back-button" aria-label={text.room.back} onClick={() => page.show(null)}>
        <Icon name="back" />
      </button>
      <div class="room-title">
        <h1>
          <InertLine value={roomTitle(room)} />
        </h1>
        <div class="room-states">
          <ConnectionStatus room={room} />
          {readable && <KeyStatus room={room} />}
        </div>
      </div>
      {invites && (
        <button type="button" class="button invite-button" onClick={() => onOverlay('invite')}>
          <Icon name="invite" />
          <span>{text.room.invite}</span>
        </button>
      )}
      {readable && (
        <button
          type="button"
          class="icon-button members-button"
          aria-label={text.room.members}
          onClick={() => onOverlay('members')}
        >
          <Icon name="members" />
        </button>
      )}
      {readable && <Menu label={text.room.settings} icon="more" items={items} />}
    </header>
  );
}
