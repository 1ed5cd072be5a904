import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadRules } from '../../src/rules/load.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { adversarial } from '../fast/corpus.ts';
import { scanFast, scanReference } from '../fast/engines.ts';
import { Random } from '../fast/random.ts';

const FOLDER = new URL('../fixtures/sigma/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');

/** All rules of the comparison with pySigma that load, each under a name of its own. */
async function sigmaRules(): Promise<readonly Rule[]> {
  const texts = read('pysigma.ndjson')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { rule: string }).rule);
  const rules: Rule[] = [];
  for (const text of texts) {
    const { ruleSet } = await loadRules([{ name: 'rules.yml', text }]);
    rules.push(...(ruleSet?.rules ?? []));
  }
  return rules;
}

const RULES = await sigmaRules();

describe('both engines agree on Sigma rules', () => {
  it('on the events of the comparison, in blocks of any size', () => {
    const input = Buffer.from(read('events.ndjson').repeat(3));
    const expected = scanReference(input, { rules: RULES, matching: 'all' });
    expect(expected.events).toBe(171);
    expect(expected.findings.length).toBeGreaterThan(1000);
    for (const size of [100, 5000, 1 << 20]) {
      expect(scanFast(input, { rules: RULES, matching: 'all' }, size)).toEqual(expected);
    }
  });

  it.each([1, 2, 3, 4])('on adversarial logs, seed %i', (seed) => {
    const r = new Random(7000 + seed);
    const input = adversarial(r, 300);
    const rules = RULES.filter(() => r.chance(20));
    const expected = scanReference(input, { rules, matching: 'all' });
    expect(scanFast(input, { rules, matching: 'all' }, 4096)).toEqual(expected);
  });
});
