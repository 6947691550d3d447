// Somebody with a browser profile and a network of their own, and what they do with 0fc.
import type { BrowserContext, ElementHandle, Viewport } from 'puppeteer-core';
import { type BrowserKind, browserOf } from './browsers.ts';
import { Cable, type CableOptions } from './cable.ts';
import { type Row, shownRows, wholeLog } from './message_log.ts';
import { Tab } from './tab.ts';
import { until } from './until.ts';

export const kDesktop: Viewport = { width: 1280, height: 800 };
export const kPhone: Viewport = { width: 390, height: 844, isMobile: true, hasTouch: true };

/** What somebody has to know of a server. */
export type ServerAddress = { readonly origin: string; readonly port: number; readonly disturbed: boolean };

/** A passphrase under which rooms are kept, or null: leave no trace. */
export type Keep = string | null;

export interface PersonOptions extends CableOptions {
  readonly viewport?: Viewport;
  /** Runs in each document before its own scripts. */
  readonly before?: () => void;
  /** Complaints of the browser that this journey is about. */
  readonly expects?: RegExp;
}

// What browsers say when the network fails. Only somebody whose network has failed may see it.
const kNetworkFaults =
  /net::ERR_(CONNECTION|EMPTY_RESPONSE|INTERNET_DISCONNECTED|NETWORK_CHANGED|PROXY_CONNECTION_FAILED|TUNNEL_CONNECTION_FAILED|SOCKET_NOT_CONNECTED)|WebSocket connection to 'ws:|can.t establish a connection to the server|connection to ws:\S+ was interrupted/;

export class Person {
  readonly name: string;
  readonly cable: Cable;
  readonly #server: ServerAddress;
  readonly #context: BrowserContext;
  readonly #options: PersonOptions;
  readonly #tabs: Tab[] = [];
  #at = 0;

  private constructor(
    name: string,
    server: ServerAddress,
    cable: Cable,
    context: BrowserContext,
    options: PersonOptions,
  ) {
    this.name = name;
    this.#server = server;
    this.cable = cable;
    this.#context = context;
    this.#options = options;
  }

  static async arrive(
    name: string,
    kind: BrowserKind,
    server: ServerAddress,
    options: PersonOptions = {},
  ): Promise<Person> {
    const cable = await Cable.plug(options);
    cable.route(`localhost:${server.port}`, server.port);
    const browser = await browserOf(kind);
    const context = await browser.createBrowserContext({
      proxyServer: cable.address,
      // Chromium would go straight to this machine. Firefox has a preference for it.
      ...(kind === 'chromium' ? { proxyBypassList: ['<-loopback>'] } : {}),
    });
    const person = new Person(name, server, cable, context, options);
    await person.newTab();
    return person;
  }

  /** The tab that this person looks at. */
  get tab(): Tab {
    const tab = this.#tabs[this.#at];
    if (tab === undefined) throw new Error(`${this.name} has no tab`);
    return tab;
  }

  async turnTo(tab: Tab): Promise<void> {
    this.#at = this.#tabs.indexOf(tab);
    await tab.page.bringToFront();
  }

