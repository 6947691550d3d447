// Keys that work everywhere on the page.
import { useEffect } from 'preact/hooks';
import { listedRooms, type State } from '../model/state.ts';
import { usePage } from './context.ts';

interface ShortcutTargets {
  readonly onHelp: () => void;
  readonly onInvite: () => void;
}

export function useShortcuts(state: State, { onHelp, onInvite }: ShortcutTargets): void {
  const page = usePage();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (document.querySelector('dialog[open]') !== null) return;
      if (event.ctrlKey && event.key === '/') onHelp();
      else if (!event.altKey || event.ctrlKey || event.metaKey) return;
      else if (event.key === 'ArrowDown') page.showNext(listedRooms(state), 1);
      else if (event.key === 'ArrowUp') page.showNext(listedRooms(state), -1);
      else if (event.code === 'KeyM') document.getElementById('message-box')?.focus();
      else if (event.code === 'KeyI') onInvite();
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  });
}
