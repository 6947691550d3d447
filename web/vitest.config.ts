import { defineConfig, mergeConfig } from 'vitest/config';
import page from './vite.config.ts';

// Tests run in Node; one that needs a document starts with `// @vitest-environment happy-dom`.
export default mergeConfig(
  page,
  defineConfig({
    test: {
      include: ['test/**/*.test.{ts,tsx}'],
      environment: 'node',
      restoreMocks: true,
      testTimeout: 20_000,
    },
  }),
);
