import { useId, useState } from 'preact/hooks';
import { heirsIn } from '../model/governing.ts';
import type { Room } from '../model/state.ts';
import { usePage } from './context.ts';
import { Dialog } from './dialog.tsx';
import { MemberName } from './member_name.tsx';
import { Sigil } from './sigil.tsx';
import { text } from './text.ts';

interface TransferProps {
  room: Room;
  /** Who is chosen to begin with. */
  heir?: string | undefined;
  onClose: () => void;
}

/** Hands the room over to somebody in it. */
export function TransferDialog({ room, heir, onClose }: TransferProps) {
  const page = usePage();
  const name = useId();
  const [chosen, setChosen] = useState<string | undefined>(heir);
  const heirs = heirsIn(room);
  return (
    <Dialog title={text.transfer.title} onClose={onClose} class="dialog-narrow">
      <p>{heirs.length === 0 ? text.transfer.nobody : text.transfer.about}</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          onClose();
          if (chosen !== undefined) page.transfer(room.facts.room, chosen);
        }}
      >
        <fieldset class="heirs">
          <legend class="hidden">{text.transfer.heirs}</legend>
          {heirs.map(({ member, fingerprint }) => (
            <label key={member} class="heir">
              <input type="radio" name={name} checked={chosen === member} onChange={() => setChosen(member)} />
              <Sigil fingerprint={fingerprint} />
              <span class="member-name">
                <MemberName room={room} member={member} />
              </span>
            </label>
          ))}
        </fieldset>
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {text.dialog.cancel}
          </button>
          <button type="submit" class="button danger" disabled={!heirs.some(({ member }) => member === chosen)}>
            {text.transfer.confirm}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
