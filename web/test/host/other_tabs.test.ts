import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Channel, kAnswerMs, OtherTabs } from '../../src/host/other_tabs.ts';

/** A channel whose other end is the test. */
class OpenChannel implements Channel {
  onmessage: ((event: MessageEvent) => void) | null = null;
  readonly said: unknown[] = [];
  postMessage(message: unknown) {
    this.said.push(structuredClone(message));
  }
  says(data: unknown) {
    this.onmessage?.({ data } as MessageEvent);
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(answer: (link: string | null) => number | null = () => null) {
  const channel = new OpenChannel();
  return { channel, tabs: new OtherTabs(channel, answer) };
}

test('a question that nobody answers in time is answered by null', async () => {
  const { tabs } = setUp();
  let answer: unknown = 'none yet';
  void tabs.ask(null).then((rooms) => {
    answer = rooms;
  });
  await vi.advanceTimersByTimeAsync(kAnswerMs - 1);
  expect(answer).toBe('none yet');
  await vi.advanceTimersByTimeAsync(1);
  expect(answer).toBeNull();
});

test('an answer belongs to its question', async () => {
  const { channel, tabs } = setUp();
  const first = tabs.ask('https://chat.example/#/join/abc');
  const second = tabs.ask(null);
  const [one, two] = channel.said as { id: string; link: string | null }[];
  expect(one).toMatchObject({ is: 'ask', link: 'https://chat.example/#/join/abc' });
  expect(two).toMatchObject({ is: 'ask', link: null });
  channel.says({ is: 'answer', id: two?.id, rooms: 0 });
  channel.says({ is: 'answer', id: one?.id, rooms: 3 });
  expect(await first).toBe(3);
  expect(await second).toBe(0);
});

test('the tab without the rooms keeps silent', () => {
  const { channel } = setUp(() => null);
  channel.says({ is: 'ask', id: 'x', link: null });
  expect(channel.said).toEqual([]);
});

test.each([
  ['nothing', null],
  ['a word', 'ask'],
  ['a question without a number', { is: 'ask', link: null }],
  ['a link that is none', { is: 'ask', id: 'x', link: 7 }],
  ['something newer', { is: 'sing', id: 'x', link: null }],
])('%s from a page of another build is no question', (_, data) => {
  const asked = vi.fn(() => 1);
  const { channel } = setUp(asked);
  channel.says(data);
  expect(asked).not.toHaveBeenCalled();
  expect(channel.said).toEqual([]);
});

test('an answer that is no number is none', async () => {
  const { channel, tabs } = setUp();
  const answer = tabs.ask(null);
  const [{ id } = { id: '' }] = channel.said as { id: string }[];
  channel.says({ is: 'answer', id, rooms: 'all' });
  await vi.advanceTimersByTimeAsync(kAnswerMs);
  expect(await answer).toBeNull();
});
