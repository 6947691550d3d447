// Builds the page: the client core (preset wasm), then Vite's bundle of web/ into build/web/. Does nothing to the bundle
// if nothing that it is made of has changed; build/web.stamp holds the hash of what it was made of.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const kStamp = `${root}build/web.stamp`;
const kOutput = `${root}build/web/index.html`;

function must(command, args, folder) {
  const result = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  if (result.error) throw result.error;
  if (result.status === 0) return;
  process.stderr.write(result.stdout + result.stderr);
  process.exit(1);
}

function filesBelow(path) {
  return readdirSync(root + path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`);
}

if (!existsSync(`${root}build/wasm/build.ninja`)) must('cmake', ['--preset', 'wasm'], root);
must('cmake', ['--build', 'build/wasm'], root);

const configuration = readdirSync(`${root}web`).filter((name) => /\.(json|html|config\.ts)$/.test(name));
const inputs = [
  ...configuration.map((name) => `${root}web/${name}`),
  ...filesBelow('web/src'),
  ...(existsSync(`${root}web/public`) ? filesBelow('web/public') : []),
  ...(existsSync(`${root}build/wasm/bin`) ? filesBelow('build/wasm/bin') : []),
].sort();
const hash = createHash('sha256');
for (const input of inputs) {
  const bytes = readFileSync(input);
  hash.update(`${input.slice(root.length)}\0${bytes.length}\0`).update(bytes);
}
const wanted = hash.digest('hex');
if (existsSync(kOutput) && existsSync(kStamp) && readFileSync(kStamp, 'utf8') === wanted) process.exit(0);

must(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'], `${root}web`);
writeFileSync(kStamp, wanted);
