import { useState } from 'preact/hooks';
import { usePage } from './context.ts';
import { PassphraseField } from './passphrase_field.tsx';
import { PlainScreen } from './plain_screen.tsx';
import { text } from './text.ts';
import { WipeButton } from './wipe_button.tsx';

/** Rooms are stored here, and the passphrase is asked for. */
export function VaultLocked({ busy, linkWaits }: { busy: boolean; linkWaits: boolean }) {
  const page = usePage();
  const [passphrase, setPassphrase] = useState('');
  return (
    <PlainScreen title={text.locked.title}>
      <p>{linkWaits ? text.locked.aboutLink : text.locked.about}</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          page.unlock(passphrase);
        }}
      >
        <PassphraseField value={passphrase} onInput={setPassphrase} isNew={false} />
        <button type="submit" class="button primary" disabled={busy}>
          {busy ? text.locked.opening : text.locked.open}
        </button>
      </form>
      <p class="hint">{text.locked.forgotten}</p>
      <WipeButton />
    </PlainScreen>
  );
}

/** What is stored can't be read, or not by this version. */
export function VaultUnreadable({ newer }: { newer: boolean }) {
  return (
    <PlainScreen title={text.locked.title}>
      <p role="alert">{newer ? text.locked.newer : text.locked.damaged}</p>
      {!newer && <WipeButton />}
    </PlainScreen>
  );
}
