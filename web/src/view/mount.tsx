// The page, from a connection to the client core on.
import { render } from 'preact';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/controls.css';
import '../styles/screens.css';
import '../styles/room.css';
import '../styles/log.css';
import '../styles/dialogs.css';
import type { ConnectClient } from '../model/host.ts';
import { linkOfAddress } from '../model/invite_link.ts';
import { Page } from '../model/page.ts';
import { App } from './app.tsx';
import { PageContext } from './context.ts';

/** The invite link in the address bar, which loses it: its secret must not stay in history. */
function takeLink(): string | null {
  const link = linkOfAddress(location);
  if (link !== null) history.replaceState(null, '', location.pathname + location.search);
  return link;
}

/** Draws the page into `root`. Call it before anything else runs: it reads the invite link out of the address bar. */
export function mountPage(root: Element, connect: ConnectClient): void {
  const page = new Page(connect, takeLink());
  addEventListener('hashchange', () => {
    const link = takeLink();
    if (link !== null) page.open(link);
  });
  render(
    <PageContext.Provider value={page}>
      <App />
    </PageContext.Provider>,
    root,
  );
}
