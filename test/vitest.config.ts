import { defineConfig } from 'vitest/config';

/** Ends a test that hangs, on a machine that does a lot else besides; how fast something is, no test asks. */
const HANGS = 120_000;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/one-temp-folder.ts'],
    // One worker less is the default: on two cores that is one.
    maxWorkers: '100%',
    testTimeout: HANGS,
    hookTimeout: HANGS,
    expect: { poll: { timeout: HANGS / 4 } },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // AssemblyScript, and what is made from it.
      exclude: ['src/fast/wasm/assembly/**', '**/*.gen.ts'],
      reporter: ['text-summary'],
      // A little under what was measured. What only runs in processes of their own is not counted.
      thresholds: { statements: 90, branches: 85, functions: 93, lines: 90 },
    },
  },
});
