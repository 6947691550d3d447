import { useEffect, useRef, useState } from 'preact/hooks';
import type { State } from '../model/state.ts';
import { usePage } from './context.ts';
import { Field } from './field.tsx';
import { KeepRooms, keepOf, useKeepChoice } from './keep_rooms.tsx';
import { text } from './text.ts';
import { Wordmark } from './wordmark.tsx';

/** What 0fc is, a new room, and an invite link. */
export function Start({ state, hasRail }: { state: State; hasRail: boolean }) {
  const page = usePage();
  const [nickname, setNickname] = useState('');
  const [name, setName] = useState('');
  const [link, setLink] = useState('');
  const [choice, setChoice] = useKeepChoice();
  const main = useRef<HTMLElement>(null);
  // What had the focus has gone with the screen before this one.
  useEffect(() => {
    if (hasRail && document.activeElement === document.body) main.current?.focus();
  }, []);
  const vault = state.vault?.state;
  const busy = state.creating !== null;
  return (
    <main class="start" ref={main} tabIndex={-1}>
      {!hasRail && <Hero />}
      <div class="start-forms">
        <form
          class="card form"
          aria-label={text.start.create}
          onSubmit={(event) => {
            event.preventDefault();
            page.create(name.trim(), nickname.trim(), keepOf(choice));
          }}
        >
          <h2>{text.start.create}</h2>
          <Field label={text.start.roomName} value={name} onInput={setName} maxLength={120} required />
          <Field
            label={text.start.nickname}
            value={nickname}
            onInput={setNickname}
            hint={text.start.nicknameHint}
            maxLength={60}
            required
          />
          {vault === 'absent' && <KeepRooms choice={choice} onChoice={setChoice} forget={text.keep.forgetOwn} />}
          <button type="submit" class="button primary" disabled={busy}>
            {busy ? text.start.creating : text.start.createButton}
          </button>
        </form>
        <form
          class="card form"
          aria-label={text.start.join}
          onSubmit={(event) => {
            event.preventDefault();
            page.inspect(link.trim());
          }}
        >
          <h2>{text.start.join}</h2>
          <Field
            label={text.start.inviteLink}
            value={link}
            onInput={setLink}
            hint={text.start.inviteHint}
            maxLength={2048}
            required
          />
          <button type="submit" class="button">
            {text.start.joinButton}
          </button>
        </form>
        {vault === 'memory' && <KeepNow />}
      </div>
    </main>
  );
}

/** The whole idea in under a hundred words. */
function Hero() {
  return (
    <section class="hero">
      <h1 class="brand">
        <Wordmark />
        <span class="hidden">{text.start.brand}</span>
      </h1>
      <p class="claim">{text.start.claim}</p>
      <ul class="points">
        {text.start.points.map(([title, about]) => (
          <li key={title}>
            <strong>{title}</strong> {about}
          </li>
        ))}
      </ul>
      <p class="limits">{text.start.limits}</p>
    </section>
  );
}

/** From "leave no trace" to a vault. */
function KeepNow() {
  const page = usePage();
  const [choice, setChoice] = useKeepChoice();
  return (
    <form
      class="card form"
      aria-label={text.keep.legend}
      onSubmit={(event) => {
        event.preventDefault();
        if (choice.keeping) page.keep(choice.passphrase);
      }}
    >
      <KeepRooms choice={choice} onChoice={setChoice} forget={text.keep.forgetAll} />
      {choice.keeping && (
        <button type="submit" class="button">
          {text.start.keepNow}
        </button>
      )}
    </form>
  );
}
