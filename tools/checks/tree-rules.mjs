// Checks what holds for every file: length, that it is built, and what may not be committed.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { files, finish, root } from './tree.mjs';

const kMaxLines = 600;
const kText =
  /\.(cpp|hpp|h|ts|tsx|mjs|js|css|html|cmake|sh|md|cddl|json|txt|yml|toml|sql)$|(^|\/)(CMakeLists\.txt|dev)$/;
// Data and generated locks have no idea that wants a name of its own; documents are read from top to bottom.
const kMayBeLong = /package-lock\.json$|^vectors\/|\/corpus\/|\.md$/;

const findings = [];
const lists = new Map();
for (const file of files.filter((path) => path.endsWith('CMakeLists.txt')))
  lists.set(dirname(file), readFileSync(root + file, 'utf8'));

for (const file of files) {
  if (!kText.test(file)) continue;
  const text = readFileSync(root + file, 'utf8');
  const lines = text.split('\n').length - 1;
  if (lines > kMaxLines && !kMayBeLong.test(file)) findings.push(`${file}: ${lines} lines, more than ${kMaxLines}`);

  // Sources are listed: a .cpp that no CMakeLists.txt above it names is compiled by nobody.
  if (file.endsWith('.cpp')) {
    let folder = dirname(file);
    let listed = false;
    for (;;) {
      const name = folder === '.' ? file : file.slice(folder.length + 1);
      const list = lists.get(folder);
      if (list?.includes(name)) listed = true;
      if (listed || folder === '.') break;
      folder = dirname(folder);
    }
    if (!listed && file !== 'fuzz/replay_main.cpp') findings.push(`${file}: no CMakeLists.txt lists it`);
  }

  if (/^(<{7} |>{7} |={7}$)/m.test(text)) findings.push(`${file}: a merge conflict was left in`);
  // Split, so that this file doesn't find itself.
  const unfinished = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`).exec(text);
  if (unfinished) findings.push(`${file}: says ${unfinished[0]}`);
}

// The lock names no registry (whoever builds uses their own) and fixes the bytes of every package.
for (const file of files.filter((path) => path.endsWith('package-lock.json'))) {
  const text = readFileSync(root + file, 'utf8');
  if (text.includes('"resolved"')) findings.push(`${file}: names a registry`);
  for (const [name, entry] of Object.entries(JSON.parse(text).packages))
    if (name !== '' && !entry.integrity) findings.push(`${file}: ${name} has no hash`);
}

finish(findings, `${files.length} files keep the rules of the tree`);
