import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkPin, compile, download } from '../../src/worker/download.ts';
import { Failure } from '../../src/worker/failure.ts';
import { kLibThemisBytes, kLibThemisSha256, startLibThemis } from '../../src/worker/libthemis.ts';
import { Themis } from '../../src/worker/themis.ts';
import { changed, kLibThemisFile, startThemis } from './fixtures.ts';

const binary = new Uint8Array(readFileSync(kLibThemisFile));

const reasonOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'nothing was refused',
    (error) => (error instanceof Failure ? error.reason : String(error)),
  );

describe('the pin', () => {
  test('is that of the official binary', async () => {
    expect(binary).toHaveLength(kLibThemisBytes);
    await expect(checkPin(binary, kLibThemisSha256)).resolves.toBeUndefined();
  });

  test('refuses every other', async () => {
    expect(await reasonOf(checkPin(changed(binary, 1_000_000), kLibThemisSha256))).toBe('integrity');
    expect(await reasonOf(checkPin(changed(binary), kLibThemisSha256))).toBe('integrity');
    expect(await reasonOf(checkPin(binary.slice(0, -1), kLibThemisSha256))).toBe('integrity');
    expect(await reasonOf(checkPin(new Uint8Array(), kLibThemisSha256))).toBe('integrity');
  });

  test('what is no module is refused when it is compiled', async () => {
    expect(await reasonOf(compile(binary.slice(0, 1000)))).toBe('integrity');
  });
});

describe('the download', () => {
  let server: Server;
  let origin: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/cut') {
        response.writeHead(200, { 'content-length': binary.length });
        response.write(binary.subarray(0, 1000), () => response.destroy());
      } else if (request.url === '/moved') response.writeHead(302, { location: '/libthemis' }).end();
      else if (request.url === '/libthemis') response.end(binary);
      else response.writeHead(404).end('none');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  test('gives the bytes and says how far it is', async () => {
    const steps: number[] = [];
    const got = await download(`${origin}/libthemis`, kLibThemisBytes, (bytes) => steps.push(bytes));
    expect(Buffer.from(got).equals(binary)).toBe(true);
    expect(steps.length).toBeGreaterThan(1);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(steps.at(-1)).toBe(kLibThemisBytes);
  });

  test.each(['/absent', '/cut', '/moved'])('%s is no download', async (path) => {
    expect(await reasonOf(download(origin + path, kLibThemisBytes, () => undefined))).toBe('download');
  });

  test('ends at its limit', async () => {
    expect(await reasonOf(download(`${origin}/libthemis`, kLibThemisBytes - 1, () => undefined))).toBe('download');
  });

  test('a server that is gone is no download', async () => {
    expect(await reasonOf(download('http://127.0.0.1:1/', 10, () => undefined))).toBe('download');
  });
});

describe('the loader', () => {
  test('a random source that fails ends everything', async () => {
    const broken = await startThemis(() => {
      throw new Error('no randomness');
    });
    let reason = 'went on';
    try {
      new Themis(broken).makeKeys(new Uint8Array(45), new Uint8Array(45));
    } catch (error) {
      reason = error instanceof Failure ? error.reason : String(error);
    }
    expect(reason).toBe('random');
  });

  test('imports that libthemis has no reason to call throw', async () => {
    // Calls env.exit, as a changed libthemis might.
    // biome-ignore format: one line for each section
    const module = await WebAssembly.compile(new Uint8Array([
      0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
      0x01, 0x04, 0x01, 0x60, 0x00, 0x00,
      0x02, 0x0c, 0x01, 0x03, 0x65, 0x6e, 0x76, 0x04, 0x65, 0x78, 0x69, 0x74, 0x00, 0x00,
      0x03, 0x02, 0x01, 0x00,
      0x07, 0x15, 0x01, 0x11, ...Buffer.from('__wasm_call_ctors'), 0x00, 0x01,
      0x0a, 0x06, 0x01, 0x04, 0x00, 0x10, 0x00, 0x0b,
    ]));
    await expect(startLibThemis(module)).rejects.toThrow('libthemis calls exit');
  });
});
