// Writes the seeds of the relay_room fuzz target into fuzz/corpus/relay_room/: whole stories, step by step.
// Usage: node fuzz/seed-relay.mjs
import { mkdirSync, writeFileSync } from 'node:fs';

const folder = new URL('corpus/relay_room/', import.meta.url);
mkdirSync(folder, { recursive: true });

// The steps of relay_room.cpp. People: 0 is the owner. Slots are connections; null is a cursor before the genesis.
const arrive = (slot, person) => [0, slot, person];
const gone = (slot) => [1, slot];
const open = (slot, after, controls = false) => [2, slot, after ?? 255, controls ? 1 : 0];
const message = (slot, author, token, late = false) => [3, slot, author, late ? 3 : 0, token];
const admit = (slot, joiner, token, invite) => [4, slot, 0, joiner, token, invite];
const rotate = (slot, token, extra = false) => [5, slot, 0, token, ...(extra ? [3, 1] : [0])];
const leave = (slot, author, token) => [6, slot, author, token];
const ack = (slot, seq) => [7, slot, seq];
const publish = (slot, invite, hours = 24) => [8, slot, invite, hours];
const revoke = (slot, invite) => [9, slot, invite];
const request = (slot, person, invite) => [10, slot, person, invite];
const decline = (slot, invite, joiner) => [11, slot, invite, joiner];
const grant = (slot, joiner) => [12, slot, joiner];
const frame = (slot, ...bytes) => [13, slot, bytes.length, ...bytes];
const disk = { works: [14, 0], slow: [14, 1], full: [14, 2], elsewhere: [14, 3] };
const answer = [15];
const pass = (a, b) => [16, a, b]; // a × b minutes
const restart = [17];

const owner = [arrive(0, 0), open(0, null)];
const joined = [
  ...owner,
  publish(0, 0),
  arrive(1, 1),
  request(1, 1, 0),
  admit(0, 1, 0, 0),
  grant(0, 1),
  open(1, 0, true),
];
const stories = {
  talk: [...joined, message(0, 0, 1), message(1, 1, 1), message(1, 0, 2), ack(1, 3), message(0, 0, 1)],
  'rotate-and-leave': [
    ...joined,
    rotate(0, 1),
    message(1, 1, 2),
    message(1, 1, 3, true),
    leave(1, 1, 4),
    rotate(0, 5),
    open(1, 0),
  ],
  'bad-boxes': [...joined, rotate(0, 1, true), rotate(0, 2)],
  'restart-in-join': [
    ...owner,
    publish(0, 0),
    arrive(1, 1),
    request(1, 1, 0),
    restart,
    ...owner,
    admit(0, 1, 0, 0),
    grant(0, 1),
    restart,
    arrive(2, 1),
    request(2, 1, 0),
    open(2, 0),
  ],
  'eight-claims': [
    ...owner,
    publish(0, 0),
    publish(0, 1, 1),
    arrive(1, 1),
    request(1, 1, 0),
    arrive(2, 2),
    request(2, 2, 0),
    arrive(3, 3),
    request(3, 3, 0),
    decline(0, 0, 2),
    request(3, 3, 0),
    revoke(0, 0),
    request(3, 3, 1),
    pass(10, 10),
  ],
  'slow-disk': [
    ...joined,
    disk.slow,
    message(0, 0, 1),
    message(1, 1, 2),
    message(0, 0, 3),
    rotate(0, 4),
    answer,
    answer,
    answer,
    answer,
  ],
  'full-disk': [
    ...joined,
    disk.full,
    message(0, 0, 1),
    publish(0, 2),
    ack(0, 1),
    pass(1, 1),
    disk.works,
    message(0, 0, 2),
    pass(1, 1),
  ],
  'log-elsewhere': [...joined, disk.elsewhere, message(0, 0, 1), ...owner, message(0, 0, 1)],
  displaced: [...joined, arrive(2, 1), open(2, 0), message(1, 1, 1), message(2, 1, 2), gone(2), gone(0), gone(1)],
  expires: [
    ...owner,
    publish(0, 0, 1),
    arrive(1, 1),
    request(1, 1, 0),
    pass(12, 10),
    admit(0, 1, 0, 0),
    pass(200, 200),
  ],
  'out-of-place': [
    ...joined,
    frame(0, 0x82, 0x18, 0x2c, 0xa0),
    frame(1, 0x82, 0x0a, 0xa1, 0x01, 0x07),
    frame(2, 0x82, 0x18, 0x63, 0xa0),
    arrive(3, 3),
    ack(3, 0),
    grant(3, 1),
    message(3, 3, 1),
  ],
};
for (const [name, steps] of Object.entries(stories)) writeFileSync(new URL(name, folder), Buffer.from(steps.flat()));
