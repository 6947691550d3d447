// Code comes over the network as bytes first, so that people see how far it is and what is pinned is checked before a
// byte of it is compiled. (`fetch` with `integrity` shows nothing before everything is there, nor why it refused.)
import { Failure } from './failure.ts';

/** The whole body, of at most `limit` bytes: nothing beyond is kept. `came` is told how many have come so far. */
export async function readBody(
  response: Response,
  limit: number,
  came: (bytes: number) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > limit) {
      void reader.cancel().catch(() => {});
      throw new Error('longer than it can be');
    }
    parts.push(part.value);
    came(size);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** All of `url`, of at most `limit` bytes; `came` is told how many have come so far. */
export async function download(
  url: string,
  limit: number,
  came: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const response = await fetch(url, { credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer' });
    return await readBody(response, limit, came);
  } catch (error) {
    throw new Failure('download', { cause: error });
  }
}

/** Refuses bytes whose SHA-256 is not `pin` (lower-case hex). */
export async function checkPin(bytes: Uint8Array<ArrayBuffer>, pin: string): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (hex !== pin) throw new Failure('integrity');
}

/** Compiles what was downloaded. */
export async function compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw new Failure('integrity', { cause: error });
  }
}
