// Where things are.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** The optimised server. */
export const kServerProgram = join(root, 'build/release/bin/0fcd');

/** An empty folder, removed when the process ends. */
export function scratchFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `0fc-e2e-${name}-`));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Where pictures of the screens go. */
export function screensFolder(): string {
  const folder = join(root, 'build/e2e-screens');
  mkdirSync(folder, { recursive: true });
  return folder;
}
