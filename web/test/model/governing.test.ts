import { describe, expect, test } from 'vitest';
import { heirsIn, mayInvite, mayPromote, mayRemove, roleIn } from '../../src/model/governing.ts';
import { newRoom, type Room } from '../../src/model/state.ts';
import type { Role, RoomState } from '../../src/model/ui_messages.ts';
import { added, kOther, kSelf, member } from './fixtures.ts';

const { is: _, ref: __, ...facts } = added();
const kAdmin = '03'.repeat(16);
const kGone = '04'.repeat(16);

/** The owner, an admin, two plain members of whom one has left; this client is `own` of them. */
function roomAs(own: Role, state: RoomState = 'live'): Room {
  const ids = { owner: '05'.repeat(16), admin: kAdmin, member: kOther, [own]: kSelf };
  const members = [
    member(ids.owner, 'Ada', { role: 'owner' }),
    member(ids.admin, 'Bo', { role: 'admin' }),
    member(ids.member, 'Cy', { role: 'member' }),
    member(kGone, 'Dee', { role: 'member', state: 'removed' }),
  ];
  return { ...newRoom({ ...facts, state }), members: new Map(members.map((one) => [one.member, one])) };
}
const named = (room: Room, may: typeof mayRemove): readonly (string | null)[] =>
  [...room.members.values()].filter((one) => may(room, one)).map(({ nickname }) => nickname);

describe('what a role lets one do', () => {
  test.each([
    ['owner', { invites: true, removes: ['Bo', 'Cy'], promotes: ['Bo', 'Cy'] }],
    ['admin', { invites: true, removes: ['Cy'], promotes: [] }],
    ['member', { invites: false, removes: [], promotes: [] }],
  ] as const)('%s', (role, { invites, removes, promotes }) => {
    const room = roomAs(role);
    expect(roleIn(room)).toBe(role);
    expect(mayInvite(room)).toBe(invites);
    expect(named(room, mayRemove)).toEqual(removes);
    expect(named(room, mayPromote)).toEqual(promotes);
    expect(heirsIn(room).map(({ nickname }) => nickname)).toEqual(promotes);
  });

  test.each(['left', 'stopped', 'waiting', 'declined'] as const)('nothing in a room that is %s', (state) => {
    const room = roomAs('owner', state);
    expect(roleIn(room)).toBeNull();
    expect(mayInvite(room)).toBe(false);
    expect(named(room, mayRemove)).toEqual([]);
    expect(named(room, mayPromote)).toEqual([]);
  });

  test('nothing for who is not there any more', () => {
    const room = roomAs('owner');
    const removed: Room = {
      ...room,
      members: new Map(room.members).set(kSelf, member(kSelf, 'Ada', { role: 'owner', state: 'removed' })),
    };
    expect(roleIn(removed)).toBeNull();
  });
});
