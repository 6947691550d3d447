// Reads schema/ui.json and checks it: names, codes and types. What comes out has every type resolved.

/** One field: {name, about, type: {kind, max?, name?}, optional, list?: most elements}. */
function readField([name, spelled, about], known) {
  const match = /^([A-Za-z0-9]+)(?:\((\d+)\))?(?:\[(\d+)\])?(\?)?$/.exec(spelled);
  if (match === null || !/^[a-z][a-z0-9_]*$/.test(name) || !about) throw new Error(`field ${name}: ${spelled}`);
  const [, base, size, list, optional] = match;
  const type = resolve(base, size, known);
  if (list !== undefined && optional) throw new Error(`field ${name}: a list is empty rather than absent`);
  return { name, about, type, optional: optional !== undefined, list: list === undefined ? undefined : Number(list) };
}

function resolve(base, size, known) {
  if (base === 'text') {
    if (size === undefined) throw new Error('a text has a largest length');
    return { kind: 'text', max: Number(size) };
  }
  if (size !== undefined) throw new Error(`${base} takes no length`);
  if (['bool', 'uint', 'id16', 'id32'].includes(base)) return { kind: base };
  if (base === 'seconds' || base === 'millis') return { kind: 'uint' };
  if (known.enums.has(base)) return { kind: 'enum', name: base };
  if (known.structs.has(base)) return { kind: 'struct', name: base };
  throw new Error(`no type ${base}`);
}

function distinct(codes, where) {
  if (new Set(codes).size !== codes.length) throw new Error(`${where}: a code occurs twice`);
  if (codes.some((code) => !Number.isInteger(code) || code < 0 || code > 63))
    throw new Error(`${where}: codes are 0..63`);
}

export function readSchema(text) {
  const raw = JSON.parse(text);
  const known = { enums: new Set(Object.keys(raw.enums)), structs: new Set(Object.keys(raw.structs)) };

  const enums = Object.entries(raw.enums).map(([name, { about, values }]) => {
    const list = Object.entries(values).map(([value, [code, meaning]]) => ({ name: value, code, about: meaning }));
    distinct(
      list.map((value) => value.code),
      name,
    );
    return { name, about, values: list };
  });

  const structs = Object.entries(raw.structs).map(([name, { about, key, fields }]) => {
    const list = fields.map((field) => readField(field, known));
    if (!list.some((field) => field.name === key)) throw new Error(`${name}: no key ${key}`);
    return { name, about, fields: list };
  });

  const messages = (kind) => {
    const list = Object.entries(raw[kind]).map(([name, [code, about, fields]]) => {
      if (!/^[a-z]+(\.[a-z_]+)?$/.test(name)) throw new Error(`message ${name}`);
      return { name, code, about, fields: fields.map((field) => readField(field, known)) };
    });
    distinct(
      list.map((message) => message.code),
      kind,
    );
    return list;
  };
  return { about: raw.about, enums, structs, intents: messages('intents'), patches: messages('patches') };
}

/** `room.state_changed` -> `RoomStateChanged` */
export const pascal = (name) => name.replace(/(^|[._])([a-z])/g, (_, __, letter) => letter.toUpperCase());
