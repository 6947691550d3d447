// What this client's role lets it do in a room. The core decides; this is so that the page offers nothing in vain.
import { isThere, type Room } from './state.ts';
import type { Member, Role } from './ui_messages.ts';

/** The own role while something can be done with it. */
export function roleIn(room: Room): Role | null {
  const self = room.members.get(room.facts.self);
  return room.facts.state === 'live' && self !== undefined && isThere(self) ? self.role : null;
}

export const mayInvite = (room: Room): boolean => roleIn(room) === 'owner' || roleIn(room) === 'admin';

/** Admins remove plain members, the owner everybody else. */
export function mayRemove(room: Room, member: Member): boolean {
  if (member.own || !isThere(member)) return false;
  const role = roleIn(room);
  return role === 'owner' || (role === 'admin' && member.role === 'member');
}

/** Whether the role of this member is the own client's to change, or the room to be handed over to it. */
export const mayPromote = (room: Room, member: Member): boolean =>
  roleIn(room) === 'owner' && !member.own && isThere(member);

/** Who could become the owner. */
export const heirsIn = (room: Room): readonly Member[] =>
  [...room.members.values()].filter((member) => mayPromote(room, member));
