import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { FastScanner } from '../../../src/fast/fast-scanner.ts';
import { seeds } from '../../seeds.ts';
import { rulesOf } from '../conditions.ts';
import { plainLine } from '../corpus.ts';
import { scanFast, scanReference } from '../engines.ts';
import { Random } from '../random.ts';
import { randomRules } from '../rule-maker.ts';
import { benchmarkLog, CONDITIONS, workOf } from '../work.ts';

type Value =
  | string
  | number
  | boolean
  | null
  | readonly Value[]
  | { readonly [key: string]: Value };

/** JSON with the keys of all objects in order, as `jq -S` writes it. */
function sorted(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/** JSON with what `blank` gives between its tokens. */
function spelled(value: Value, blank: () => string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const list = (parts: string[]): string => parts.join(`${blank()},${blank()}`);
  if (Array.isArray(value)) {
    return `[${blank()}${list(value.map((inner) => spelled(inner, blank)))}${blank()}]`;
  }
  const members = Object.entries(value).map(
    ([key, inner]) => `${JSON.stringify(key)}${blank()}:${blank()}${spelled(inner, blank)}`,
  );
  return `{${blank()}${list(members)}${blank()}}`;
}

const python = (line: string): string =>
  JSON.stringify(JSON.parse(line), null, 1)
    .replaceAll(/\n */g, ' ')
    .replaceAll(/([{[]) | (?=[}\]])/g, '$1');

const SPELLINGS: Readonly<Record<string, (line: string) => string>> = {
  'blanks behind colons and commas': python,
  'sorted keys': (line) => JSON.stringify(sorted(JSON.parse(line) as Value)),
  'sorted keys with blanks': (line) => python(JSON.stringify(sorted(JSON.parse(line) as Value))),
  'keys of a shipper before and behind those of the event': (line) =>
    `{"date":1767323045.678,"stream":"stdout","_p":"F",${line.slice(1, -1)},"k8s_audit_level":"Metadata",` +
    '"kubernetes":{"host":"n1","labels":{"tier":"control-plane"}},"openshift":{"sequence":7}}',
};

describe('a log in another spelling is decided where the log itself is', async () => {
  const rules = await rulesOf(CONDITIONS);
  const log = benchmarkLog('normal', 3000).toString().trim().split('\n');
  const plain = workOf(FastScanner, rules, Buffer.from(`${log.join('\n')}\n`));
  test.each(Object.entries(SPELLINGS))('%s', (_name, spell) => {
    const input = Buffer.from(log.map((line) => `${spell(line)}\n`).join(''));
    expect(input.toString().startsWith(log[0]!)).toBe(false);
    expect(workOf(FastScanner, rules, input)).toEqual(plain);
  });
});

const BLANKS = ['', '', '', ' ', ' ', '\t', '\r', '  \t ', ' '.repeat(16), ' '.repeat(70)];

test.each(seeds(3))('blanks of every kind between all tokens, seed %i', async (seed) => {
  const r = new Random(seed);
  const rules = await randomRules(r, 12);
  const many = r.pick([1, 4, 5000]);
  const lines = Array.from({ length: 200 }, () => {
    const value = JSON.parse(plainLine(r)) as Record<string, Value>;
    // Texts with what looks like tokens and blanks, of all lengths around the blocks that are looked at.
    const pad = ' "\\ :, {'.repeat(r.below(40)).slice(r.below(9));
    const long = Array.from({ length: r.chance(5) ? many : 1 }, () => pad);
    const body = { spec: { hostNetwork: r.chance(50), long }, data: { [pad]: [r.below(9), pad] } };
    const text = spelled({ ...value, requestObject: body }, () => r.pick(BLANKS));
    // Some are broken: a blank inside a word or a number, or a token that is missing.
    const at = text.indexOf(r.pick([':', ',', 'true', '20', '}']), r.below(text.length));
    return r.chance(10) && at !== -1
      ? `${text.slice(0, at + 1)} ${text.slice(at + 1 + r.below(2))}`
      : text;
  });
  const input = Buffer.from(lines.join('\n'));
  const options = { rules, matching: 'all' } as const;
  const expected = scanReference(input, options);
  expect(expected.events).toBeGreaterThan(150);
  expect(scanFast(input, options, r.pick([64, 5000, 1 << 20]))).toEqual(expected);
});
