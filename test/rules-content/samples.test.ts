import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { OncePerRequest } from '../../src/engine/once-per-request.ts';
import { bundledEngine, countByRule, filesIn, findingsOf, loadBundled } from './bundled-rules.ts';
import type { TreeMap } from './case-file.ts';

const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));
const EXPECTED = JSON.parse(
  readFileSync(new URL('expected-samples.json', import.meta.url), 'utf8'),
) as Record<string, Record<string, number>>;
const README = readFileSync(`${SAMPLES}README.md`, 'utf8');

describe('samples', async () => {
  const engine = await bundledEngine();
  const names = filesIn(SAMPLES, '.log').map((path) => path.slice(SAMPLES.length));

  it('all have an expectation, and no other', () => {
    expect(names).toEqual(Object.keys(EXPECTED));
  });

  it.each(names)('%s gives the findings listed for it', (name) => {
    const lines = readFileSync(SAMPLES + name, 'utf8')
      .trimEnd()
      .split('\n');
    const once = new OncePerRequest();
    const findings = lines
      .flatMap((line, at) => findingsOf(engine, JSON.parse(line) as TreeMap, at + 1))
      .filter((finding) => once.keeps(finding));
    expect(countByRule(findings)).toEqual(EXPECTED[name]);
  });

  it.each(['quiet-cluster.log', 'metadata-only.log'])('%s has no alarm', async (name) => {
    const { ruleSet } = await loadBundled();
    const rules = Object.keys(EXPECTED[name] ?? {});
    const priorities = rules.map(
      (rule) => ruleSet?.rules.find((entry) => entry.name === rule)?.priority,
    );
    expect(new Set(priorities)).toEqual(new Set(['Informational']));
  });

  it.each(Object.keys(EXPECTED))('%s is described in the README as tested', (name) => {
    const section = README.split('\n## ').find((text) => text.startsWith(name)) ?? '';
    const rows = [...section.matchAll(/^\| (.+) \| [A-Z]+ \| (\d+) \|$/gm)];
    expect(Object.fromEntries(rows.map((row) => [row[1], Number(row[2])]))).toEqual(EXPECTED[name]);
  });
});
