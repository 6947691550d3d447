import { useEffect } from 'preact/hooks';
import type { Arrival, State } from '../model/state.ts';
import { usePage } from './context.ts';
import { Icon } from './icon.tsx';
import { memberName, roomTitle } from './room_words.ts';
import { Sentence } from './sentence.tsx';
import { text } from './text.ts';

// The log of the room keeps saying it.
const kShownMs = 15_000;

/** Who came in with an invite that was made here, also into a room that is not on screen. */
export function Arrivals({ state }: { state: State }) {
  return (
    <>
      {state.arrivals.map((arrival) => (
        <ArrivalNotice key={arrival.id} state={state} arrival={arrival} />
      ))}
    </>
  );
}

function ArrivalNotice({ state, arrival }: { state: State; arrival: Arrival }) {
  const page = usePage();
  const room = state.rooms.get(arrival.room);
  useEffect(() => {
    const timer = setTimeout(() => page.dismissArrival(arrival.id), kShownMs);
    return () => clearTimeout(timer);
  }, []);
  if (room === undefined) return null;
  return (
    <div class="problem arrival" role="status">
      <Icon name="members" />
      <p>
        <Sentence words={text.invite.cameIn} names={[memberName(room, arrival.member), roomTitle(room)]} />
      </p>
      <button
        type="button"
        class="icon-button"
        aria-label={text.problems.dismiss}
        onClick={() => page.dismissArrival(arrival.id)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
