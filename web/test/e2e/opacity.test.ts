import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type BrowserKind, kPairs } from './lib/browsers.ts';
import type { Cable } from './lib/cable.ts';
import { addressNeedles, findings, type Needle, textNeedle } from './lib/needles.ts';
import type { Server } from './lib/server.ts';
import { setStage } from './lib/stage.ts';
import { until } from './lib/until.ts';

const stage = setStage();

const kRoom = 'Zwiebelturm 4711';
const kNickname = 'Quastenflosser';
const kOther = 'Nacktmull';
const kText = 'Treffpunkt am alten Wasserwerk, 23:45';
const kPassphrase = 'sieben Siebenschläfer schlafen';
const kPlanted = 'planted in the clear';
// Clients come through a reverse proxy at this address, which passes on where they came from.
const kProxy = '127.77.66.55';
const kClient = '203.0.113.77';

const kTexts = [...[kRoom, kNickname, kOther, kText, kPassphrase, kProxy, kClient].map(textNeedle)];
// Four bytes, which chance puts into ciphertext once in some thousand runs.
const kAddresses = [kProxy, kClient].flatMap(addressNeedles);

/** Everything that the server has: its files, and what it wrote to its logs. */
function held(server: Server): Map<string, Buffer> {
  const files = readdirSync(server.data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map([
    ['logs', Buffer.from(server.output)],
    ...files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(server.data, path), readFileSync(path)] as const;
    }),
  ]);
}

/** What passed through a cable in each direction, unmasked: each frame, and all of them in a row. */
function passed(name: string, cable: Cable): Map<string, Buffer> {
  const all = new Map<string, Buffer>();
  for (const [number, link] of cable.links.entries())
    for (const from of ['page', 'server'] as const) {
      const payloads = link.passed.filter((one) => one.from === from).map((one) => one.frame.payload);
      for (const [index, payload] of payloads.entries()) all.set(`${name} ${number} ${from} ${index}`, payload);
      all.set(`${name} ${number} ${from}`, Buffer.concat(payloads));
    }
  return all;
}

/** Two people do what they do; what they said is searched for. Returns the binary addresses that were found. */
async function talk(owner: BrowserKind, joiner: BrowserKind): Promise<string[]> {
  const server = await stage.server({ args: ['--log-level', 'debug'] });
  const network = { from: kProxy, adds: { 'X-Forwarded-For': kClient } };
  const ada = await stage.person(kNickname, owner, server, network);
  const bo = await stage.person(kOther, joiner, server, network);
  await ada.createRoom(kRoom, kPassphrase);
  await bo.join(await ada.invite());
  await ada.say(kText);
  await bo.hears(kText);
  await bo.say(`${kText}!`);
  await ada.hears(`${kText}!`);
  await ada.tab.press('button', 'Room settings');
  await ada.tab.press('menuitem', 'Rotate key');
  await ada.answer('Rotate key?', 'Rotate key');
  await bo.tab.says(`New room key 2, made by ${kNickname}`);
  await ada.reload();
  await ada.comeBack(kPassphrase);
  await ada.inRoom();

  const frames = (): Map<string, Buffer> => new Map([...passed('ada', ada.cable), ...passed('bo', bo.cable)]);
  expect(frames().size).toBeGreaterThan(40);
  expect(held(server).size).toBeGreaterThan(2);
  const found = (needles: readonly Needle[]): string[] => [
    ...findings(needles, held(server)),
    ...findings(needles, frames()),
  ];
  expect(found(kTexts)).toEqual([]);
  const addresses = found(kAddresses);

  // The same search finds what is in the clear: in a frame of a page, and in a file of the server in each form.
  await bo.tab.page.evaluate((words) => {
    const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws`, '0fc.v1');
    socket.onopen = () => socket.send(words);
  }, kPlanted);
  await until('the planted words have passed', () => findings([textNeedle(kPlanted)], frames()).length > 0);
  const file = join(server.data, 'planted');
  const base64 = ['', 'x', 'xy'].map((before) => Buffer.from(`${before}${kPlanted}`).toString('base64'));
  for (const form of [kPlanted, Buffer.from(kPlanted).toString('hex'), ...base64]) {
    writeFileSync(file, `noise ${form} noise`);
    expect(findings([textNeedle(kPlanted)], held(server))).not.toEqual([]);
  }
  writeFileSync(file, Buffer.from([1, 127, 77, 66, 55, 2]));
  expect(findings(addressNeedles(kProxy), held(server))).toContain(`${kProxy}, binary, raw, in planted`);
  rmSync(file);

  await server.stop();
  expect(findings(kTexts, held(server))).toEqual([]);
  return addresses;
}

const withoutPlace = (found: readonly string[]): string[] => found.map((one) => one.replace(/, in .*/, ''));

describe.each(kPairs)('owner in $owner, joiner in $joiner', ({ owner, joiner }) => {
  test('names, texts and addresses are nowhere on the server or on the way; what is in the clear is found', async () => {
    const first = withoutPlace(await talk(owner, joiner));
    // What is there is there each time; chance doesn't repeat itself.
    const again = first.length === 0 ? [] : withoutPlace(await talk(owner, joiner));
    expect(first.filter((one) => again.includes(one))).toEqual([]);
  });
});
