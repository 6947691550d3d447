// Makes the C++ and the TypeScript of schema/ui.json: the messages between the page and the client core.
//   node tools/generate_ui.mjs           writes the generated files
//   node tools/generate_ui.mjs --check   fails if a committed one is not what the schema says
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cppFields, cppMessages, cppNames, cppTypes } from './ui/cpp.mjs';
import { readSchema } from './ui/schema.mjs';
import { tables, types } from './ui/typescript.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const schema = readSchema(readFileSync(`${root}schema/ui.json`, 'utf8'));
const outputs = {
  'core/member/ui/ui_types.hpp': cppTypes(schema),
  'core/member/ui/ui_messages.hpp': cppMessages(schema),
  'core/member/ui/ui_fields.hpp': cppFields(schema),
  'core/member/ui/ui_names.hpp': cppNames(schema),
  'web/src/model/ui_messages.ts': types(schema),
  'web/src/model/ui_tables.ts': tables(schema),
};

const stale = [];
for (const [file, text] of Object.entries(outputs)) {
  if (!process.argv.includes('--check')) {
    writeFileSync(root + file, text);
    continue;
  }
  let committed = '';
  try {
    committed = readFileSync(root + file, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  if (committed !== text) stale.push(file);
}
if (stale.length > 0) {
  console.error(`Not what schema/ui.json says: ${stale.join(', ')}. Run: node tools/generate_ui.mjs`);
  process.exit(1);
}
