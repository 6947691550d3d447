import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: fromHere('.'),
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: fromHere('../build/web'),
    emptyOutDir: true,
    target: 'es2022',
    // The page's policy has no data: source, so nothing may be inlined as one.
    assetsInlineLimit: 0,
    // A polyfill of <link rel=modulepreload> would be an inline script.
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  worker: { format: 'es' },
});
