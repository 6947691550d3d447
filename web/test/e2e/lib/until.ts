// Waiting. Nothing here decides by time: what does not come within the cap is a failure, however long it would take.
import { setTimeout as pause } from 'node:timers/promises';

/** Far above what anything takes, so that a busy machine passes too. */
export const kCapMs = 60_000;
const kLookEveryMs = 15;

/** A page that moves on while it is looked at: looking again helps. */
const kPassing =
  /detached|context was destroyed|not attached|no such node|not clickable|stale element|Cannot find context/i;

/** Looks until `look` gives something else than null, undefined and false, and returns it. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | null | undefined | false> | Found | null | undefined | false,
  saysWhy: () => Promise<string> | string = () => '',
): Promise<Found> {
  const end = Date.now() + kCapMs;
  for (;;) {
    let found: Found | null | undefined | false;
    try {
      found = await look();
    } catch (error) {
      if (!(error instanceof Error) || !kPassing.test(error.message)) throw error;
    }
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited in vain: ${what}\n${await saysWhy()}`);
    await pause(kLookEveryMs);
  }
}
