// Type-checks the TypeScript: page, worker, their tests and the tools each see another set of globals.
import { spawnSync } from 'node:child_process';
import { finish, root } from './tree.mjs';

const projects = ['page', 'worker', 'test.page', 'test.worker', 'e2e', 'node'];
const findings = [];
for (const project of projects) {
  const result = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', `tsconfig.${project}.json`], {
    cwd: `${root}web`,
    encoding: 'utf8',
  });
  if (result.error) throw result.error;
  // TS18003: the project has no file yet.
  if (result.status !== 0 && !result.stdout.includes('error TS18003'))
    findings.push(`tsconfig.${project}.json:`, result.stdout.trim());
}
finish(findings, `${projects.length} TypeScript projects have no type error`);
