// Where a journey takes place: servers and people, and at the end of each test the question whether anything went wrong
// that the journey did not look at.
import { afterAll, afterEach, expect, vi } from 'vitest';
import { type BrowserKind, closeBrowsers } from './browsers.ts';
import { Person, type PersonOptions } from './person.ts';
import { Server, type ServerOptions } from './server.ts';

const kTestMs = 240_000;

export interface Stage {
  server(options?: ServerOptions): Promise<Server>;
  person(name: string, kind: BrowserKind, server: Server, options?: PersonOptions): Promise<Person>;
  /** Ends somebody's part before the end of the file. */
  leaves(person: Person): Promise<void>;
}

/** Call it once in a file. Everything that it hands out ends with the file. */
export function setStage(): Stage {
  vi.setConfig({ testTimeout: kTestMs, hookTimeout: kTestMs });
  const servers: Server[] = [];
  const people: Person[] = [];

  afterEach(({ task }) => {
    if (task.result?.state === 'fail') for (const { output } of servers) console.log(output);
    expect([...people, ...servers].flatMap((one) => one.wrongs())).toEqual([]);
  });
  afterAll(async () => {
    const wrongs: string[] = [];
    for (const person of people) wrongs.push(...(await person.leave()));
    await closeBrowsers();
    for (const server of servers) if (server.running) await server.stop();
    expect(wrongs).toEqual([]);
  });

  return {
    async server(options) {
      const server = await Server.start(options);
      servers.push(server);
      return server;
    },
    async person(name, kind, server, options) {
      const person = await Person.arrive(name, kind, server, options);
      people.push(person);
      return person;
    },
    async leaves(person) {
      people.splice(people.indexOf(person), 1);
      expect(await person.leave()).toEqual([]);
    },
  };
}
