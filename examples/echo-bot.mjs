#!/usr/bin/env node
// A bot in 20 lines: says again whatever others say in a room that it is in.
//   0fc join --nickname echo --data bot --keyfile key       once; paste an invite link
//   node examples/echo-bot.mjs --data bot --keyfile key     these and further options go to 0fc open
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const room = spawn('0fc', ['open', '--json', ...process.argv.slice(2)], { stdio: ['pipe', 'pipe', 'inherit'] });

for await (const line of createInterface({ input: room.stdout })) {
  const event = JSON.parse(line);
  if (event.event !== 'message' || event.own) continue;
  room.stdin.write(`${JSON.stringify({ text: `You said: ${event.text}` })}\n`);
}

process.exitCode = room.exitCode ?? 1;
