import { useState } from 'preact/hooks';
import { Field } from './field.tsx';
import { Icon } from './icon.tsx';
import { text } from './text.ts';

interface PassphraseProps {
  value: string;
  onInput: (value: string) => void;
  isNew: boolean;
  hint?: string;
  shown?: boolean;
}

/** The passphrase, hidden unless the person wants to see it. */
export function PassphraseField({ value, onInput, isNew, hint, shown = false }: PassphraseProps) {
  const [visible, setVisible] = useState(shown);
  return (
    <Field
      label={text.keep.passphrase}
      value={value}
      onInput={onInput}
      type={visible ? 'text' : 'password'}
      autocomplete={isNew ? 'new-password' : 'current-password'}
      required
      {...(hint === undefined ? {} : { hint })}
      after={
        <button
          type="button"
          class="icon-button"
          aria-pressed={visible}
          aria-label={visible ? text.keep.hide : text.keep.show}
          onClick={() => setVisible(!visible)}
        >
          <Icon name="eye" />
        </button>
      }
    />
  );
}
