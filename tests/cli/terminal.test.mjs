// 0fc at a terminal: the passphrase that nobody sees, and the view of a room. `script` of util-linux makes the terminal.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TerminalScreen } from './lib/screen.mjs';
import { admit, kPassphrase, pause, until, World } from './lib/world.mjs';

const world = new World();
let alice;
let bob;
before(async () => {
  const server = await world.serve();
  [alice, bob] = [world.person('alice'), world.person('bob')];
  await alice.create(server);
  await admit(alice, bob);
});
after(() => world.end());

/** A terminal of 24 rows and 100 columns in which 0fc runs; `screen` is what it shows. */
function terminal(...words) {
  const quoted = [process.env.ZEROFC, ...words].map((word) => `'${word}'`).join(' ');
  const shown = world.start('script', ['-qefc', `stty rows 24 cols 100; ${quoted}`, '/dev/null'], {
    env: { TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' },
  });
  shown.screen = new TerminalScreen(24, 100);
  shown.child.stdout.setEncoding('utf8');
  shown.child.stdout.on('data', (part) => shown.screen.feed(part));
  return shown;
}
const kEnter = '\r';

const sees = (shown, text) =>
  until(
    `"${text}" on the screen`,
    () => shown.screen.lines.some((line) => line.includes(text)),
    () => `${shown.screen.lines.join('\n')}\n${shown.err}`,
  );

/** Opens the room by typing the passphrase. */
async function open(person) {
  const shown = terminal('open', '--data', person.data);
  await shown.until('the question', () => shown.out.includes('Passphrase: '));
  shown.write(kPassphrase + kEnter);
  await sees(shown, 'connected, key');
  return shown;
}
async function quit(shown) {
  shown.write(`/quit${kEnter}`);
  assert.equal(await shown.code(), 0, shown.told);
}

test('a passphrase is not shown, and a wrong one can be typed again', async () => {
  const rooms = terminal('rooms', '--data', alice.data);
  await rooms.until('the question', () => rooms.out.includes('Passphrase: '));
  rooms.write(`not the right one${kEnter}`);
  await rooms.until('the second question', () => rooms.out.split('Passphrase: ').length === 3);
  rooms.write(kPassphrase + kEnter);
  assert.equal(await rooms.code(), 0, rooms.told);
  assert.match(rooms.out, /the room {2}\(live\)/);
  assert.ok(!rooms.out.includes('not the right one') && !rooms.out.includes(kPassphrase));
});

test('Ctrl-C at the question gives the terminal back', async () => {
  const shell = `trap : INT; '${process.env.ZEROFC}' rooms --data '${alice.data}'; stty -a`;
  const rooms = world.start('script', ['-qefc', shell, '/dev/null']);
  await rooms.until('the question', () => rooms.out.includes('Passphrase: '));
  rooms.write('\x03');
  await rooms.until('the settings', () => / echo /.test(rooms.out));
  await rooms.ended;
});

test('people talk in the view, with names completed and what others write made inert', async () => {
  const shown = await open(alice);
  await sees(shown, 'the room');
  await bob.run(['send', '--json'], { input: '{"text":"hi \\u001b]0;owned\\u0007 \\u202eevil"}\n' });
  await sees(shown, 'hi \\x1b]0;owned\\x07 \\u{202e}evil');
  assert.ok(!shown.out.includes('\x1b]0;owned'));
  shown.write('bo\t');
  await sees(shown, 'bob: ');
  shown.write(`fine, thanks${kEnter}`);
  await sees(shown, 'alice: bob: fine, thanks');
  shown.write(`/mem\t${kEnter}`);
  await sees(shown, 'alice (you), owner');
  shown.write(`/nonsense${kEnter}`);
  await sees(shown, 'There is no such command');
  shown.write(`/invite${kEnter}`);
  await sees(shown, '/#/join/');
  await quit(shown);
});

test('older rows come with Page Up, and a small terminal is filled too', async () => {
  await bob.run(['send'], { input: Array.from({ length: 60 }, (_, index) => `line ${index} of many\n`).join('') });
  const shown = await open(alice);
  await sees(shown, 'line 59 of many');
  for (let page = 0; page < 4; ++page) {
    shown.write('\x1b[5~');
    await sees(shown, 'lines below]');
  }
  await sees(shown, 'line 0 of many');
  assert.ok(!shown.screen.lines.some((line) => line.includes('line 59 of many')));
  await quit(shown);
});

test('the view forgets everything when it is locked, and opens again with the passphrase', async () => {
  const shown = await open(alice);
  await sees(shown, 'line 59 of many');
  shown.write(`/lock${kEnter}`);
  await sees(shown, 'locked');
  shown.write(`wrong one${kEnter}`);
  await sees(shown, 'This is not the passphrase.');
  assert.ok(!shown.screen.lines.some((line) => line.includes('of many')));
  shown.write(kPassphrase + kEnter);
  await sees(shown, 'line 59 of many');
  assert.ok(!shown.out.includes(kPassphrase));
  await quit(shown);
});

test('the view follows the size of its terminal', async () => {
  // Another shell on the same terminal makes it smaller.
  const shell = `stty rows 24 cols 100; (sleep 4; stty rows 10 cols 40 </dev/tty) & '${process.env.ZEROFC}' open --data '${alice.data}'`;
  const shown = world.start('script', ['-qefc', shell, '/dev/null'], { env: { TERM: 'xterm-256color' } });
  shown.screen = new TerminalScreen(10, 40);
  await shown.until('the question', () => shown.out.includes('Passphrase: '));
  shown.write(kPassphrase + kEnter);
  await shown.until('the small size', () => shown.out.includes('\x1b[10;1H') || shown.out.includes('\x1b[9d'));
  shown.write('\x0c');
  await pause(300);
  shown.write('\x04');
  assert.equal(await shown.code(), 0, shown.told);
});
