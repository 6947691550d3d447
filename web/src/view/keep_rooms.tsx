import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Keep } from '../model/page.ts';
import { usePage, usePageState } from './context.ts';
import { CopyButton } from './copy_button.tsx';
import { Icon } from './icon.tsx';
import { PassphraseField } from './passphrase_field.tsx';
import { text } from './text.ts';

export interface KeepChoice {
  readonly keeping: boolean;
  readonly passphrase: string;
}

export const keepOf = (choice: KeepChoice): Keep => (choice.keeping ? { passphrase: choice.passphrase } : null);

/** The choice of how rooms are kept, with a passphrase suggested by the core. */
export function useKeepChoice(): [KeepChoice, (choice: KeepChoice) => void] {
  return useState<KeepChoice>({ keeping: false, passphrase: '' });
}

interface KeepRoomsProps {
  choice: KeepChoice;
  onChoice: (choice: KeepChoice) => void;
  /** What not keeping them means. */
  forget: string;
}

/** "Keep my rooms on this device" under a passphrase, or leave no trace. */
export function KeepRooms({ choice, onChoice, forget }: KeepRoomsProps) {
  const page = usePage();
  const { suggestion } = usePageState();
  const id = useId();
  const suggested = suggestion?.passphrase ?? '';
  const isSuggested = suggested !== '' && choice.passphrase === suggested;
  // A suggestion was asked for and nothing has been typed since: what was typed is never replaced by one that comes late.
  const awaited = useRef(false);
  useEffect(() => {
    if (awaited.current && choice.keeping && suggested !== '') onChoice({ keeping: true, passphrase: suggested });
    awaited.current = false;
  }, [suggested]);
  const suggest = (): void => {
    awaited.current = true;
    page.suggestPassphrase();
  };

  return (
    <fieldset class="keep">
      <legend>{text.keep.legend}</legend>
      <div class="check">
        <input
          id={id}
          type="checkbox"
          checked={choice.keeping}
          aria-describedby={`${id}-hint`}
          onChange={(event) => {
            const keeping = event.currentTarget.checked;
            if (keeping && suggested === '') suggest();
            onChoice({ keeping, passphrase: choice.passphrase === '' ? suggested : choice.passphrase });
          }}
        />
        <label for={id}>{text.keep.keep}</label>
      </div>
      <p class="hint" id={`${id}-hint`}>
        {choice.keeping ? text.keep.keepHint : forget}
      </p>
      {choice.keeping && (
        <>
          <PassphraseField
            value={choice.passphrase}
            onInput={(passphrase) => {
              awaited.current = false;
              onChoice({ keeping: true, passphrase });
            }}
            isNew
            shown
            hint={isSuggested ? text.keep.suggested(suggestion?.bits ?? 0) : text.keep.own}
          />
          {isSuggested && (
            <p class="suggestion mono" translate={false}>
              {suggested}
            </p>
          )}
          <div class="suggestion-actions">
            {isSuggested && <CopyButton value={suggested} label={text.keep.copy} />}
            <button type="button" class="link-button" onClick={suggest}>
              <Icon name="refresh" />
              {text.keep.suggest}
            </button>
          </div>
        </>
      )}
    </fieldset>
  );
}
