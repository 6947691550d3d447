// What somebody reads in the log "Messages".
import type { ElementHandle } from 'puppeteer-core';
import { until } from './until.ts';

export interface Row {
  /** Names the entry: author and token of a message, position of a notice. */
  readonly key: string;
  readonly is: 'message' | 'notice' | 'unsent';
  readonly author: string;
  readonly text: string;
}

interface Shown {
  readonly rows: readonly Row[];
  /** The beginning of what can be read is on screen. */
  readonly begins: boolean;
}

const kBeginning = 'This is the beginning of what you can read here.';

/** The rows in the document, of which there are at most 180. */
export function shownRows(log: ElementHandle<Element>): Promise<Shown> {
  return log.evaluate((element, beginning) => {
    const rows = [...element.querySelectorAll<HTMLElement>('.message[data-key], .notice[data-key]')].map((row) => {
      const key = row.dataset['key'] ?? '';
      const words = (selector: string): string => row.querySelector(selector)?.textContent ?? '';
      if (row.classList.contains('notice')) return { key, is: 'notice' as const, author: '', text: words('p') };
      const is = row.classList.contains('unsent') ? ('unsent' as const) : ('message' as const);
      return { key, is, author: words('bdi'), text: words('.inert-text') };
    });
    return { rows, begins: element.textContent.includes(beginning) };
  }, kBeginning);
}

/** Rows of two looks at a log of which the second was further up. */
function joined(upper: readonly Row[], lower: readonly Row[]): readonly Row[] {
  const known = new Set(lower.map((row) => row.key));
  const fresh = upper.filter((row) => !known.has(row.key));
  const common = upper.filter((row) => known.has(row.key));
  const order = lower.slice(0, common.length).map((row) => row.key);
  if (lower.length > 0 && (common.length === 0 || common.some((row, index) => row.key !== order[index])))
    throw new Error('the log was drawn in two orders');
  return [...fresh, ...lower];
}

/** Everything that can be read, from the beginning to the end. */
export async function wholeLog(log: ElementHandle<Element>): Promise<readonly Row[]> {
  const { rows: newest, begins } = await shownRows(log);
  let rows: readonly Row[] = newest;
  let top = begins;
  while (!top) {
    const above = await until('earlier messages', async () => {
      await log.evaluate((element) => {
        element.scrollTop = 0;
        return new Promise((resolve) => requestAnimationFrame(() => resolve(null)));
      });
      const now = await shownRows(log);
      return (now.begins || now.rows[0]?.key !== rows[0]?.key) && now;
    });
    rows = joined(above.rows, rows);
    top = above.begins;
  }
  await log.evaluate((element) => {
    element.scrollTop = element.scrollHeight;
  });
  const keys = new Set(rows.map((row) => row.key));
  if (keys.size !== rows.length) throw new Error('a row stands twice in the log');
  return rows;
}
