import { expect, test } from 'vitest';
import { trustOnly } from '../../src/host/trusted_urls.ts';

/** Trusted Types as a browser has them, with the names of the policies made. */
function browser() {
  const made: string[] = [];
  return {
    made,
    createPolicy: (name: string, rules: { createScriptURL(url: string): string }) => {
      made.push(name);
      return { createScriptURL: (url: string) => ({ trusted: rules.createScriptURL(url) }) };
    },
  };
}

const known = ['/assets/worker-abc.js'];

test('the policy is the one that the page allows, made once', () => {
  const factory = browser();
  trustOnly(known, factory);
  expect(factory.made).toEqual(['app-worker']);
});

test('a known URL becomes a trusted one', () => {
  expect(trustOnly(known, browser())('/assets/worker-abc.js')).toEqual({ trusted: '/assets/worker-abc.js' });
});

test.each([
  '/assets/worker-abd.js',
  '/assets/worker-abc.js?x',
  'https://elsewhere.example/assets/worker-abc.js',
  'data:text/javascript,0',
  'blob:x',
  '',
])('"%s" is let through by nobody', (url) => {
  expect(() => trustOnly(known, browser())(url)).toThrow(TypeError);
  expect(() => trustOnly(known, undefined)(url)).toThrow(TypeError);
});

test('without Trusted Types a known URL stays a string', () => {
  expect(trustOnly(known, undefined)('/assets/worker-abc.js')).toBe('/assets/worker-abc.js');
});
