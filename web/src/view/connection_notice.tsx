import { type Connection, isJoining, type Room } from '../model/state.ts';
import { wordsOf } from './connection_status.tsx';
import { usePage } from './context.ts';
import { Fingerprint } from './fingerprint.tsx';
import { text } from './text.ts';

const kAsked = new Set(['offline', 'replaced', 'refused', 'clock_off', 'protocol_error', 'server_key_changed']);

/** What is wrong with the connection, and what to do. */
export function ConnectionNotice({ room }: { room: Room }) {
  const page = usePage();
  const connection = room.connection;
  if (connection === null || !kAsked.has(connection.state)) return null;
  const changed = connection.state === 'server_key_changed';
  if (changed && isJoining(room)) return null; // RoomProgress tells it as what it is for a joiner
  const quiet = connection.state === 'offline' || connection.state === 'replaced';
  return (
    <div class={quiet ? 'notice-bar' : 'notice-bar bad'} role={quiet ? undefined : 'alert'}>
      <div class="notice-bar-text">
        <p>
          {connection.state === 'offline' ? text.connection.offlineAbout : wordsOf(connection)[0]}
          {changed && ` ${text.connection.keyChangedAbout}`}
        </p>
        {changed && (
          <TwoKeys connection={connection} expected={text.connection.expected} offered={text.connection.offered} />
        )}
      </div>
      <button type="button" class="button small" onClick={() => page.reconnect(room.facts.room)}>
        {connection.state === 'replaced' ? text.connection.useHere : text.connection.retry}
      </button>
    </div>
  );
}

interface TwoKeysProps {
  connection: Connection;
  expected: string;
  offered: string;
}

/** The server key that was expected and the one that was shown. */
export function TwoKeys({ connection, expected, offered }: TwoKeysProps) {
  return (
    <dl class="fingerprints">
      {connection.expected !== null && <FingerprintOf name={expected} value={connection.expected} />}
      {connection.offered !== null && <FingerprintOf name={offered} value={connection.offered} />}
    </dl>
  );
}

/** A fingerprint with what it is of. */
export function FingerprintOf({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Fingerprint value={value} />
      </dd>
    </div>
  );
}
