// Runs clang-tidy 19 over every source of ours in the compilation database of preset tidy. What passed is remembered in
// build/tidy/passed/ under a hash of all that the outcome depends on (clang-tidy and its configuration, the command, the
// file and every file of ours that it includes), so a second run looks only at what has changed.
// Usage: tidy.mjs [PART OF A PATH…]
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, normalize, relative } from 'node:path';
import { finish, root } from './tree.mjs';

const kDatabase = `${root}build/tidy`;
const kPassed = `${kDatabase}/passed`;

// Tests include the most and ship with nothing: a short list for them, or they would take longer than all else.
const kTestChecks = [
  '-*',
  'bugprone-branch-clone',
  'bugprone-unused-raii',
  'bugprone-unused-return-value',
  'misc-unused-parameters',
  'performance-for-range-copy',
  'readability-identifier-naming',
].join(',');
const isTest = (file) => /_(test|fuzz|bench)\.cpp$|\/(testing|tests|fuzz|bench)\//.test(file);

const version = spawnSync('clang-tidy-19', ['--version'], { encoding: 'utf8' }).stdout;
const configuration = readFileSync(`${root}.clang-tidy`, 'utf8');
mkdirSync(kPassed, { recursive: true });

// The folders where a quoted include is looked for, as in the compile command.
const includeFolders = (command) => [...command.matchAll(/-I ?(\S+)/g)].map((match) => match[1]);

const texts = new Map();
function read(path) {
  if (!texts.has(path)) texts.set(path, existsSync(path) ? readFileSync(path) : null);
  return texts.get(path);
}

// Every file of ours that `path` includes, directly or not, itself first.
function closure(path, folders, seen = new Set()) {
  const text = read(path);
  if (text === null || seen.has(path)) return seen;
  seen.add(path);
  for (const [, name] of text.toString('utf8').matchAll(/^\s*#\s*include\s*[<"]([^>"]+)[>"]/gm)) {
    for (const folder of [dirname(path), ...folders]) {
      const candidate = normalize(join(folder, name));
      if (candidate.startsWith(root) && read(candidate) !== null) {
        closure(candidate, folders, seen);
        break;
      }
    }
  }
  return seen;
}

function keyOf({ command, file }) {
  const hash = createHash('sha256')
    .update(version)
    .update(configuration)
    .update(kTestChecks)
    .update(command.replaceAll(root, ''));
  for (const path of closure(file, includeFolders(command)))
    hash.update(`\0${relative(root, path)}\0`).update(read(path));
  return hash.digest('hex');
}

function check(file) {
  return new Promise((resolve, reject) => {
    const options = [
      '-p',
      kDatabase,
      '--quiet',
      '--use-color=false',
      ...(isTest(file) ? [`--checks=${kTestChecks}`] : []),
    ];
    const child = spawn('clang-tidy-19', [...options, file], { cwd: root });
    let output = '';
    const keep = (data) => {
      output += data;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', () => {}); // counts of suppressed warnings
    child.on('error', reject);
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

const wanted = process.argv.slice(2);
const entries = JSON.parse(readFileSync(`${kDatabase}/compile_commands.json`, 'utf8'))
  .filter(({ file }) => file.startsWith(root) && !file.startsWith(`${root}build/`))
  .filter(({ file }) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .filter(({ file }, index, all) => all.findIndex((other) => other.file === file) === index);
const work = entries
  .map((entry) => ({ file: entry.file, passed: `${kPassed}/${keyOf(entry)}` }))
  .filter(({ passed }) => !existsSync(passed));
const checked = work.length;

const findings = [];
async function worker() {
  for (let next = work.shift(); next !== undefined; next = work.shift()) {
    const started = Date.now();
    const { ok, output } = await check(next.file);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`${seconds.padStart(6)} s  ${relative(root, next.file)}`);
    if (ok) writeFileSync(next.passed, '');
    else findings.push(`${relative(root, next.file)}:\n${output.trim()}`);
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, worker));
finish(findings, `${entries.length} files pass clang-tidy, ${checked} of them looked at now`);
