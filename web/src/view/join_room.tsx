import { useId, useState } from 'preact/hooks';
import type { Joining, State } from '../model/state.ts';
import { usePage } from './context.ts';
import { Field } from './field.tsx';
import { shortFingerprint, shortMomentOf } from './format.ts';
import { KeepRooms, keepOf, useKeepChoice } from './keep_rooms.tsx';
import { Problems } from './problems.tsx';
import { text } from './text.ts';
import { Wordmark } from './wordmark.tsx';

/** The confirmation before an invite is used: a dialog that has the page for itself. */
export function JoinRoom({ joining, state }: { joining: Joining; state: State }) {
  const page = usePage();
  const titleId = useId();
  return (
    <main class="plain">
      <div
        class="plain-card"
        role="dialog"
        aria-modal="true"
        aria-labelledby={titleId}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && joining.ref === null) page.dismissLink();
        }}
      >
        <div class="plain-brand">
          <Wordmark />
          <span class="hidden">{text.start.brand}</span>
        </div>
        <h1 id={titleId}>{text.join.title}</h1>
        <JoinBody joining={joining} state={state} />
      </div>
      <Problems state={state} />
    </main>
  );
}

function JoinBody({ joining, state }: { joining: Joining; state: State }) {
  const { preview } = joining;
  if (preview === null) return <p role="status">{text.join.checking}</p>;
  if (preview.state === 'valid') return <JoinForm joining={joining} absent={state.vault?.state === 'absent'} />;
  return <JoinRefused joining={joining} known={preview.room !== null && state.rooms.has(preview.room)} />;
}

function JoinForm({ joining, absent }: { joining: Joining; absent: boolean }) {
  const page = usePage();
  const [nickname, setNickname] = useState('');
  const [choice, setChoice] = useKeepChoice();
  const busy = joining.ref !== null;
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        page.join(nickname.trim(), keepOf(choice));
      }}
    >
      <p>{text.join.about}</p>
      <JoinFacts joining={joining} />
      <p class="hint">{text.join.sameCodes}</p>
      <Field
        label={text.start.nickname}
        value={nickname}
        onInput={setNickname}
        hint={text.start.nicknameHint}
        maxLength={60}
        required
        autofocus
      />
      {absent && <KeepRooms choice={choice} onChoice={setChoice} forget={text.keep.forget} />}
      <div class="actions">
        <button type="button" class="button" onClick={() => page.dismissLink()}>
          {text.dialog.cancel}
        </button>
        <button type="submit" class="button primary" disabled={busy}>
          {busy ? text.join.joining : text.join.button}
        </button>
      </div>
    </form>
  );
}

/** What the link says of itself. */
function JoinFacts({ joining }: { joining: Joining }) {
  const { room = null, server = null, expires_at: expires = null } = joining.preview ?? {};
  return (
    <dl class="facts">
      {room !== null && <Fact name={text.join.room} value={shortFingerprint(room)} code />}
      {server !== null && <Fact name={text.join.server} value={shortFingerprint(server)} code />}
      {expires !== null && <Fact name={text.join.expires} value={shortMomentOf(expires * 1000)} />}
    </dl>
  );
}

function Fact({ name, value, code = false }: { name: string; value: string; code?: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{code ? <code>{value}</code> : value}</dd>
    </div>
  );
}

function JoinRefused({ joining, known }: { joining: Joining; known: boolean }) {
  const page = usePage();
  const { preview } = joining;
  if (preview === null || preview.state === 'valid') return null;
  const room = preview.room;
  const elsewhere = preview.state === 'other_server' && preview.origin !== null;
  return (
    <>
      <p role="alert">{elsewhere ? text.join.otherServer(preview.origin ?? '') : text.join.states[preview.state]}</p>
      <div class="actions">
        <button type="button" class="button" onClick={() => page.dismissLink()}>
          {text.dialog.close}
        </button>
        {known && (
          <button
            type="button"
            class="button primary"
            onClick={() => {
              page.dismissLink();
              page.show(room);
            }}
          >
            {text.join.openRoom}
          </button>
        )}
      </div>
    </>
  );
}
