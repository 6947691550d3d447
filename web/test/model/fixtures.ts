// Pieces of patches, with defaults for what a test does not care about.
import type { Item, Member, OutboxEntry, Patch } from '../../src/model/ui_messages.ts';

export const kRoom = 'ab'.repeat(32);
export const kSelf = '01'.repeat(16);
export const kOther = '02'.repeat(16);

type Added = Extract<Patch, { is: 'room.added' }>;

export const added = (part: Partial<Added> = {}): Added => ({
  is: 'room.added',
  room: kRoom,
  ref: null,
  name: 'Room',
  state: 'live',
  end: null,
  inviter_online: null,
  self: kSelf,
  server: null,
  unread: 0,
  read: null,
  newest_at: null,
  ...part,
});

export const item = (seq: number, part: Partial<Item> = {}): Item => ({
  seq,
  kind: 'text',
  author: kOther,
  token: seq.toString(16).padStart(32, '0'),
  at: Date.UTC(2026, 0, 5, 12) + seq * 1000,
  text: `text ${seq}`,
  subject: null,
  number: null,
  reason: null,
  ...part,
});

export const entry = (token: string, part: Partial<OutboxEntry> = {}): OutboxEntry => ({
  token,
  ref: null,
  text: 'text',
  at: 1,
  state: 'waiting',
  problem: null,
  ...part,
});

export const member = (id: string, nickname: string | null, part: Partial<Member> = {}): Member => ({
  member: id,
  own: id === kSelf,
  role: id === kSelf ? 'owner' : 'member',
  state: 'present',
  nickname,
  named_by: null,
  colour: 3,
  fingerprint: '0123456789abcdef'.repeat(4),
  cross_checked_at: null,
  ...part,
});
