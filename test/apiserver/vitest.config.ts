import { defineConfig } from 'vitest/config';

/** Tests against a real API server, which CI has not: `npm run test:apiserver` (CONTRIBUTING.md). */
export default defineConfig({
  test: {
    include: ['test/apiserver/*.e2e.ts', 'test/sinks/*.e2e.ts'],
    globalSetup: ['test/one-temp-folder.ts'],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 120_000, interval: 200 } },
  },
});
