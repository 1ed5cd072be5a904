import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import { loadBundled } from './bundled-rules.ts';
import { CORRELATION_CASES } from './correlation-cases.ts';

const { ruleSet } = await loadBundled();
const NAMES = ruleSet!.rules.filter(({ correlation }) => correlation).map(({ name }) => name);
const FOLDER = mkdtempSync(join(tmpdir(), 'default-correlations-'));

/** How often each default correlation is found in a log. */
async function found(
  events: readonly unknown[],
  ...args: readonly string[]
): Promise<Record<string, number>> {
  const path = join(FOLDER, 'audit.log');
  writeFileSync(path, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const { stdout } = await runCli({
    args: ['scan', path, '-f', 'ndjson', '-q', '--all-rules', ...args],
  });
  const counts: Record<string, number> = {};
  for (const line of stdout.split('\n').filter((text) => text !== '')) {
    const { rule } = JSON.parse(line) as { readonly rule: string };
    if (NAMES.includes(rule)) counts[rule] = (counts[rule] ?? 0) + 1;
  }
  return counts;
}

describe('default correlations', () => {
  it('have cases, each of them', () => {
    expect(Object.keys(CORRELATION_CASES).toSorted()).toEqual(NAMES.toSorted());
  });

  it.each(Object.entries(CORRELATION_CASES))('%s is found', async (name, { fires }) => {
    for (const engine of ['reference', 'fast']) {
      expect(await found(fires, '--engine', engine)).toMatchObject({ [name]: 1 });
    }
  });

  const misses = Object.entries(CORRELATION_CASES).flatMap(([name, { misses: logs }]) =>
    Object.entries(logs).map(([why, log]) => [name, why, log] as const),
  );
  it.each(misses)('%s is not, when %s', async (name, _why, log) => {
    expect((await found(log))[name]).toBeUndefined();
  });
});
