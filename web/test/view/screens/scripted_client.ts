// Stands in for the core: says what a scene tells it to, and answers the few intents that screens ask by themselves.
import type { Client, ClientHandlers, ConnectClient } from '../../../src/model/host.ts';
import { decodeIntent, encodePatch } from '../../../src/model/ui_codec.ts';
import type { Intent, Patch } from '../../../src/model/ui_messages.ts';
import type { Scene } from './scenes.ts';

export function scriptedClient(scene: Scene): ConnectClient {
  return (handlers: ClientHandlers): Client => {
    const say = (patches: readonly Patch[]): void => {
      for (const patch of patches) handlers.patch(encodePatch(patch));
    };
    const answer = (intent: Intent): readonly Patch[] => {
      if (intent.is === 'client.start') return scene.patches ?? [];
      if (intent.is === 'history.before')
        return [
          { is: 'history.loaded', room: intent.room, before: intent.before, items: scene.history ?? [], more: false },
        ];
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
        queueMicrotask(() => say(answer(intent)));
      },
      restart: () => {},
      takeOver: () => {},
    };
  };
}
