import { inertLine, inertText } from '../model/inert_text.ts';

/** A name that somebody chose, in one line and isolated from the text around it. */
export function InertLine({ value, class: className }: { value: string; class?: string }) {
  return (
    <bdi class={className === undefined ? 'inert-line' : `inert-line ${className}`} dir="auto">
      {inertLine(value)}
    </bdi>
  );
}

/** What somebody wrote, with its line breaks. */
export function InertText({ value }: { value: string }) {
  return (
    <p class="inert-text" dir="auto">
      {inertText(value)}
    </p>
  );
}
