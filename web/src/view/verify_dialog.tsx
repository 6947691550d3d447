import type { Room } from '../model/state.ts';
import { isThere } from '../model/state.ts';
import { Dialog } from './dialog.tsx';
import { Fingerprint } from './fingerprint.tsx';
import { InertLine } from './inert.tsx';
import { memberName } from './room_words.ts';
import { Sigil } from './sigil.tsx';
import { text } from './text.ts';

/** Fingerprints of room, server and members, to compare over another way. */
export function VerifyDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const { room: id, server } = room.facts;
  const members = [...room.members.values()].filter(isThere);
  return (
    <Dialog title={text.verify.title} onClose={onClose}>
      <p>{text.verify.about}</p>
      <ul class="verify">
        <VerifyEntry name={text.verify.room} fingerprint={id} />
        {server !== null && <VerifyEntry name={text.verify.server} fingerprint={server} />}
        {members.map((member) => (
          <VerifyEntry
            key={member.member}
            name={memberName(room, member.member)}
            note={member.own ? text.members.you : undefined}
            fingerprint={member.fingerprint}
          />
        ))}
      </ul>
    </Dialog>
  );
}

interface VerifyProps {
  name: string;
  note?: string | undefined;
  fingerprint: string;
}

function VerifyEntry({ name, note, fingerprint }: VerifyProps) {
  return (
    <li>
      <Sigil fingerprint={fingerprint} />
      <div>
        <p>
          <InertLine value={name} />
          {note !== undefined && <span class="member-facts">{note}</span>}
        </p>
        <Fingerprint value={fingerprint} />
      </div>
    </li>
  );
}
