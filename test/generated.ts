import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';

/** `npm run update` sets it. It runs the test files that import this one. */
const UPDATES = process.env['UPDATE'] === '1';
const ROOT = join(import.meta.dirname, '..');

/**
 * Expects a file of the repository to hold a text that is made from the code, byte for byte. While
 * `npm run update` runs, the text is written there first.
 *
 * @param file path from the root of the repository
 */
export function expectGenerated(file: string, text: string): void {
  const path = join(ROOT, file);
  if (UPDATES) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const current = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  expect(current, `${file} is stale: npm run update`).toBe(text);
}
