// The worker's entry: fetches and starts Themis and the client core, then passes intents to it.
import libThemisUrl from 'wasm-themis/dist/libthemis.wasm?url';
import coreUrl from '../../../build/wasm/bin/core.wasm?url';
import { ClientHost } from './client_host.ts';
import { checkPin, compile, download } from './download.ts';
import { Failure } from './failure.ts';
import { kLibThemisBytes, kLibThemisSha256, startLibThemis } from './libthemis.ts';
import type { FromWorker } from './messages.ts';
import { Themis } from './themis.ts';
import { VaultStore } from './vault_store.ts';

declare const self: DedicatedWorkerGlobalScope;

const kMaxCoreBytes = 1 << 20;

const post = (message: FromWorker, transfer: ArrayBuffer[] = []): void => self.postMessage(message, transfer);

async function libThemis(): Promise<Themis> {
  // Nearly all of the code that there is to load: how far it is, is how far everything is.
  const came = (loaded: number): void => post({ is: 'loading', loaded, total: kLibThemisBytes });
  const bytes = await download(libThemisUrl, kLibThemisBytes, came);
  await checkPin(bytes, kLibThemisSha256);
  return new Themis(await startLibThemis(await compile(bytes)));
}

async function start(): Promise<ClientHost> {
  const fetched = download(coreUrl, kMaxCoreBytes, () => undefined).then(compile);
  const [core, themis] = await Promise.all([fetched, libThemis()]);
  return ClientHost.start({
    core,
    themis,
    store: new VaultStore(),
    origin: self.location.origin,
    post,
    end: () => self.close(),
  });
}

start().then(
  (host) => {
    self.onmessage = ({ data }: MessageEvent<Uint8Array>) => host.intent(data);
    // What is thrown outside the core's reach ends it too.
    self.onerror = () => host.fail(null);
    self.onunhandledrejection = () => host.fail(null);
    post({ is: 'ready' });
  },
  (error: unknown) => {
    post({ is: 'failed', reason: error instanceof Failure ? error.reason : 'crashed' });
    self.close();
  },
);
