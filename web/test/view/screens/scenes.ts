// Every screen of the page, as what the host and the core say to bring it up.
import type { HostNotice } from '../../../src/model/host.ts';
import type { Item, Member, Patch } from '../../../src/model/ui_messages.ts';

export interface Scene {
  readonly notices?: readonly HostNotice[];
  readonly patches?: readonly Patch[];
  readonly history?: readonly Item[];
  readonly link?: Patch;
  /** How many rooms the tab that has them would lose; absent: it does not answer. */
  readonly holder?: number;
  /** Names of what is pressed, in order. */
  readonly press?: readonly string[];
}

const noon = new Date().setHours(12, 0, 0, 0);
const minute = 60_000;
const id16 = (seed: number): string => seed.toString(16).padStart(2, '0').repeat(16);
// Looks like a hash: digits that don't repeat.
const id32 = (seed: number): string => {
  let state = seed * 2_654_435_761 + 1;
  let digits = '';
  while (digits.length < 64) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    digits += Math.floor(state / 65_536)
      .toString(16)
      .padStart(4, '0')
      .slice(-4);
  }
  return digits;
};
export const room = id32(7);
const self = id16(1);
const bo = id16(2);
const chidi = id16(3);
const dana = id16(4);

export const member = (id: string, nickname: string | null, part: Partial<Member> = {}): Member => ({
  member: id,
  own: id === self,
  role: id === self ? 'owner' : 'member',
  state: 'present',
  nickname,
  named_by: null,
  colour: Number.parseInt(id.slice(0, 2), 16) * 3,
  fingerprint: id32(Number.parseInt(id.slice(0, 2), 16) + 40),
  cross_checked_at: id === self ? null : noon + 95 * minute,
  ...part,
});

export const item = (seq: number, part: Partial<Item>): Item => ({
  seq,
  kind: 'text',
  author: self,
  token: id16(seq % 256),
  at: noon + seq * minute,
  text: null,
  subject: null,
  number: null,
  reason: null,
  ...part,
});

const says = (seq: number, author: string, text: string, at?: number): Item =>
  item(seq, { author, text, at: at ?? noon + seq * minute });

const yesterday = noon - 20 * 60 * minute;
const talk: readonly Item[] = [
  item(0, { kind: 'created', token: null, at: yesterday - 9 * minute }),
  item(1, { kind: 'room_named', text: 'Saturday hike', at: yesterday - 9 * minute }),
  item(2, { kind: 'member_added', subject: bo, token: null, at: yesterday - 2 * minute }),
  item(3, { kind: 'arrived', author: bo, at: yesterday - minute }),
  says(4, self, 'Hey Bo, glad you made it in. Weather looks good for Saturday.', yesterday),
  says(5, bo, 'Great! I can bring the big tent, if somebody takes the stove.', yesterday + 2 * minute),
  says(6, bo, 'And which way up? The ridge is closed until noon.', yesterday + 3 * minute),
  item(7, { kind: 'member_added', subject: chidi, token: null, at: noon + minute }),
  item(8, { kind: 'arrived', author: chidi, at: noon + 2 * minute }),
  says(9, chidi, 'Hello everyone. I have a stove, and far too much coffee.', noon + 4 * minute),
  says(10, self, 'Perfect, then we’re complete.', noon + 6 * minute),
  says(
    11,
    self,
    'Meeting point as last time? 7:40 at the bridge:\n- headlamp\n- water\n- dry socks',
    noon + 7 * minute,
  ),
  item(12, { kind: 'key_rotated', token: null, number: 3, at: noon + 20 * minute }),
  says(13, bo, '👍 7:40 works', noon + 31 * minute),
  says(
    14,
    chidi,
    'Same here. Who has the map? Last time we missed the turn behind the sawmill and walked an hour in the wrong direction, which was nice, but not with a full pack.',
    noon + 40 * minute,
  ),
  says(15, dana, 'שלום! אני מביאה את המפה', noon + 62 * minute),
];

const added = (part: Partial<Extract<Patch, { is: 'room.added' }>> = {}): Patch => ({
  is: 'room.added',
  room,
  ref: null,
  name: 'Saturday hike',
  state: 'live',
  end: null,
  inviter_online: null,
  self,
  server: id32(9),
  unread: 0,
  read: 15,
  newest_at: noon + 62 * minute,
  ...part,
});

const connection = (part: Partial<Extract<Patch, { is: 'connection.changed' }>> = {}): Patch => ({
  is: 'connection.changed',
  room,
  state: 'connected',
  done: null,
  total: null,
  retry_at: null,
  clock_off_s: null,
  clock_ahead: null,
  expected: null,
  offered: null,
  refusal: null,
  ...part,
});

