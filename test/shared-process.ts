import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Calls that replace modules or the clock for everything that runs in the same process. */
export const REPLACES =
  /\bvi\.(?:mock|doMock|hoisted|resetModules|useFakeTimers|setSystemTime|stub\w+)\(/;

/**
 * The browser and the compiler of the scanner add handlers to their process, to tidy up at its end; the SDK of
 * assistants adds globals.
 */
const STAYS = /from 'playwright-core'|wasm\/build\.mjs|from '@modelcontextprotocol\//;

/** Test files that need a process of their own, as paths from the root. */
export function loners(): string[] {
  return readdirSync(import.meta.dirname, { encoding: 'utf8', recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .filter((name) => {
      const text = readFileSync(join(import.meta.dirname, name), 'utf8');
      return REPLACES.test(text) || STAYS.test(text);
    })
    .map((name) => `test/${name.replaceAll('\\', '/')}`);
}
