// What tabs of one browser tell each other: the one that has the rooms answers what would be lost if another took them,
// and takes an invite link that was opened elsewhere. Only pages of this origin hear it.

export const kChannelName = '0fc tabs';

/** A tab that does not answer for so long is asleep, or there is none. */
export const kAnswerMs = 1000;

/** What is needed of a BroadcastChannel. */
export interface Channel {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown): void;
}

/** Of a page of another build anything may come. */
interface Heard {
  readonly is?: unknown;
  readonly id?: unknown;
  readonly link?: unknown;
  readonly rooms?: unknown;
}

export class OtherTabs {
  readonly #channel: Channel;
  readonly #answers = new Map<string, (rooms: number) => void>();

  /**
   * `answer` is called for each question of another tab, with the link that came with it. It returns how many rooms would
   * be lost, or null if this is not the tab that has the rooms.
   */
  constructor(channel: Channel, answer: (link: string | null) => number | null) {
    this.#channel = channel;
    channel.onmessage = ({ data }) => this.#hear(data, answer);
  }

  /** The answer of the tab that has the rooms, or null. `link` is handed to it. */
  ask(link: string | null): Promise<number | null> {
    const id = crypto.randomUUID();
    return new Promise((resolve) => {
      const done = (rooms: number | null): void => {
        clearTimeout(timer);
        this.#answers.delete(id);
        resolve(rooms);
      };
      const timer = setTimeout(done, kAnswerMs, null);
      this.#answers.set(id, done);
      this.#channel.postMessage({ is: 'ask', id, link });
    });
  }

  #hear(data: unknown, answer: (link: string | null) => number | null): void {
    if (typeof data !== 'object' || data === null) return;
    const { is, id, link = null, rooms } = data as Heard;
    if (typeof id !== 'string') return;
    if (is === 'answer' && Number.isSafeInteger(rooms)) this.#answers.get(id)?.(rooms as number);
    if (is !== 'ask' || (link !== null && typeof link !== 'string')) return;
    const lost = answer(link);
    if (lost !== null) this.#channel.postMessage({ is: 'answer', id, rooms: lost });
  }
}
