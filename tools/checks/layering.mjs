// Checks the arrows between the folders: which of ours, and which libraries, each may include.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { files, finish, isCpp, root } from './tree.mjs';

// The longest prefix that matches a file gives its rule. `ours`: prefixes that it may include with quotes (itself
// always). `libraries`: patterns of <…> includes with a slash or of third parties that it may use.
const kAny = [/.*/];
const kExpected = [/^tl\/expected\.hpp$/];
const kRules = {
  'themis/': { ours: [], libraries: [/^openssl\//, ...kExpected] },
  'core/base/': { ours: [], libraries: kExpected },
  'core/wire/': { ours: ['core/base/'], libraries: kExpected },
  'core/log/': { ours: ['core/base/', 'core/wire/', 'core/crypto.hpp'], libraries: kExpected },
  'core/relay/': { ours: ['core/base/', 'core/wire/', 'core/log/', 'core/crypto.hpp'], libraries: kExpected },
  'core/member/': { ours: ['core/base/', 'core/wire/', 'core/log/', 'core/crypto.hpp'], libraries: kExpected },
  'core/': { ours: ['core/base/', 'core/wire/'], libraries: kExpected },
  'native/': { ours: ['core/', 'themis/'], libraries: kExpected, never: ['core/relay/', 'core/member/'] },
  'server/': { ours: ['core/', 'themis/', 'native/'], libraries: kAny, never: ['core/member/'] },
  'cli/': {
    ours: ['core/base/', 'core/wire/', 'core/member/', 'core/crypto.hpp', 'native/', 'themis/'],
    libraries: kAny,
    never: ['server/'],
  },
  'wasm/': { ours: ['core/'], libraries: kExpected, never: ['core/relay/'] },
};
// Tests of a folder stand where they can see what they test, so only shipped sources obey the rules above.
const isTest = (path) => /(^|\/)(test|tests|testing)\//.test(path) || /_test\.(cpp|hpp)$/.test(path);
// Only themis/ may see OpenSSL, whatever kind of file it is.
const kOpenSslOnlyIn = 'themis/';
// Headers of the language and of POSIX: without a slash, or sys/…
const isSystem = (name) => !name.includes('/') || name.startsWith('sys/') || name.startsWith('netinet/');
const kThirdPartyWithoutSlash = /^(sqlite3\.h|gtest|gmock)/;

// The file of ours that an include names, or undefined.
const known = new Set(files);
const resolve = (file, name) =>
  [join(dirname(file), name), name, `themis/include/${name}`, `themis/src/${name}`].find((path) => known.has(path));

const findings = [];
let checked = 0;
for (const file of files.filter(isCpp)) {
  const text = readFileSync(root + file, 'utf8');
  const prefix = Object.keys(kRules)
    .filter((candidate) => file.startsWith(candidate))
    .sort((a, b) => b.length - a.length)[0];
  const rule = prefix === undefined ? undefined : kRules[prefix];
  checked += 1;
  for (const [index, line] of text.split('\n').entries()) {
    const include = /^\s*#\s*include\s*(["<])([^">]+)[">]/.exec(line);
    if (include === null) continue;
    const [, quote, name] = include;
    const where = `${file}:${index + 1}`;
    if (name.startsWith('openssl/') && !file.startsWith(kOpenSslOnlyIn)) {
      findings.push(`${where}: only ${kOpenSslOnlyIn} includes OpenSSL, not <${name}>`);
      continue;
    }
    if (rule === undefined || isTest(file)) continue;
    const target = resolve(file, name);
    if (quote === '"' || target !== undefined) {
      // A generated header has no file here; its name says where it belongs.
      const path = target ?? name;
      const allowed = [prefix, ...rule.ours].some((start) => path.startsWith(start));
      const refused = (rule.never ?? []).some((start) => path.startsWith(start));
      if (!allowed || refused) findings.push(`${where}: ${prefix} may not include "${name}"`);
    } else if (!isSystem(name) || kThirdPartyWithoutSlash.test(name)) {
      if (!rule.libraries.some((pattern) => pattern.test(name)))
        findings.push(`${where}: ${prefix} may not include <${name}>`);
    }
  }
}
finish(findings, `the includes of ${checked} files follow the arrows`);
