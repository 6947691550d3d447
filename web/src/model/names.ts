// Nicknames as they are shown. Anybody may call themselves anything, also what another is called: names that look alike
// carry the first digits of their owners' fingerprints.
import { inertLine } from './inert_text.ts';
import type { Room } from './state.ts';
import type { Member } from './ui_messages.ts';

export interface ShownName {
  readonly name: string;
  /** Digits of the fingerprint, if somebody else's name looks like this one. */
  readonly mark: string | null;
}

// Letters that look like one of another alphabet, as pairs; capitals whose small letters look different come first. Not
// the whole of Unicode's table: what is missed is still told apart by the drawing of the key.
const kAlike = new Map(
  'Ηh Μm Νn Υy Βb Кk Вb Нh Тt Мm аa вb еe ѕs іi јj кk мm нh оo рp сc тt уy хx һh ԁd ԛq ԝw ёe їi αa βb εe ηn ιi κk νv οo ρp τt υu χx γy ωw ıi ſs 0o 1l |l il'
    .split(' ')
    .map((pair) => [pair.slice(0, 1), pair.slice(1)]),
);
const alike = (letters: string): string => [...letters].map((letter) => kAlike.get(letter) ?? letter).join('');

/** Equal for names that eyes don't tell apart: of case, accents, blanks, signs and alphabets nothing is left. */
export function lookOf(name: string): string {
  const letters = inertLine(name)
    .normalize('NFKD')
    .replace(/[\p{M}\p{Default_Ignorable_Code_Point}\u2800\ufffd]/gu, '');
  const look = alike(alike(alike(letters).toLowerCase()))
    .replace(/rn/g, 'm')
    .replace(/vv/g, 'w');
  return look.replace(/[\p{P}\p{S}\p{Z}]/gu, '') || look.replace(/\p{Z}/gu, '') || name;
}

const kMarkDigits = 4;

/** Digits that tell `fingerprint` from each of `others`. */
function markOf(fingerprint: string, others: readonly string[]): string {
  let digits = kMarkDigits;
  while (digits < fingerprint.length && others.some((other) => other.startsWith(fingerprint.slice(0, digits))))
    digits += kMarkDigits;
  return fingerprint.slice(0, digits);
}

function namesOf(members: ReadonlyMap<string, Member>): ReadonlyMap<string, ShownName> {
  const byLook = new Map<string, Member[]>();
  for (const member of members.values()) {
    if (member.nickname === null) continue;
    const look = lookOf(member.nickname);
    byLook.set(look, [...(byLook.get(look) ?? []), member]);
  }
  const names = new Map<string, ShownName>();
  for (const alikes of byLook.values())
    for (const { member, nickname, fingerprint } of alikes) {
      const others = alikes.filter((other) => other.member !== member).map((other) => other.fingerprint);
      // The dot belongs to the mark: nobody can write one.
      const name = (nickname ?? '').replace(/[·‧∙⋅•・･ᐧ]/g, '.');
      names.set(member, { name, mark: others.length === 0 ? null : markOf(fingerprint, others) });
    }
  return names;
}

const known = new WeakMap<ReadonlyMap<string, Member>, ReadonlyMap<string, ShownName>>();

/** How a member is called, or nothing if nobody has told. Who left still counts: what they wrote stands in the log. */
export function shownName(room: Room, member: string | null): ShownName | null {
  if (member === null) return null;
  const names = known.get(room.members) ?? namesOf(room.members);
  known.set(room.members, names);
  return names.get(member) ?? null;
}

export const wholeName = ({ name, mark }: ShownName): string => (mark === null ? name : `${name} · ${mark}`);