const rotation = (part: Partial<Extract<Patch, { is: 'rotation.changed' }>> = {}): Patch => ({
  is: 'rotation.changed',
  room,
  epoch: 3,
  every: 100,
  used: 4,
  since: noon,
  overdue_messages: 0,
  overdue_s: 0,
  rotating: false,
  may_rotate: true,
  leaver: null,
  missing: false,
  ...part,
});

const policy = (open: boolean): Patch => ({
  is: 'room.policy_changed',
  room,
  rotate_every: 100,
  max_members: 64,
  joins_open: open,
});

const members: Patch = {
  is: 'members.changed',
  room,
  members: [
    member(self, 'Ada'),
    member(bo, 'Bo'),
    member(chidi, 'Chidi'),
    member(dana, 'דנה', { cross_checked_at: null }),
    member(id16(5), 'Eirlys', { state: 'invited', named_by: self, cross_checked_at: null }),
  ],
};

const others: readonly Patch[] = [
  {
    ...(added() as Extract<Patch, { is: 'room.added' }>),
    room: id32(11),
    name: 'Book club',
    unread: 12,
    newest_at: noon - 5 * minute,
  },
  {
    ...(added() as Extract<Patch, { is: 'room.added' }>),
    room: id32(12),
    name: 'Landlord questions, flat 3',
    newest_at: yesterday,
  },
  {
    ...(added() as Extract<Patch, { is: 'room.added' }>),
    room: id32(13),
    name: null,
    state: 'waiting',
    newest_at: yesterday - minute,
  },
];

const open: Patch = { is: 'vault.changed', state: 'open', busy: false };
const absent: Patch = { is: 'vault.changed', state: 'absent', busy: false };
const withRooms: readonly Patch[] = [open, ...others, added(), members, connection(), rotation()];
const inRoom = ['Saturday hike'];

const link = `https://chat.example/#/join/${'hFggq1Zx-kQ7dVbW'.repeat(16)}`;
const invite = (part: object): Patch => ({
  is: 'invites.changed',
  room,
  invites: [
    { invite: id16(50), state: 'used', link: null, expires_at: noon / 1000 + 86_400, used_by: bo, ref: null },
    { invite: id16(51), state: 'expired', link: null, expires_at: noon / 1000, used_by: null, ref: null },
    { invite: id16(52), state: 'live', link, expires_at: noon / 1000 + 86_400, used_by: null, ref: null, ...part },
  ],
});

const inspected = (part: Partial<Extract<Patch, { is: 'link.inspected' }>> = {}): Patch => ({
  is: 'link.inspected',
  state: 'valid',
  room,
  inviter: self,
  expires_at: noon / 1000 + 86_400,
  server: id32(9),
  origin: null,
  ...part,
});

const alarm = (kind: 'fork' | 'rollback' | 'server_key_changed', number: number): Patch => ({
  is: 'alarm.raised',
  room,
  alarm: {
    alarm: number,
    kind,
    member: bo,
    seq: 13,
    expected: kind === 'fork' ? id32(60) : null,
    offered: kind === 'fork' ? id32(61) : null,
    at: noon,
  },
});

const long = Array.from({ length: 60 }, (_, index) =>
  says(20 + index, index % 3 === 0 ? self : bo, `Message number ${index}`, noon + (70 + index) * minute),
);

const endless = Array.from({ length: 1000 }, (_, index) =>
  says(
    index,
    index % 4 === 0 ? self : bo,
    `Message ${index}. ${'word '.repeat((index * 7) % 40)}`,
    yesterday + index * 30_000,
  ),
);

