import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { seeds } from '../../seeds.ts';
import { rulesOf } from '../conditions.ts';
import { scanFast, scanReference } from '../engines.ts';
import { Random } from '../random.ts';
import { CONDITIONS, benchmarkLog } from '../work.ts';

const rules = await rulesOf([
  ...CONDITIONS,
  'ka.response.code in (200, 201, 101)',
  'ka.response.code >= 400',
  'ka.req.pod.run_as_user = 0',
]);
const OPTIONS = { rules, matching: 'all' } as const;
const log = benchmarkLog('normal', 120).toString().trim().split('\n');

/** The log with the response codes spelled otherwise. */
function withCodes(spell: (code: string) => string): string[] {
  return log.map((line) =>
    line.replace(/("responseStatus":\{[^{}]*(?:\{\}[^{}]*)?"code":)(\d{3})/, (_all, head, code) =>
      [head, spell(code as string)].join(''),
    ),
  );
}

const inputOf = (lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\n')}\n`);

describe('numbers that a program spelled otherwise are judged as the API server wrote them', () => {
  const plain = scanReference(inputOf(log), OPTIONS);

  test.each<[string, (code: string) => string]>([
    ['floating point', (code) => `${code}.0`],
    ['more of it', (code) => `${code}.000000`],
    ['floating point in a text, as cells of tables have it', (code) => `"${code}.0"`],
    ['MongoDB', (code) => `{"$numberInt":"${code}"}`],
    ['MongoDB, long', (code) => `{"$numberLong":"${code}"}`],
  ])('%s', (_name, spell) => {
    const lines = withCodes(spell);
    expect(lines).not.toEqual(log);
    const input = inputOf(lines);
    for (const found of [scanReference(input, OPTIONS), scanFast(input, OPTIONS, 1 << 20)]) {
      expect(found.findings.length).toBeGreaterThan(30);
      expect(found).toEqual(plain);
    }
  });

  const SPELLINGS = ['.0', '.00', '.5', 'e0', '.', '0', '.0e0', '.0000000000'];

  test.each(seeds(3))('and alike in both engines, seed %i', (seed) => {
    const r = new Random(seed);
    const lines = withCodes((code) => {
      const number = `${r.chance(10) ? code.slice(1) : code}${r.pick(SPELLINGS)}`;
      return r.pick([number, `"${number}"`, `{"$numberInt":"${number}"}`, `{"x":"${code}"}`, code]);
    }).map((line) => {
      const event = r.chance(20) ? `${line.slice(0, -1)},"responseStatus":{"code":200.0}}` : line;
      return r.pick([
        event,
        `{"log":${JSON.stringify(event)},"stream":"stdout"}`,
        `{"items":[${event}]}`,
      ]);
    });
    expect(scanFast(inputOf(lines), OPTIONS, r.pick([100, 1 << 20]))).toEqual(
      scanReference(inputOf(lines), OPTIONS),
    );
  });
});
