import { useState } from 'preact/hooks';
import { isOfPassphrase } from '../model/state.ts';
import { usePageState } from './context.ts';
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
  const { problems } = usePageState();
  const problem = problems.findLast(({ code }) => isOfPassphrase(code));
  return (
    <Field
      label={text.keep.passphrase}
      value={value}
      onInput={onInput}
      type={visible ? 'text' : 'password'}
      autocomplete={isNew ? 'new-password' : 'current-password'}
      required
      autofocus={!isNew}
      problem={problem && text.problems.sentences[problem.code](problem.amount ?? 0)}
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