export const scenes: Readonly<Record<string, Scene>> = {
  loading: { notices: [{ is: 'loading', loaded: 412_000, total: 874_000 }] },
  insecure: { notices: [{ is: 'unsupported', reason: 'insecure' }] },
  unsupported: { notices: [{ is: 'unsupported', reason: 'no_wasm' }] },
  second_tab: { notices: [{ is: 'second_tab' }] },
  second_tab_link: { notices: [{ is: 'second_tab' }], link: inspected(), holder: 2 },
  second_tab_confirm: { notices: [{ is: 'second_tab' }], holder: 2, press: ['Use 0fc here'] },
  failed: { notices: [{ is: 'failed', reason: 'crashed' }] },
  start: { patches: [absent] },
  start_keep: { patches: [absent], press: ['Keep my rooms on this device'] },
  start_rooms: { patches: withRooms },
  start_memory: { patches: [{ is: 'vault.changed', state: 'memory', busy: false }, ...others, added()] },
  locked: { patches: [{ is: 'vault.changed', state: 'locked', busy: false }] },
  locked_link: { patches: [{ is: 'vault.changed', state: 'locked', busy: false }], link: inspected() },
  locked_wrong: {
    patches: [
      { is: 'vault.changed', state: 'locked', busy: false },
      { is: 'problem', code: 'passphrase_wrong', room: null, ref: null, amount: null },
    ],
  },
  damaged: { patches: [{ is: 'vault.changed', state: 'damaged', busy: false }] },
  wipe: { patches: [{ is: 'vault.changed', state: 'locked', busy: false }], press: ['Wipe everything'] },
  join: { patches: [absent], link: inspected() },
  join_mangled: {
    patches: [absent],
    link: inspected({ state: 'mangled', room: null, server: null, expires_at: null }),
  },
  join_member: { patches: withRooms, link: inspected({ state: 'already_member' }) },
  waiting: {
    patches: [open, added({ state: 'waiting', name: null, inviter_online: false }), connection()],
    press: ['Unnamed room'],
  },
  verifying: {
    patches: [
      open,
      added({ state: 'verifying', name: null }),
      connection({ state: 'catching_up', done: 120, total: 400 }),
    ],
    press: ['Unnamed room'],
  },
  declined: {
    patches: [open, added({ state: 'declined', end: 'invite_used', name: null }), connection({ state: 'closed' })],
    press: ['Unnamed room'],
  },
  room: { patches: withRooms, history: talk, press: inRoom },
  room_empty: {
    patches: [
      open,
      added({ read: null }),
      { is: 'members.changed', room, members: [member(self, 'Ada')] },
      connection(),
      rotation({ epoch: 0, used: 1 }),
    ],
    history: talk.slice(0, 2),
    press: inRoom,
  },
  room_unread: {
    patches: [open, ...others, added({ unread: 3, read: 11 }), members, connection(), rotation()],
    history: talk,
    press: inRoom,
  },
  room_long: { patches: withRooms, history: [...talk, ...long], press: inRoom },
  room_endless: { patches: withRooms, history: endless, press: inRoom },
  room_offline: {
    patches: [
      ...withRooms,
      connection({ state: 'offline', retry_at: noon }),
      {
        is: 'outbox.changed',
        room,
        entries: [
          {
            token: id16(90),
            ref: null,
            text: 'Train is late, I’ll be there at 8.',
            at: noon + 64 * minute,
            state: 'waiting',
            problem: null,
          },
          {
            token: id16(91),
            ref: null,
            text: 'Save me some coffee',
            at: noon + 64 * minute,
            state: 'failed',
            problem: 'too_large',
          },
        ],
      },
    ],
    history: talk,
    press: inRoom,
  },
  room_notices: {
    patches: [
      ...withRooms,
      connection({ state: 'catching_up', done: 1200, total: 4096 }),
      rotation({ overdue_messages: 14, overdue_s: 7300, leaver: bo }),
    ],
    history: [
      ...talk,
      item(20, { kind: 'gap', number: 42, author: null, token: null }),
      item(62, { kind: 'refused', author: bo, reason: 'signature' }),
      item(63, { kind: 'two_versions', author: chidi }),
      item(64, { kind: 'newer_client', author: dana }),
      item(65, { kind: 'member_left', author: bo, token: null }),
    ],
    press: inRoom,
  },
  room_alarm: { patches: [...withRooms, alarm('fork', 1)], history: talk, press: inRoom },
  room_server_key: {
    patches: [
      ...withRooms,
      connection({ state: 'server_key_changed', expected: id32(9), offered: id32(10) }),
      alarm('server_key_changed', 1),
    ],
    history: talk,
    press: inRoom,
  },
  room_alike: {
    patches: [
      ...withRooms,
      { is: 'members.changed', room, members: [member(bo, 'Ada '), member(chidi, 'Chidi, who carries the coffee')] },
      { is: 'members.changed', room, members: [member(dana, 'chidi who carries the coffee')] },
    ],
    history: talk,
    press: inRoom,
  },
  room_arrival: {
    patches: [
      ...withRooms,
      invite({}),
      {
        is: 'invites.changed',
        room,
        invites: [{ invite: id16(52), state: 'used', link: null, expires_at: 0, used_by: chidi, ref: null }],
      },
      { is: 'problem', code: 'rate_limited', room, ref: null, amount: null },
    ],
    history: talk,
    press: inRoom,
  },
  join_other_key: {
    patches: [
      open,
      added({ state: 'requesting', name: null }),
      connection({ state: 'server_key_changed', expected: id32(9), offered: id32(10) }),
      alarm('server_key_changed', 1),
    ],
    press: ['Unnamed room'],
  },
  room_clock: {
    patches: [...withRooms, connection({ state: 'clock_off', clock_off_s: 108_000, clock_ahead: true })],
    history: talk,
    press: inRoom,
  },
  room_hostile: {
    patches: [
      open,
      added({ name: '\u202egnorw\u202c <b>bold</b> \u0007' }),
      {
        is: 'members.changed',
        room,
        members: [
          member(self, 'Ada'),
          member(bo, '\u202eevil\u2066 <img src=x onerror=alert(1)>'),
          member(chidi, 'W'.repeat(120)),
        ],
      },
      connection(),
      rotation(),
    ],
    history: [
      says(1, bo, '\u202eright to left override\n\u001b[2J\u001b]52;c;eA==\u0007 <script>alert(1)</script>'),
      says(2, bo, `Z${'\u0335\u0321\u0322\u0344'.repeat(60)}algo ${'🏳️‍🌈'.repeat(8)}`),
      says(3, chidi, 'x'.repeat(600)),
      item(4, { kind: 'renamed', author: bo, text: '\u2067\u202eadmin' }),
    ],
    press: ['\u202egnorw'],
  },
  room_left: {
    patches: [open, added({ state: 'left' }), members, connection({ state: 'closed' })],
    history: talk,
    press: inRoom,
  },
  members: { patches: withRooms, history: talk, press: [...inRoom, 'Members'] },
  member_menu: { patches: withRooms, history: talk, press: [...inRoom, 'Members', 'Member options'] },
  members_select: {
    patches: [...withRooms, policy(false)],
    history: talk,
    press: [...inRoom, 'Members', 'Select members', 'Select Bo', 'Select Chidi'],
  },
  members_remove: {
    patches: withRooms,
    history: talk,
    press: [...inRoom, 'Members', 'Select members', 'Select Bo', 'Select Chidi', 'Remove 2 members'],
  },
  member_remove: {
    patches: withRooms,
    history: talk,
    press: [...inRoom, 'Members', 'Member options', 'Remove'],
  },
  rotate: { patches: withRooms, history: talk, press: [...inRoom, 'Room settings', 'Rotate key'] },
  transfer: { patches: withRooms, history: talk, press: [...inRoom, 'Room settings', 'Transfer ownership'] },
  close_room: { patches: withRooms, history: talk, press: [...inRoom, 'Room settings', 'Close room'] },
  leave_owner: { patches: withRooms, history: talk, press: [...inRoom, 'Room settings', 'Leave room'] },
  room_admin: {
    patches: [
      ...withRooms,
      {
        is: 'members.changed',
        room,
        members: [member(self, 'Ada', { role: 'admin' }), member(bo, 'Bo', { role: 'owner' })],
      },
    ],
    history: [
      ...talk,
      item(20, { kind: 'owner_changed', subject: bo, token: null }),
      item(21, { kind: 'made_admin', author: bo, subject: chidi, token: null }),
      item(22, { kind: 'made_member', author: bo, subject: chidi, token: null }),
      item(23, { kind: 'members_removed', author: bo, subject: id16(6), number: 2, token: null }),
      item(24, { kind: 'policy_set', author: bo, token: null }),
    ],
    press: inRoom,
  },
  room_removed: {
    patches: [open, added({ state: 'stopped', end: 'removed' }), members, connection({ state: 'closed' })],
    history: talk,
    press: inRoom,
  },
  room_closed: {
    patches: [open, added({ state: 'stopped', end: 'destroyed' }), members, connection({ state: 'closed' })],
    history: [...talk, item(20, { kind: 'destroyed', token: null })],
    press: inRoom,
  },
  invite_locked: { patches: [...withRooms, policy(false), invite({})], history: talk, press: [...inRoom, 'Invite'] },
  menu: { patches: withRooms, history: talk, press: [...inRoom, 'Room settings'] },
  invite: { patches: [...withRooms, invite({})], history: talk, press: [...inRoom, 'Invite'] },
  invite_local: {
    patches: [...withRooms, invite({ link: link.replace('https://chat.example', 'http://localhost:5103') })],
    history: talk,
    press: [...inRoom, 'Invite'],
  },
  invites: { patches: [...withRooms, invite({})], history: talk, press: [...inRoom, 'Room settings', 'Invites'] },
  verify: { patches: withRooms, history: talk, press: [...inRoom, 'Room settings', 'Verify'] },
  leave: {
    patches: [...withRooms, { is: 'members.changed', room, members: [member(self, 'Ada', { role: 'member' })] }],
    history: talk,
    press: [...inRoom, 'Room settings', 'Leave room'],
  },
  shortcuts: { patches: withRooms, press: ['Keyboard shortcuts'] },
};
