import { describe, expect, test } from 'vitest';
import { isLocalOnly, linkOfAddress } from '../../src/model/invite_link.ts';

describe('invite links', () => {
  test('only a fragment that joins is one', () => {
    const address = (hash: string) => ({ href: `https://chat.example/${hash}`, hash });
    expect(linkOfAddress(address('#/join/abc'))).toBe('https://chat.example/#/join/abc');
    for (const hash of ['', '#', '#/join/', '#/other/abc', '#x/join/abc'])
      expect(linkOfAddress(address(hash))).toBeNull();
  });

  test.each([
    ['http://localhost:5103/#/join/a', true],
    ['http://LOCALHOST/#/join/a', true],
    ['http://127.0.0.1:5103/#/join/a', true],
    ['http://127.9.9.9/#/join/a', true],
    ['http://[::1]:5103/#/join/a', true],
    ['http://room.localhost/#/join/a', true],
    ['https://chat.example/#/join/a', false],
    ['https://localhost.example/#/join/a', false],
    ['https://127.0.0.1.example/#/join/a', false],
    ['https://notlocalhost/#/join/a', false],
    ['nonsense', false],
  ])('%s works only on this computer: %s', (link, local) => {
    expect(isLocalOnly(link)).toBe(local);
  });
});
