import { type Connection, isJoining, type Room } from '../model/state.ts';
import { text } from './text.ts';

type Tone = 'good' | 'busy' | 'bad' | 'off';

/** The connection in a few words, and how serious it is. */
export function wordsOf(connection: Connection | null): readonly [string, Tone] {
  if (connection === null) return [text.connection.connecting, 'busy'];
  switch (connection.state) {
    case 'connected':
      return [text.connection.connected, 'good'];
    case 'connecting':
      return [text.connection.connecting, 'busy'];
    case 'securing':
      return [text.connection.securing, 'busy'];
    case 'catching_up':
      return [text.connection.catchingUp(connection.done ?? 0, connection.total ?? 0), 'busy'];
    case 'offline':
      return connection.retry_at === null
        ? [text.connection.offline, 'off']
        : [`${text.connection.offline}. ${text.connection.reconnecting}`, 'off'];
    case 'closed':
      return [text.connection.closed, 'off'];
    case 'replaced':
      return [text.connection.replaced, 'off'];
    case 'protocol_error':
      return [text.connection.protocolError, 'bad'];
    case 'server_key_changed':
      return [text.connection.keyChanged, 'bad'];
    case 'clock_off':
      return [clockWords(connection), 'bad'];
    case 'refused':
      return [text.connection.refusals[connection.refusal ?? 'other'], 'bad'];
  }
}

const clockWords = (connection: Connection): string =>
  text.connection.clockOff(text.connection.hours(connection.clock_off_s ?? 0), connection.clock_ahead === true);

/** The status "Connection". */
export function ConnectionStatus({ room }: { room: Room }) {
  const changed = room.connection?.state === 'server_key_changed';
  const [words, tone] = changed && isJoining(room) ? [text.progress.otherKey[0], 'bad'] : wordsOf(room.connection);
  return (
    <div class={`connection ${tone}`} role="status" aria-label={text.connection.label}>
      <span class="dot" aria-hidden="true" />
      <span class="connection-words">{words}</span>
    </div>
  );
}
