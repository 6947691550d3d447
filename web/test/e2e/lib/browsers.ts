// The two browsers. One of each runs for all people of a test file; each person has a context of their own in it.
import puppeteer, { type Browser } from 'puppeteer-core';

export type BrowserKind = 'chromium' | 'firefox';

const kChromium = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-default-apps',
  // Asks a host of the browser's maker about each form.
  '--disable-features=AutofillServerCommunication',
  '--hide-scrollbars',
  // Everybody's page is at the front for them, though a machine shows one at a time.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

const kFirefox = {
  // Also what leads to this machine goes through the person's cable.
  'network.proxy.allow_hijacking_localhost': true,
  // What the browser asks for on its own account is no request of the page.
  'app.normandy.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'privacy.trackingprotection.enabled': false,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'dom.min_background_timeout_value': 4,
  // Whoever automates a browser usually wants no question before a page is left; here it is part of the product.
  'dom.disable_beforeunload': false,
};

function launch(kind: BrowserKind): Promise<Browser> {
  if (kind === 'chromium')
    return puppeteer.launch({
      executablePath: '/usr/bin/chromium',
      headless: true,
      args: kChromium,
    });
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: kFirefox,
  });
}

const running = new Map<BrowserKind, Promise<Browser>>();

export function browserOf(kind: BrowserKind): Promise<Browser> {
  const known = running.get(kind) ?? launch(kind);
  running.set(kind, known);
  return known;
}

export async function closeBrowsers(): Promise<void> {
  const all = [...running.values()];
  running.clear();
  for (const browser of all) await (await browser).close();
}

const everywhere = process.env['ZEROFC_BROWSERS'] === 'all';

/** In which browsers a journey runs: all of them with `./dev test --all`. */
export const kChromiumUnlessAll: readonly BrowserKind[] = everywhere ? ['chromium', 'firefox'] : ['chromium'];

/** Who owns a room and who joins it: both mixed pairs always, and each browser with itself with `./dev test --all`. */
export const kPairs: readonly { readonly owner: BrowserKind; readonly joiner: BrowserKind }[] = [
  { owner: 'firefox', joiner: 'chromium' },
  { owner: 'chromium', joiner: 'firefox' },
  ...(everywhere
    ? [{ owner: 'chromium', joiner: 'chromium' } as const, { owner: 'firefox', joiner: 'firefox' } as const]
    : []),
];
