// One page in a browser, used the way a person does: things are found by their accessible names.
import type { ElementHandle, KeyInput, Page } from 'puppeteer-core';
import { until } from './until.ts';

export type Role =
  | 'alert'
  | 'button'
  | 'checkbox'
  | 'dialog'
  | 'heading'
  | 'list'
  | 'log'
  | 'menuitem'
  | 'radio'
  | 'status'
  | 'textbox';

type Found = ElementHandle<Element>;

export class Tab {
  readonly page: Page;
  /** Errors in the console and uncaught in the page. */
  readonly faults: string[] = [];
  /** How often the browser has asked whether to leave the page, and so lose what is in it. */
  leaveQuestions = 0;
  /** What the person answers to that. */
  staysWhenAsked = false;
  readonly #touch: boolean;

  constructor(page: Page, touch: boolean) {
    this.page = page;
    this.#touch = touch;
    page.on('console', (message) => {
      if (message.type() === 'error') this.faults.push(`console: ${message.text()}`);
    });
    page.on('dialog', (dialog) => {
      if (dialog.type() === 'beforeunload') this.leaveQuestions += 1;
      else this.faults.push(`a ${dialog.type()} says: ${dialog.message()}`);
      const stays = this.staysWhenAsked || dialog.type() !== 'beforeunload';
      (stays ? dialog.dismiss() : dialog.accept()).catch(() => undefined); // the page may have gone by itself
    });
    page.on('pageerror', (error) => {
      this.faults.push(`uncaught: ${error instanceof Error ? error.message : String(error)}`);
    });
  }

  /** What is on screen under that name now, or null. */
  async seen(role: Role, name: string): Promise<Found | null> {
    for (const element of await this.page.$$(`aria/${name}[role="${role}"]`))
      if (await element.isVisible()) return element;
    return null;
  }

  find(role: Role, name: string): Promise<Found> {
    return until(
      `${role} "${name}"`,
      () => this.seen(role, name),
      () => this.words(),
    );
  }

  /** A text box, also one that hides what is typed: that is a textbox in Chromium and has no role in Firefox. */
  field(name: string): Promise<Found> {
    return until(
      `text box "${name}"`,
      async () => {
        for (const element of await this.page.$$(`aria/${name}`))
          if ((await element.isVisible()) && (await element.evaluate((one) => one.matches('input, textarea'))))
            return element;
        return null;
      },
      () => this.words(),
    );
  }

  async press(role: Role, name: string): Promise<void> {
    await until(
      `${role} "${name}" to press`,
      async () => {
        const element = await this.seen(role, name);
        if (element === null || (await element.evaluate((one) => one.matches(':disabled')))) return false;
        await this.touch(element);
        return true;
      },
      () => this.words(),
    );
  }

  async touch(element: Found): Promise<void> {
    if (this.#touch) await element.tap();
    else await element.click();
  }

  async fill(name: string, text: string): Promise<void> {
    await this.paste(await this.field(name), text);
  }

  /** Text in place of what is in the box, as if all were selected and it were pasted. */
  async paste(box: Found, text: string): Promise<void> {
    await box.evaluate((one, words) => {
      (one as HTMLInputElement).focus();
      (one as HTMLInputElement).select();
      document.execCommand(words === '' ? 'delete' : 'insertText', false, words);
    }, text);
  }

  async key(name: KeyInput): Promise<void> {
    await this.page.keyboard.press(name);
  }

  async value(name: string): Promise<string> {
    return (await this.field(name)).evaluate((box) => (box as HTMLInputElement).value);
  }

  /** All that can be read on the page, for the report of a failure. */
  words(): Promise<string> {
    // biome-ignore lint/performance/useDomNodeTextContent: only what is on screen counts
    return this.page.evaluate(() => `${location.href}\n${document.body.innerText}`);
  }

  /** Every element with role "alert", as one text each. */
  alerts(): Promise<string[]> {
    return this.page.$$eval('[role=alert]', (all) => all.map((one) => one.textContent));
  }

  /** Waits for an alert that says so. */
  alert(words: string | RegExp): Promise<string> {
    const says = (text: string): boolean => (typeof words === 'string' ? text.includes(words) : words.test(text));
    return until(
      `an alert: ${words}`,
      async () => (await this.alerts()).find(says),
      () => this.words(),
    );
  }

  /** Waits until that can be read anywhere. */
  async says(words: string): Promise<void> {
    await until(
      `words: ${words}`,
      async () => (await this.words()).includes(words),
      () => this.words(),
    );
  }
}
