import type { Room } from '../model/state.ts';
import type { Row } from '../model/timeline.ts';
import type { OutboxEntry } from '../model/ui_messages.ts';
import { usePage } from './context.ts';
import { machineTimeOf, momentOf, timeOf } from './format.ts';
import { Icon } from './icon.tsx';
import { InertText } from './inert.tsx';
import { MemberName } from './member_name.tsx';
import { Sigil, toneOf } from './sigil.tsx';
import { text } from './text.ts';

type MessageOf<Kind extends Row['is']> = Extract<Row, { is: Kind }>;

/** A message in the log. */
export function MessageRow({ room, row }: { room: Room; row: MessageOf<'message'> }) {
  const { item, own, continues } = row;
  const author = item.author === null ? undefined : room.members.get(item.author);
  const fingerprint = author?.fingerprint ?? '';
  return (
    <div class={`message${own ? ' own' : ''}${continues ? ' continues' : ''}`} data-key={row.key}>
      {!own && <span class="message-face">{!continues && <Sigil fingerprint={fingerprint} />}</span>}
      <div class="bubble">
        <p class={own || continues ? 'hidden' : `message-author tone-${toneOf(fingerprint)}`}>
          <MemberName room={room} member={item.author} />
        </p>
        <InertText value={item.text ?? ''} />
        {item.at !== null && (
          <time class="message-time" dateTime={machineTimeOf(item.at)} title={momentOf(item.at)}>
            {timeOf(item.at)}
          </time>
        )}
        {own && (
          <span class="message-state" role="img" aria-label={text.log.stored}>
            <Icon name="tick" />
          </span>
        )}
      </div>
    </div>
  );
}

/** An own message that is not in the log yet. */
export function UnsentRow({ room, row }: { room: Room; row: MessageOf<'unsent'> }) {
  const { entry, continues } = row;
  const failed = entry.state === 'failed';
  return (
    <div class={`message own unsent${failed ? ' failed' : ''}${continues ? ' continues' : ''}`} data-key={row.key}>
      <div class="bubble">
        <p class="hidden">
          <MemberName room={room} member={room.facts.self} />
        </p>
        <InertText value={entry.text} />
        <span class="message-state">
          <Icon name={failed ? 'warning' : 'refresh'} />
          <span class={failed || entry.state === 'waiting' ? '' : 'hidden'}>{stateWords(entry)}</span>
        </span>
      </div>
      {failed && <FailedActions room={room} entry={entry} />}
    </div>
  );
}

function stateWords(entry: OutboxEntry): string {
  if (entry.state === 'failed')
    return entry.problem === null
      ? text.log.failed
      : `${text.log.failed}. ${text.problems.sentences[entry.problem](0)}`;
  return entry.state === 'waiting' ? text.log.waiting : text.log.sending;
}

function FailedActions({ room, entry }: { room: Room; entry: OutboxEntry }) {
  const page = usePage();
  return (
    <div class="message-actions">
      <button type="button" class="link-button" onClick={() => page.retry(room.facts.room, entry.token)}>
        {text.log.retry}
      </button>
      <button type="button" class="link-button" onClick={() => page.discard(room.facts.room, entry.token)}>
        {text.log.discard}
      </button>
    </div>
  );
}