  /** Opens one more tab of this profile, and turns to it. */
  async newTab(): Promise<Tab> {
    const page = await this.#context.newPage();
    const { viewport = kDesktop, before } = this.#options;
    await page.setViewport(viewport);
    if (before !== undefined) await page.evaluateOnNewDocument(before);
    await page.evaluateOnNewDocument(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`policy: ${event.violatedDirective} forbids ${event.blockedURI}`);
      });
    });
    const tab = new Tab(page, viewport.hasTouch === true);
    this.#at = this.#tabs.push(tab) - 1;
    return tab;
  }

  /** Ends this person's part; what went wrong unnoticed is returned. */
  async leave(): Promise<string[]> {
    const wrong = this.wrongs();
    await this.#context.close();
    this.cable.unplug();
    return wrong;
  }

  /** What must never happen, whatever the journey. */
  wrongs(): string[] {
    const disturbed = this.cable.disturbed || this.#server.disturbed;
    const isExpected = (fault: string): boolean =>
      (disturbed && kNetworkFaults.test(fault)) || this.#options.expects?.test(fault) === true;
    return [
      ...this.#tabs.flatMap((tab) => tab.faults).filter((fault) => !isExpected(fault)),
      ...this.cable.strangers.map((host) => `asked another host: ${host}`),
      ...this.cable.reports.map((report) => `the policy was broken: ${report}`),
    ].map((wrong) => `${this.name}: ${wrong}`);
  }

  async open(address = '/'): Promise<void> {
    await this.tab.page.goto(new URL(address, this.#server.origin).href, { waitUntil: 'load' });
  }

  async reload(): Promise<void> {
    await this.tab.page.reload({ waitUntil: 'load' });
  }

  // ---- rooms

  async #keeping(keep: Keep): Promise<void> {
    if (keep === null) return;
    await this.tab.press('checkbox', 'Keep my rooms on this device');
    await this.tab.fill('Passphrase', keep);
  }

  /** On the start screen: fills the form in and sends it. */
  async askToCreate(room: string, keep: Keep = null): Promise<void> {
    await this.open();
    await this.tab.fill('Room name', room);
    await this.tab.fill('Nickname', this.name);
    await this.#keeping(keep);
    await this.tab.press('button', 'Create room');
  }

  /** From the start screen into a new room. */
  async createRoom(room: string, keep: Keep = null): Promise<void> {
    await this.askToCreate(room, keep);
    await this.inRoom();
  }

  /** Is in a live room that is on screen, and connected. */
  async inRoom(): Promise<void> {
    await this.tab.find('textbox', 'Message');
    await this.connected();
  }

  async connected(): Promise<void> {
    await until(
      `${this.name} is connected`,
      async () => (await this.connection()) === 'Connected',
      () => this.tab.words(),
    );
  }

  /** The same, and presses "Try now" where it is offered, as somebody in a hurry does. */
  async reconnects(): Promise<void> {
    await until(
      `${this.name} is connected again`,
      async () => {
        const retry = await this.tab.seen('button', 'Try now');
        if (retry !== null) await this.tab.touch(retry).catch(() => undefined);
        return (await this.connection()) === 'Connected';
      },
      () => this.tab.words(),
    );
  }

  /** What the status "Connection" says. */
  async connection(): Promise<string> {
    const status = await this.tab.find('status', 'Connection');
    return status.evaluate((element) => element.textContent);
  }

  /** Makes an invite that nobody has seen, and returns its link. */
  async invite(): Promise<string> {
    await this.tab.press('button', 'Invite');
    await this.tab.find('dialog', 'Invite');
    const link = await this.tab.value('Invite link');
    await this.tab.press('button', 'Close');
    return link;
  }

  /** Opens a link and presses Join. */
  async askToJoin(link: string, keep: Keep = null): Promise<void> {
    await this.open(link);
    await this.tab.find('dialog', 'Join room');
    await this.tab.fill('Nickname', this.name);
    await this.#keeping(keep);
    await this.tab.press('button', 'Join');
  }

  async join(link: string, keep: Keep = null): Promise<void> {
    await this.askToJoin(link, keep);
    await this.inRoom();
  }

  async unlock(passphrase: string): Promise<void> {
    await this.tab.fill('Passphrase', passphrase);
    await this.tab.press('button', 'Unlock');
  }

  /** Presses a button of a dialog. */
  async answer(dialog: string, button: string): Promise<void> {
    const box = await this.tab.find('dialog', dialog);
    const found = await until(`"${button}" in "${dialog}"`, () => box.$(`aria/${button}[role="button"]`));
    await this.tab.touch(found);
  }

  /** Brings a room on screen: the one of that name, or the first. */
  async enterRoom(name = ''): Promise<void> {
    const rooms = await this.tab.find('list', 'Rooms');
    const entry = await until(`room ${name} in the list`, async () => {
      for (const button of await rooms.$$('button'))
        if ((await button.evaluate((one) => one.querySelector('bdi')?.textContent ?? '')).includes(name)) return button;
      return null;
    });
    await this.tab.touch(entry);
  }

  /** After a reload: with the passphrase back into the room. */
  async comeBack(passphrase: string, room = ''): Promise<void> {
    await this.unlock(passphrase);
    await this.enterRoom(room);
  }

  /** From a room into one more. */
  async createAnother(room: string): Promise<void> {
    await this.tab.press('button', 'New room');
    await this.tab.fill('Room name', room);
    await this.tab.fill('Nickname', this.name);
    await this.tab.press('button', 'Create room');
    await this.seesRoomName(room);
    await this.inRoom();
  }

  // ---- messages

  async say(text: string): Promise<void> {
    await this.tab.fill('Message', text);
    await this.tab.press('button', 'Send');
  }

  /** Writes many messages as fast as the page takes them. */
  async sayAll(texts: readonly string[]): Promise<void> {
    const box = await this.tab.find('textbox', 'Message');
    for (const text of texts) {
      await this.tab.paste(box, text);
      await this.tab.key('Enter');
    }
  }

  async #log() {
    return this.tab.find('log', 'Messages');
  }

  async shown(): Promise<readonly Row[]> {
    return (await shownRows(await this.#log())).rows;
  }

  /** Waits until all of these stand in the log as delivered. */
  async hears(...texts: readonly string[]): Promise<void> {
    await until(
      `${this.name} hears ${texts.join(', ')}`,
      async () => {
        const rows = await this.shown();
        return texts.every((text) => rows.some((row) => row.is === 'message' && row.text === text));
      },
      () => this.tab.words(),
    );
  }

  /** Waits until nothing that was written here is on its way. */
  async nothingUnsent(): Promise<void> {
    await until(
      `all that ${this.name} wrote is delivered`,
      async () => (await this.shown()).every((row) => row.is !== 'unsent'),
      () => this.tab.words(),
    );
  }

  /** The whole log. */
  async log(): Promise<readonly Row[]> {
    await this.tab.page.bringToFront();
    return wholeLog(await this.#log());
  }

  async messages(): Promise<readonly Row[]> {
    return (await this.log()).filter((row) => row.is === 'message');
  }

  /** Nicknames in the list "Members", in alphabetical order; with "not arrived" behind whoever has not. */
  async members(): Promise<readonly string[]> {
    const list = await this.tab.find('list', 'Members');
    const names = await list.$$eval('li', (all) =>
      all.map((one) => {
        const name = one.querySelector('bdi')?.textContent ?? '';
        return one.textContent.includes('not arrived') ? `${name} (not arrived)` : name;
      }),
    );
    return names.toSorted();
  }

  /** Nicknames as the list "Members" has them. */
  async membersInOrder(): Promise<readonly string[]> {
    const list = await this.tab.find('list', 'Members');
    return list.$$eval('li', (all) => all.map((one) => one.querySelector('bdi')?.textContent ?? ''));
  }

  async knowsMembers(...names: readonly string[]): Promise<void> {
    const wanted = names.toSorted().join(', ');
    await until(
      `${this.name} sees the members ${wanted}`,
      async () => (await this.members()).join(', ') === wanted,
      async () => `${await this.members()}\n${await this.tab.words()}`,
    );
  }

  /** The entry of that name in the list "Members". */
  async #member(name: string): Promise<ElementHandle<Element>> {
    const list = await this.tab.find('list', 'Members');
    return until(`${name} among the members`, async () => {
      for (const entry of await list.$$('li'))
        if ((await entry.evaluate((one) => one.querySelector('bdi')?.textContent)) === name) return entry;
      return null;
    });
  }

  /** Picks from the menu of a member. */
  async chooses(member: string, item: string): Promise<void> {
    const entry = await this.#member(member);
    const button = await until(`what can be done with ${member}`, () => entry.$('aria/Member options[role="button"]'));
    await this.tab.touch(button);
    await this.tab.press('menuitem', item);
  }

  /** Picks from the menu of the room. */
  async settles(item: string): Promise<void> {
    await this.tab.press('button', 'Room settings');
    await this.tab.press('menuitem', item);
  }

  async seesRole(member: string, role: string): Promise<void> {
    await until(
      `${this.name} sees ${member} as ${role}`,
      async () => (await (await this.#member(member)).evaluate((entry) => entry.textContent)).includes(role),
      () => this.tab.words(),
    );
  }

  async seesRoomName(name: string): Promise<void> {
    await this.tab.find('heading', name);
  }

  // ---- fingerprints

  /** The fingerprint under that name in "Verify". */
  async fingerprintOf(name: string): Promise<string> {
    await this.settles('Verify');
    const dialog = await this.tab.find('dialog', 'Verify');
    const entries = await dialog.$$eval('li', (all) =>
      all.map((one) => [one.querySelector('bdi')?.textContent ?? '', one.querySelector('code')?.textContent ?? '']),
    );
    await this.tab.press('button', 'Close');
    const found = entries.find(([of]) => of === name)?.[1];
    if (found === undefined) throw new Error(`no fingerprint of ${name} among ${JSON.stringify(entries)}`);
    return found;
  }

  // ---- what the browser keeps of this site

  /** How many records all databases of the site hold. */
  storedRecords(): Promise<number> {
    return this.tab.page.evaluate(async () => {
      const answer = <Result>(request: IDBRequest<Result>): Promise<Result> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      let count = 0;
      for (const { name } of await indexedDB.databases()) {
        const database = await answer(indexedDB.open(name ?? ''));
        for (const store of database.objectStoreNames)
          count += await answer(database.transaction(store).objectStore(store).count());
        database.close();
      }
      return count;
    });
  }

  /** Names of everything that the site has stored. */
  stored(): Promise<string[]> {
    return this.tab.page.evaluate(async () => [
      ...(await indexedDB.databases()).map(({ name }) => `database ${name}`),
      ...(await caches.keys()).map((name) => `cache ${name}`),
      ...(await navigator.serviceWorker.getRegistrations()).map(({ scope }) => `service worker ${scope}`),
      ...Object.keys(localStorage).map((name) => `local storage ${name}`),
      ...Object.keys(sessionStorage).map((name) => `session storage ${name}`),
      ...(document.cookie === '' ? [] : [`cookie ${document.cookie}`]),
    ]);
  }
}
