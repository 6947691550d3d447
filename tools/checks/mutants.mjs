// Mutants: tests/mutants/NAME.patch takes one defence out of the shipped sources and names the test that guards it.
//
//   Test:   regular expression of the CTest names of which at least one must fail
//   Target: what to build for that test: targets of preset dev, or PRESET:TARGET, separated by spaces; `none` if the
//           test needs no build
//   Why:    one sentence: the defence
//
//   mutants.mjs check          every patch has its headers and still applies
//   mutants.mjs run [NAME…]    each (or only these) in a scratch copy of the tree: the named tests pass unmutated, and
//                              at least one of them fails mutated
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { files, finish, root } from './tree.mjs';

const kFolder = `${root}tests/mutants/`;
const kScratch = `${root}build/mutants/tree/`;
const kPresets = ['dev', 'release', 'wasm'];

function readMutants() {
  if (!existsSync(kFolder)) return [];
  return readdirSync(kFolder)
    .filter((file) => file.endsWith('.patch'))
    .sort()
    .map((file) => {
      const text = readFileSync(kFolder + file, 'utf8');
      const headers = text.slice(0, Math.max(0, text.search(/^(diff --git|--- )/m)));
      const header = (key) => new RegExp(`^${key}: *(.+?) *$`, 'm').exec(headers)?.[1] ?? '';
      const targets = header('Target')
        .split(' ')
        .filter((target) => target !== '' && target !== 'none')
        .map((target) => (target.includes(':') ? target.split(':') : ['dev', target]));
      return { name: file.slice(0, -6), path: kFolder + file, test: header('Test'), why: header('Why'), targets, text };
    });
}

function headerProblems(mutant) {
  const problems = [];
  for (const [key, value] of [
    ['Test', mutant.test],
    ['Why', mutant.why],
  ])
    if (value === '') problems.push(`${mutant.name}: no "${key}:" before the diff`);
  if (!/^Target: *\S/m.test(mutant.text)) problems.push(`${mutant.name}: no "Target:" before the diff`);
  for (const [preset] of mutant.targets)
    if (!kPresets.includes(preset)) problems.push(`${mutant.name}: no preset "${preset}" to build`);
  return problems;
}

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 256 << 20, ...options });
  if (result.error) throw result.error;
  return { ok: result.status === 0, output: `${result.stdout}${result.stderr}` };
}

// In the scratch copy git must not see the repository around it, or it would patch that.
const inScratch = { cwd: kScratch, env: { ...process.env, GIT_CEILING_DIRECTORIES: `${root}build/mutants` } };

function check() {
  const mutants = readMutants();
  const findings = [];
  for (const mutant of mutants) {
    findings.push(...headerProblems(mutant));
    const applied = run('git', ['apply', '--check', mutant.path], { cwd: root });
    if (!applied.ok) findings.push(`${mutant.name}: no longer applies\n${applied.output}`);
  }
  finish(findings, `${mutants.length} mutants apply`);
}

// Makes the scratch copy equal to the tree; files that are equal already keep their time, so little is built anew.
function syncScratch() {
  mkdirSync(kScratch, { recursive: true });
  const wanted = new Set(files);
  for (const file of files) {
    const source = root + file;
    const copy = kScratch + file;
    if (file === 'tests/node_modules') {
      if (!existsSync(dirname(copy))) mkdirSync(dirname(copy), { recursive: true });
      rmSync(copy, { force: true });
      symlinkSync('../web/node_modules', copy);
      continue;
    }
    if (existsSync(copy) && readFileSync(copy).equals(readFileSync(source))) continue;
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(source, copy);
    // A copy keeps no times: a restored file must look newer than what was built from its mutant.
    writeFileSync(copy, readFileSync(source));
  }
  const listed = run('find', ['.', '-path', './build', '-prune', '-o', '-type', 'f', '-print'], { cwd: kScratch });
  for (const line of listed.output.split('\n')) {
    const file = line.slice(2);
    if (file !== '' && !file.startsWith('web/node_modules') && !wanted.has(file)) rmSync(kScratch + file);
  }
  if (!existsSync(`${kScratch}web/node_modules`)) symlinkSync(`${root}web/node_modules`, `${kScratch}web/node_modules`);
}

