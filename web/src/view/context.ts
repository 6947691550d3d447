// How components reach the page's model.
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Page } from '../model/page.ts';
import type { State } from '../model/state.ts';

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error('a component stands outside of PageContext');
  return page;
}

/** The state, and a new render when it changes. */
export function usePageState(): State {
  const { store } = usePage();
  const [state, setState] = useState(store.get());
  useEffect(() => {
    setState(store.get());
    return store.subscribe(() => setState(store.get()));
  }, [store]);
  return state;
}
