import type { Room } from '../model/state.ts';
import type { Alarm } from '../model/ui_messages.ts';
import { FingerprintOf } from './connection_notice.tsx';
import { usePage } from './context.ts';
import { Icon } from './icon.tsx';
import { memberName } from './room_words.ts';
import { Sentence } from './sentence.tsx';
import { text } from './text.ts';

/** Signs of a dishonest server or member. */
export function Alarms({ room }: { room: Room }) {
  // The connection's own notice says that, with the keys it shows now.
  const told = room.connection?.state === 'server_key_changed' ? 'server_key_changed' : null;
  const alarms = room.alarms.filter(({ kind }) => kind !== told);
  if (alarms.length === 0) return null;
  return (
    <section class="alarms" aria-label={text.alarms.label}>
      {alarms.map((alarm) => (
        <AlarmCard key={alarm.alarm} room={room} alarm={alarm} />
      ))}
    </section>
  );
}

function AlarmCard({ room, alarm }: { room: Room; alarm: Alarm }) {
  const page = usePage();
  return (
    <div class="alarm" role="alert">
      <Icon name="warning" />
      <div class="alarm-text">
        <p>
          <strong>
            <Sentence words={text.alarms.sentences[alarm.kind]} names={[memberName(room, alarm.member)]} />
          </strong>
        </p>
        <p>{text.alarms.advice[alarm.kind]}</p>
        {(alarm.expected !== null || alarm.offered !== null) && (
          <dl class="fingerprints">
            {alarm.expected !== null && <FingerprintOf name={text.connection.expected} value={alarm.expected} />}
            {alarm.offered !== null && <FingerprintOf name={text.connection.offered} value={alarm.offered} />}
          </dl>
        )}
        <button type="button" class="button small" onClick={() => page.dismissAlarm(room.facts.room, alarm.alarm)}>
          {text.alarms.dismiss}
        </button>
      </div>
    </div>
  );
}
