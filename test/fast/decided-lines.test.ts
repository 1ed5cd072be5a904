import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { corpusLines, type Profile } from '../../bench/corpus.mjs';
import { FastScanner } from '../../src/fast/fast-scanner.ts';
import { loadBundled } from '../rules-content/bundled-rules.ts';
import { feedAll } from './engines.ts';

// The fast engine is fast because it rejects most lines without parsing them. A change that makes it reject fewer
// finds the same, so no other test would notice; time would tell, but depends on the machine. This counts.
const { ruleSet } = await loadBundled();
const LINES = 5000;

/** What becomes of the lines of a log with the rules that are enabled by default. */
function count(profile: Profile) {
  const counts = { evaluated: 0, fired: 0, odd: 0 };
  const scanner = new FastScanner({
    rules: ruleSet!.rules.filter(({ enabled }) => enabled),
    matching: 'all',
    timeField: 'evt.time',
    settings: { timezone: 'UTC', hostname: 'h' },
    maxLine: 1e7,
    sink: {
      event(_event, findings) {
        counts.evaluated++;
        if (findings.length > 0) counts.fired++;
      },
      odd: () => counts.odd++,
      longLine: () => expect.unreachable(),
      holdsNext: () => false,
      origin: (line) => ({ file: 'x', line }),
    },
  });
  scanner.begin();
  const lines = corpusLines(profile, 1);
  const text = Array.from({ length: LINES }, () => `${lines.next().value}\n`).join('');
  feedAll(scanner, Buffer.from(text));
  scanner.end();
  expect(scanner.counts.lines).toBe(LINES);
  return { ...counts, rejected: scanner.counts.rejected };
}

// An event that is evaluated and fires no rule is work for nothing. Odd lines are those that only the decoder can read.
test.each([
  ['normal', { inVain: 25, odd: 0 }],
  ['users', { inVain: 25, odd: 0 }],
  ['shuffled', { inVain: 60, odd: 100 }],
] as const)('hardly an event of the log "%s" is evaluated in vain', (profile, most) => {
  const { evaluated, fired, odd, rejected } = count(profile);
  expect(fired).toBeGreaterThan(100);
  expect(evaluated - fired).toBeLessThanOrEqual(most.inVain);
  expect(odd).toBeLessThanOrEqual(most.odd);
  expect(evaluated + odd + rejected).toBe(LINES);
});
