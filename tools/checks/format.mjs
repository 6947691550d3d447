// Checks that every C++ file is formatted as .clang-format says; with --write, formats them.
import { spawnSync } from 'node:child_process';
import { files, finish, isCpp, root } from './tree.mjs';

const write = process.argv.includes('--write');
const sources = files.filter(isCpp);
const result = spawnSync('clang-format-19', [...(write ? ['-i'] : ['--dry-run', '-Werror']), ...sources], {
  cwd: root,
  encoding: 'utf8',
});
if (result.error) throw result.error;
const findings = result.status === 0 ? [] : [result.stderr.trim(), '(./dev fmt formats them)'];
finish(findings, `${sources.length} files are formatted`);
