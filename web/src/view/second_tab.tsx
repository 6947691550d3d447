import { usePage } from './context.ts';
import { PlainScreen } from './plain_screen.tsx';
import { text } from './text.ts';

/** Another tab has the rooms. */
export function SecondTab() {
  const page = usePage();
  return (
    <PlainScreen title={text.secondTab.title}>
      <p>{text.secondTab.about}</p>
      <button type="button" class="button primary" onClick={() => page.takeOver()}>
        {text.secondTab.use}
      </button>
    </PlainScreen>
  );
}
