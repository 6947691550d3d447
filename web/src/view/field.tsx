import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

interface FieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: string;
  /** What is wrong with what was given. */
  problem?: string | undefined;
  type?: 'text' | 'password';
  autocomplete?: string;
  maxLength?: number | undefined;
  required?: boolean;
  autofocus?: boolean;
  after?: ComponentChildren;
}

const kPassword = { type: 'password' } as const;
const kPlain = { type: 'text' } as const;

/** A labelled text box. */
export function Field({ label, value, onInput, hint, problem, type = 'text', after, ...rest }: FieldProps) {
  const id = useId();
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (rest.autofocus === true) box.current?.focus();
  }, []);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="field-row">
        <input
          ref={box}
          id={id}
          class="input"
          {...(type === 'password' ? kPassword : kPlain)}
          value={value}
          dir="auto"
          spellcheck={false}
          autocapitalize="none"
          autocomplete={rest.autocomplete ?? 'off'}
          aria-describedby={`${id}-problem ${id}-hint`}
          aria-invalid={problem !== undefined}
          maxLength={rest.maxLength}
          required={rest.required}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
        {after}
      </div>
      {problem !== undefined && (
        <p class="field-problem" role="alert" id={`${id}-problem`}>
          {problem}
        </p>
      )}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
