import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../src/events/event.ts';
import { seeds } from '../seeds.ts';
import { adversarial, plainLine } from './corpus.ts';
import { scanFast, scanReference } from './engines.ts';
import { Random } from './random.ts';
import { randomRules } from './rule-maker.ts';

const suppress = (rule: string, event: AuditEvent): boolean =>
  rule === 'rule 4' && event.text(['verb']) === 'get';

describe('the fast path equals the reference engine', () => {
  test.each(seeds(4))('on a plain log, seed %i', async (seed) => {
    const r = new Random(seed);
    const input = Buffer.from(Array.from({ length: 400 }, () => `${plainLine(r)}\n`).join(''));
    const rules = await randomRules(r, 12);
    const options = { rules, matching: r.chance(50) ? 'all' : 'first' } as const;
    const expected = scanReference(input, options);
    expect(expected.events).toBe(400);
    expect(scanFast(input, options, 1 << 20)).toEqual(expected);
  });

  test.each(seeds(16))('on an adversarial log, seed %i', async (seed) => {
    const r = new Random(1000 + seed);
    const input = adversarial(r, 300);
    const rules = await randomRules(r, 8);
    const scope = r.chance(40) ? (await randomRules(r, 1))[0]!.condition : undefined;
    const since = r.chance(30) ? 1_710_000_000_000_000_000n : undefined;
    const options = {
      rules,
      matching: r.chance(50) ? 'all' : 'first',
      ...(scope === undefined ? {} : { scope }),
      ...(since === undefined ? {} : { since, until: since + 10n ** 16n }),
    } as const;
    const expected = scanReference(input, options);
    expect(scanFast(input, options, r.pick([1, 7, 64, 1000, 4096, 1 << 20]))).toEqual(expected);
  });

  test.each(seeds(4))('with policies, ignored findings and a scope, seed %i', async (seed) => {
    const r = new Random(5000 + seed);
    const input = adversarial(r, 300);
    const rules = await randomRules(r, 6);
    const [inScope, elsewhere] = await randomRules(r, 2);
    const policy = { name: 'p', severity: undefined, scope: inScope!.condition };
    const other = { name: 'q', severity: undefined, scope: elsewhere!.condition };
    const placements = new Map([
      ['rule 0', { policies: [policy], always: false, off: [] }],
      ['rule 1', { policies: [policy, other], always: true, off: [] }],
      ['rule 2', { policies: [], always: false, off: [] }],
      ['rule 3', { policies: [policy, other], always: false, off: [] }],
    ]);
    const matching = r.chance(50) ? 'all' : 'first';
    const options = { rules, matching, placements, suppress } as const;
    const expected = scanReference(input, options);
    expect(expected.findings).not.toEqual([]);
    expect(scanFast(input, options, 5000)).toEqual(expected);
  });
});
