// Writes everything in the repository that is made from the code, the last step of `npm run update`: tests
// compare these files with what the code makes, and write them when they are told to (test/generated.ts).
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HELPER = join(ROOT, 'test/generated.ts');

/** Whether a test file imports the function that compares and writes. */
function writes(path) {
  const imports = readFileSync(path, 'utf8').matchAll(/from '(\.[^']*\/generated\.ts)'/g);
  return [...imports].some(([, name]) => join(dirname(path), name) === HELPER);
}

const files = readdirSync(join(ROOT, 'test'), { recursive: true })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => join(ROOT, 'test', name))
  .filter(writes)
  .map((path) => relative(ROOT, path));

const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--config', 'test/vitest.config.ts', '--reporter=dot', ...files],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, UPDATE: '1' } },
);
process.exitCode = status ?? 1;
