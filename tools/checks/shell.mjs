// Runs ShellCheck over every shell script.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { files, finish, root } from './tree.mjs';

const isShell = (path) => {
  if (path.endsWith('.sh')) return true;
  if (/\.\w+$/.test(path)) return false;
  return /^#!.*\b(ba)?sh\b/.test(readFileSync(root + path, 'utf8').slice(0, 80));
};
const scripts = files.filter((path) => path !== 'tests/node_modules' && isShell(path));
const result = spawnSync('shellcheck', scripts, { cwd: root, encoding: 'utf8' });
if (result.error) throw result.error;
finish(result.status === 0 ? [] : [result.stdout.trim()], `${scripts.length} scripts pass ShellCheck`);
