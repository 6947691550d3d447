import { shownName } from '../model/names.ts';
import type { Room } from '../model/state.ts';
import { InertLine } from './inert.tsx';
import { text } from './text.ts';

/** A member's name where room is short: a long name is cut, its mark is not. */
export function MemberName({ room, member }: { room: Room; member: string | null }) {
  const { name, mark } = shownName(room, member) ?? { name: text.members.someone, mark: null };
  return (
    <>
      <InertLine value={name} />
      {mark !== null && <span class="name-mark"> · {mark}</span>}
    </>
  );
}