function build(targets) {
  for (const preset of new Set(targets.map(([name]) => name))) {
    if (!existsSync(`${kScratch}build/${preset}/build.ninja`)) {
      const configured = run('cmake', ['--preset', preset], inScratch);
      if (!configured.ok) throw new Error(`preset ${preset} can't be configured:\n${configured.output}`);
    }
    const names = targets.filter(([name]) => name === preset).map(([, target]) => target);
    const built = run('cmake', ['--build', `build/${preset}`, '--target', ...new Set(names)], inScratch);
    if (!built.ok) return built;
  }
  return { ok: true, output: '' };
}

// Runs the tests that match, and counts how many passed and failed; one that couldn't be started counts as neither.
function runTests(pattern) {
  if (!existsSync(`${kScratch}build/dev/build.ninja`)) run('cmake', ['--preset', 'dev'], inScratch);
  mkdirSync(`${kScratch}build/test`, { recursive: true });
  const trees = ['dev', 'release'].filter((preset) => existsSync(`${kScratch}build/${preset}/build.ninja`));
  const subdirs = trees.map((preset) => `"${kScratch}build/${preset}"`).join(' ');
  writeFileSync(`${kScratch}build/test/CTestTestfile.cmake`, `subdirs(${subdirs})\n`);
  const report = `${kScratch}build/mutant.xml`;
  rmSync(report, { force: true });
  const options = ['--output-on-failure', '--output-junit', report];
  const { output } = run('ctest', ['--test-dir', 'build/test', '-R', pattern, ...options], inScratch);
  const xml = existsSync(report) ? readFileSync(report, 'utf8') : '';
  const count = (status) => xml.match(new RegExp(`<testcase [^>]*status="${status}"`, 'g'))?.length ?? 0;
  return { passed: count('run'), failed: count('fail'), notRun: count('notrun'), output };
}

// Builds and runs the unmutated tests, each pattern once. Returns what is wrong with a pattern, by pattern.
function problemsUnmutated(mutants) {
  syncScratch();
  const built = build(mutants.flatMap(({ targets }) => targets));
  if (!built.ok) throw new Error(`the tree doesn't build unmutated:\n${built.output}`);
  const problems = new Map();
  for (const pattern of new Set(mutants.map(({ test }) => test))) {
    const { passed, failed, notRun, output } = runTests(pattern);
    if (passed === 0 || failed > 0 || notRun > 0)
      problems.set(pattern, `unmutated, ${passed} tests passed and ${failed + notRun} did not:\n${output}`);
  }
  return problems;
}

// What is wrong with a mutant, or null if its test kills it.
function tryMutant(mutant) {
  syncScratch();
  const applied = run('git', ['apply', mutant.path], inScratch);
  if (!applied.ok) return `doesn't apply:\n${applied.output}`;
  const mutated = build(mutant.targets);
  if (!mutated.ok) return `doesn't build mutated, so it proves nothing:\n${mutated.output}`;
  const after = runTests(mutant.test);
  if (after.failed === 0) return `SURVIVED: ${after.passed} tests passed without the defence (${mutant.why})`;
  return null;
}

function runAll(names) {
  const mutants = readMutants();
  for (const name of names)
    if (!mutants.some((mutant) => mutant.name === name)) throw new Error(`there is no tests/mutants/${name}.patch`);
  const chosen = names.length === 0 ? mutants : mutants.filter((mutant) => names.includes(mutant.name));
  const findings = chosen.flatMap(headerProblems);
  if (findings.length > 0) finish(findings, '');
  const unmutated = problemsUnmutated(chosen);
  for (const mutant of chosen) {
    const problem = unmutated.get(mutant.test) ?? tryMutant(mutant);
    console.log(`${problem === null ? 'killed  ' : 'PROBLEM '} ${mutant.name}: ${mutant.why}`);
    if (problem !== null) findings.push(`${mutant.name}: ${problem}`);
  }
  finish(findings, `${chosen.length} mutants, each killed by the test it names`);
}

const [command, ...names] = process.argv.slice(2);
if (command === 'check') check();
else if (command === 'run') runAll(names);
else throw new Error('usage: mutants.mjs check | run [NAME…]');
