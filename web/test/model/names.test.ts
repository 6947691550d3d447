import { describe, expect, test } from 'vitest';
import { lookOf, shownName, wholeName } from '../../src/model/names.ts';
import { newRoom, type Room } from '../../src/model/state.ts';
import type { Member } from '../../src/model/ui_messages.ts';
import { added, kOther, kSelf, member } from './fixtures.ts';

const { is: _, ref: __, ...facts } = added();
const kThird = '03'.repeat(16);
const kFingerprints = new Map([
  [kSelf, '214e'],
  [kOther, '9c01'],
  [kThird, 'f00d'],
]);

function roomOf(...members: readonly Member[]): Room {
  return { ...newRoom(facts), members: new Map(members.map((one) => [one.member, one])) };
}
const called = (id: string, nickname: string | null, part: Partial<Member> = {}): Member =>
  member(id, nickname, { fingerprint: (kFingerprints.get(id) ?? '').repeat(16), ...part });
const nameIn = (room: Room, id: string): string | null => {
  const shown = shownName(room, id);
  return shown && wholeName(shown);
};

describe('names that eyes don’t tell apart', () => {
  test.each([
    ['Ann', 'Ann '],
    ['Ann', 'ANN'],
    ['Ann', 'Аnn'], // Cyrillic А
    ['Νina', 'Nina'], // Greek Ν
    ['Ann', 'A\u200bnn'],
    ['Ann', 'A\u00adnn'],
    ['Ann', 'Ann.'],
    ['Ann', 'A nn'],
    ['Ann', '\uff21nn'], // full width
    ['Zoe', 'Zoë'],
    ['Bill', 'BiII'],
    ['bob', 'b0b'],
    ['Tom', 'Torn'],
    ['ᗷo', 'ᗷo\u2800'],
  ])('%s and %s have the same look', (one, other) => {
    expect(lookOf(one)).toBe(lookOf(other));
  });

  test.each([
    ['Ann', 'Anna'],
    ['Bo', 'Bob'],
    ['👍', '👎'],
    ['!', '?'],
    ['דנה', 'דן'],
  ])('%s and %s do not', (one, other) => {
    expect(lookOf(one)).not.toBe(lookOf(other));
  });
});

describe('the name that is shown', () => {
  test('is the nickname while nobody else’s looks like it', () => {
    const room = roomOf(called(kSelf, 'Ann'), called(kOther, 'Bo'));
    expect(nameIn(room, kSelf)).toBe('Ann');
    expect(nameIn(room, kOther)).toBe('Bo');
  });

  test('carries the start of the fingerprint where two look alike, for each of them', () => {
    const room = roomOf(called(kSelf, 'Ann'), called(kOther, 'Bo'), called(kThird, 'Ann '));
    expect([kSelf, kOther, kThird].map((id) => nameIn(room, id))).toEqual(['Ann · 214e', 'Bo', 'Ann  · f00d']);
  });

  test('counts who left: what they wrote stands in the log', () => {
    const room = roomOf(called(kOther, 'Ann', { state: 'left' }), called(kThird, 'Ann'));
    expect(nameIn(room, kThird)).toBe('Ann · f00d');
  });

  test('follows a change of the members', () => {
    const room = roomOf(called(kSelf, 'Ann'), called(kOther, 'Bo'));
    expect(nameIn(room, kSelf)).toBe('Ann');
    const later = { ...room, members: new Map(room.members).set(kOther, called(kOther, 'ann')) };
    expect(nameIn(later, kSelf)).toBe('Ann · 214e');
  });

  test('has as many digits as tell the fingerprints apart', () => {
    const room = roomOf(
      called(kSelf, 'Ann', { fingerprint: `214e0000${'0'.repeat(56)}` }),
      called(kOther, 'Ann', { fingerprint: `214e1111${'0'.repeat(56)}` }),
    );
    expect(nameIn(room, kSelf)).toBe('Ann · 214e0000');
    expect(nameIn(room, kOther)).toBe('Ann · 214e1111');
  });

  test('has no mark that somebody wrote', () => {
    const room = roomOf(called(kSelf, 'Ann'), called(kOther, 'Ann · 214e'));
    expect(shownName(room, kOther)).toEqual({ name: 'Ann . 214e', mark: null });
  });

  test('is nothing while nobody has told it', () => {
    const room = roomOf(called(kSelf, null), called(kOther, null));
    expect(shownName(room, kSelf)).toBeNull();
    expect(shownName(room, null)).toBeNull();
    expect(shownName(room, 'ff'.repeat(16))).toBeNull();
  });
});
