// The client core of this page, in the browser it runs in.
import type { ConnectClient } from '../model/host.ts';
import workerUrl from '../worker/worker.ts?worker&url';
import { kChannelName } from './other_tabs.ts';
import { trustOnly } from './trusted_urls.ts';
import { WorkerClient } from './worker_client.ts';

type TrustedTypesFactory = Parameters<typeof trustOnly>[1];

const trusted = trustOnly([workerUrl], (globalThis as { trustedTypes?: TrustedTypesFactory }).trustedTypes);

export const connectClient: ConnectClient = (handlers) =>
  new WorkerClient(handlers, {
    scope: globalThis,
    locks: navigator.locks,
    tabs: new BroadcastChannel(kChannelName),
    origin: location.origin,
    comeToFront: () => focus(),
    startWorker: () => new Worker(trusted(workerUrl), { type: 'module' }),
  });
