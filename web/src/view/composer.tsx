import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks';
import type { Room } from '../model/state.ts';
import { usePage } from './context.ts';
import { Icon } from './icon.tsx';
import { text } from './text.ts';

const kBytesMax = 16_384;
const kHeightMaxPx = 200;
const utf8 = new TextEncoder();
// A finger wants Enter to start a new line; the button is beside it.
const hasKeyboard = (): boolean => !matchMedia('(pointer: coarse)').matches;

/** Where a message is written. The draft stays with its room. */
export function Composer({ room }: { room: Room }) {
  const page = usePage();
  const box = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const { draft } = room;
  const tooLong = draft.length > kBytesMax / 4 && utf8.encode(draft).length > kBytesMax;

  useLayoutEffect(() => {
    const area = box.current;
    if (area === null) return;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, kHeightMaxPx)}px`;
  }, [draft]);
  useEffect(() => {
    if (hasKeyboard()) box.current?.focus();
  }, [room.facts.room]);

  const send = (): void => {
    if (!tooLong) page.sendDraft(room.facts.room);
    box.current?.focus();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {tooLong && (
        <p class="composer-problem" role="alert">
          {text.composer.tooLong}
        </p>
      )}
      <div class="composer-row">
        <textarea
          ref={box}
          id="message-box"
          rows={1}
          dir="auto"
          value={draft}
          placeholder={text.composer.placeholder}
          aria-label={text.composer.label}
          aria-describedby={`${id}-hint`}
          enterkeyhint={hasKeyboard() ? 'send' : 'enter'}
          onInput={(event) => page.setDraft(room.facts.room, event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing || !hasKeyboard()) return;
            event.preventDefault();
            send();
          }}
        />
        <button
          type="submit"
          class="send-button"
          aria-label={text.composer.send}
          disabled={draft.trim() === '' || tooLong}
        >
          <Icon name="send" />
        </button>
      </div>
      <p class="composer-hint" id={`${id}-hint`}>
        {text.composer.hint}
      </p>
    </form>
  );
}
