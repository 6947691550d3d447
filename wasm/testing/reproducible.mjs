// Builds the client core once more, from nothing and in another folder: its bytes must be those of build/wasm.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const kAgain = 'build/wasm-again';

function must(command, ...args) {
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', env: { ...process.env, CCACHE_DISABLE: '1' } });
  if (result.error) throw result.error;
  if (result.status === 0) return;
  process.stderr.write(result.stdout + result.stderr);
  process.exit(1);
}
const hashOf = (folder) => createHash('sha256').update(readFileSync(`${root}${folder}/bin/core.wasm`)).digest('hex');

rmSync(root + kAgain, { recursive: true, force: true });
must('cmake', '--preset', 'wasm', '-B', kAgain);
must('cmake', '--build', kAgain, '--target', 'core');
const [first, second] = [hashOf('build/wasm'), hashOf(kAgain)];
rmSync(root + kAgain, { recursive: true, force: true });
if (first !== second) {
  console.error(`two builds of core.wasm differ: ${first} and ${second}`);
  process.exit(1);
}
console.log(`core.wasm is ${first}, twice`);
