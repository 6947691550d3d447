import { useLayoutEffect } from 'preact/hooks';
import { type State, wouldLose } from '../model/state.ts';

/** The browser asks before this tab is closed or reloaded while something would be lost with it. */
export function useLeaveGuard(state: State): void {
  const asks = wouldLose(state);
  useLayoutEffect(() => {
    if (!asks) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [asks]);
}
