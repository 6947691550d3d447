// Stands in for the core: says what a scene tells it to, and answers the few intents that screens ask by themselves.
import type { Client, ClientHandlers, ConnectClient } from '../../../src/model/host.ts';
import { decodeIntent, encodePatch } from '../../../src/model/ui_codec.ts';
import type { Intent, Patch } from '../../../src/model/ui_messages.ts';
import type { Scene } from './scenes.ts';

declare global {
  interface Window {
    /** For tests: what the page has asked for, and a way to make the core speak. */
    core: { readonly sent: Intent[]; say(patches: readonly Patch[]): void };
  }
}

function historyOf(scene: Scene, { room, before, count }: Extract<Intent, { is: 'history.before' }>): Patch {
  const older = (scene.history ?? []).filter((item) => before === null || item.seq < before);
  return { is: 'history.loaded', room, before, items: older.slice(-count), more: older.length > count };
}

export function scriptedClient(scene: Scene): ConnectClient {
  return (handlers: ClientHandlers): Client => {
    const say = (patches: readonly Patch[]): void => {
      for (const patch of patches) handlers.patch(encodePatch(patch));
    };
    const sent: Intent[] = [];
    window.core = { sent, say };
    const answer = (intent: Intent): readonly Patch[] => {
      if (intent.is === 'client.start') return scene.patches ?? [];
      if (intent.is === 'history.before') return [historyOf(scene, intent)];
      if (intent.is === 'passphrase.suggest')
        return [{ is: 'passphrase.suggested', passphrase: 'velvet-anchor-pilot-cedar-mango-orbit', bits: 77 }];
      if (intent.is === 'link.inspect' && scene.link !== undefined) return [scene.link];
      return [];
    };
    queueMicrotask(() => {
      for (const notice of scene.notices ?? [{ is: 'ready', origin: location.origin }]) handlers.notice(notice);
    });
    return {
      send: (bytes) => {
        const intent = decodeIntent(bytes);
        sent.push(intent);
        queueMicrotask(() => say(answer(intent)));
      },
      restart: () => {},
      takeOver: () => {},
      askHolder: () => Promise.resolve(scene.holder ?? null),
    };
  };
}
