import { useState } from 'preact/hooks';
import { type Connection, isJoining, type Room } from '../model/state.ts';
import { ConfirmDialog } from './confirm_dialog.tsx';
import { TwoKeys } from './connection_notice.tsx';
import { usePage } from './context.ts';
import { Icon } from './icon.tsx';
import { text } from './text.ts';

const kSteps = ['requesting', 'waiting', 'verifying'] as const;

/** A room that is being created or joined, or that has ended before it began. */
export function RoomProgress({ room }: { room: Room }) {
  const { state } = room.facts;
  if (state === 'declined') return <RoomDeclined room={room} />;
  if (state === 'live' || state === 'left' || state === 'stopped') return null;
  if (isJoining(room) && room.connection?.state === 'server_key_changed')
    return <OtherServerKey room={room} connection={room.connection} />;
  const [title, about] = text.progress[state];
  return (
    <div class="progress-card" role="status">
      <div class="pulse" aria-hidden="true" />
      <h2>{title}</h2>
      <p>{about}</p>
      {state === 'waiting' && (
        <p class="hint">
          {room.facts.inviter_online === true ? text.progress.inviterOnline : text.progress.inviterAway}
        </p>
      )}
      {state !== 'creating' && <Steps at={kSteps.indexOf(state)} />}
      {state !== 'creating' && <GiveUp room={room} />}
    </div>
  );
}

/** The server's key is not the one that the invite link names. */
function OtherServerKey({ room, connection }: { room: Room; connection: Connection }) {
  const page = usePage();
  return (
    <div class="progress-card bad" role="alert">
      <Icon name="warning" />
      <h2>{text.progress.otherKey[0]}</h2>
      <p>{text.progress.otherKey[1]}</p>
      <TwoKeys connection={connection} expected={text.progress.keyOfLink} offered={text.progress.keyOfServer} />
      <div class="actions">
        <GiveUp room={room} />
        <button type="button" class="button" onClick={() => page.reconnect(room.facts.room)}>
          {text.connection.retry}
        </button>
      </div>
    </div>
  );
}

function Steps({ at }: { at: number }) {
  return (
    <ol class="steps">
      {kSteps.map((step, index) => (
        <li
          key={step}
          class={index < at ? 'done' : index === at ? 'current' : ''}
          aria-current={index === at ? 'step' : undefined}
        >
          {text.progress[step][0]}
        </li>
      ))}
    </ol>
  );
}

function GiveUp({ room }: { room: Room }) {
  const page = usePage();
  return (
    <button type="button" class="button" onClick={() => page.leave(room.facts.room)}>
      {text.progress.giveUp}
    </button>
  );
}

function RoomDeclined({ room }: { room: Room }) {
  return (
    <div class="progress-card" role="alert">
      <h2>{text.progress.declined}</h2>
      <p>{text.progress.ends[room.facts.end ?? 'refused']}</p>
      <ForgetButton room={room} />
    </div>
  );
}

/** "Forget room", after a confirmation. */
export function ForgetButton({ room }: { room: Room }) {
  const page = usePage();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button type="button" class="button" onClick={() => setAsking(true)}>
        {text.progress.forget}
      </button>
      {asking && (
        <ConfirmDialog
          title={text.forget.title}
          about={text.forget.about}
          confirm={text.forget.confirm}
          onConfirm={() => page.forget(room.facts.room)}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
