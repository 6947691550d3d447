import { expect, test } from 'vitest';
import { type Surroundings, whatIsMissing } from '../../src/host/requirements.ts';

const complete: Surroundings = {
  isSecureContext: true,
  WebAssembly,
  Worker: class {},
  navigator: { locks: {} },
  indexedDB: {},
};

test('a complete browser lacks nothing', () => {
  expect(whatIsMissing(complete)).toBeNull();
});

test.each([
  ['an insecure context', { isSecureContext: false }, 'insecure'],
  ['no WebAssembly, as in Tor Browser at "Safest"', { WebAssembly: undefined }, 'no_wasm'],
  ['WebAssembly that takes no module', { WebAssembly: { validate: () => false } }, 'no_wasm'],
  ['no worker', { Worker: undefined }, 'no_worker'],
  ['no Web Locks', { navigator: {} }, 'no_locks'],
  ['no IndexedDB', { indexedDB: null }, 'no_storage'],
] as const)('%s is named', (_, without, reason) => {
  expect(whatIsMissing({ ...complete, ...(without as object) })).toBe(reason);
});

test('an insecure context is named before what it hides', () => {
  expect(whatIsMissing({ isSecureContext: false, WebAssembly, Worker: class {} })).toBe('insecure');
});

test('nothing at all is an insecure context', () => {
  expect(whatIsMissing({})).toBe('insecure');
});
