import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { loners } from './shared-process.ts';

/** Ends a test that hangs, on a machine that does a lot else besides; how fast something is, no test asks. */
const HANGS = 120_000;
const shared = {
  testTimeout: HANGS,
  hookTimeout: HANGS,
  expect: { poll: { timeout: HANGS / 4 } },
  setupFiles: ['test/remove-folders.ts'],
};

/** Test files that need a process of their own. */
const alone = loners();

export default defineConfig({
  test: {
    // Loading the program takes longer than most tests: files share processes, which load it once. Those that
    // need one of their own run first: Vitest takes projects by their names.
    projects: [
      { test: { ...shared, name: 'alone', include: alone } },
      {
        test: {
          ...shared,
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: alone,
          isolate: false,
          setupFiles: [...shared.setupFiles, 'test/as-found.ts'],
        },
      },
    ],
    globalSetup: ['test/one-temp-folder.ts'],
    // One worker less is the default. One more than cores, since some tests wait for processes most of their time.
    maxWorkers: availableParallelism() + 1,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // AssemblyScript, and what is made from it.
      exclude: ['src/fast/wasm/assembly/**', '**/*.gen.ts'],
      reporter: ['text-summary'],
      // A little under what was measured. What only runs in processes of their own is not counted.
      thresholds: { statements: 94, branches: 89, functions: 94, lines: 95 },
    },
  },
});
