// Writes corpus/ui_messages: one whole message of every kind, encoded by the page's codec, and one with no optional
// field: node fuzz/seed-ui.mjs
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encodeIntent, encodePatch } from '../web/src/model/ui_codec.ts';
import { kEnums, kIntents, kPatches, kStructs } from '../web/src/model/ui_tables.ts';

const folder = fileURLToPath(new URL('corpus/ui_messages/', import.meta.url));

function fieldValue([name, kind, detail, optional, list], whole) {
  if (list > 0) return whole ? [one(name, kind, detail, true), one(name, kind, detail, false)] : [];
  return optional === 1 && !whole ? null : one(name, kind, detail, whole);
}

function one(name, kind, detail, whole) {
  if (kind === 'bool') return whole;
  if (kind === 'uint') return whole ? 1_700_000_000_000 : 7;
  if (kind === 'id16') return '5a'.repeat(16);
  if (kind === 'id32') return 'a5'.repeat(32);
  if (kind === 'text') return whole ? `${name} ü 字 🙂` : '';
  if (kind === 'enum') return Object.keys(kEnums[detail] ?? {}).at(whole ? -1 : 0);
  return fieldsOf(kStructs[detail] ?? [], whole);
}

const fieldsOf = (fields, whole) => Object.fromEntries(fields.map((field) => [field[0], fieldValue(field, whole)]));

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const write = (table, prefix, encode) => {
  for (const [is, { fields }] of Object.entries(table))
    for (const whole of [true, false]) {
      const bytes = encode({ is, ...fieldsOf(fields, whole) });
      writeFileSync(`${folder}${prefix}-${is}-${whole ? 'whole' : 'least'}`, bytes);
    }
};
write(kIntents, 'intent', encodeIntent);
write(kPatches, 'patch', encodePatch);
