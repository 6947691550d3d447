// The files of this tree as the checks see them: what git knows, and what is new and not ignored.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

const output = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 64 << 20,
});

/** Paths relative to the root, sorted; deleted files left out. */
export const files = output
  .split('\0')
  .filter((path) => path !== '' && existsSync(root + path))
  .sort();

export const isCpp = (path) => /\.(cpp|hpp|h)$/.test(path);

/** Prints every finding and ends the process: 0 if there is none. */
export function finish(findings, what) {
  for (const finding of findings) console.error(finding);
  if (findings.length > 0) {
    console.error(`${findings.length} findings`);
    process.exit(1);
  }
  console.log(what);
}
