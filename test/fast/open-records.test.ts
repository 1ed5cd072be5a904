import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import type { Finding } from '../../src/engine/finding.ts';
import { FastScanner, type OpenRecord } from '../../src/fast/fast-scanner.ts';
import { createVerdicts } from '../../src/fast/verdicts/verdicts.ts';
import { MAX } from '../../src/fast/wasm/layout.gen.ts';
import { DEFAULT_FIELD_SETTINGS } from '../../src/rules/resolver.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { needsNumbers } from '../../src/scan/threads/numbering.ts';
import { evaluationOf } from '../scan/evaluations.ts';
import { seeds } from '../seeds.ts';
import { rulesOf } from './conditions.ts';
import { adversarial, plainLine } from './corpus.ts';
import { Random } from './random.ts';
import { randomRules } from './rule-maker.ts';

const sign = (finding: Finding): string =>
  JSON.stringify(finding, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );

/** A scanner that tells its findings, event by event; with `open` it hands events over instead. */
function scanner(
  rules: readonly Rule[],
  told: string[],
  open?: (record: OpenRecord) => void,
): FastScanner {
  return new FastScanner({
    rules,
    matching: 'all',
    timeField: 'evt.time',
    settings: DEFAULT_FIELD_SETTINGS,
    maxLine: 8 * 1024 * 1024,
    sink: {
      event: (event, findings) => told.push(`${event.json} ${findings.map(sign).join()}`),
      open: open && ((_event, record) => open(record)),
      odd: () => undefined,
      longLine: () => undefined,
      holdsNext: () => false,
      origin: () => ({ file: 'f', line: 1 }),
    },
  });
}

function feed(target: FastScanner, bytes: Buffer): void {
  target.begin();
  for (let at = 0; at < bytes.length;) {
    const space = target.space();
    const count = Math.min(space.length, bytes.length - at);
    bytes.copy(space, 0, at, at + count);
    target.filled(count);
    at += count;
  }
  target.end();
}

const lines = (r: Random, count: number): Buffer =>
  Buffer.from(`${Array.from({ length: count }, () => plainLine(r)).join('\n')}\n`);

/** A whole event, as a line without its end. */
function line(user: string, uri: string, more = ''): string {
  return (
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a","stage":"ResponseComplete",' +
    `"requestURI":"/${uri}","verb":"get","user":{"username":"${user}","groups":["g"]},"sourceIPs":["10.0.0.1"],` +
    `"userAgent":"u","objectRef":{"resource":"pods"},"responseStatus":{"metadata":{},"code":200},${more}` +
    '"requestReceivedTimestamp":"2026-01-01T00:00:00.000000Z","stageTimestamp":"2026-01-01T00:00:00.000000Z",' +
    '"annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":""}}'
  );
}

/** What is told of the events that one scanner leaves open, when another judges them. */
function judgedElsewhere(rules: readonly Rule[], log: Buffer, before: Buffer) {
  const told: string[] = [];
  const other = scanner(rules, told);
  // Its states and what it remembers of values are numbered in another order.
  feed(other, before);
  told.length = 0;
  other.forget();
  let opened = 0;
  const refused: OpenRecord[] = [];
  const first = scanner(rules, [], (record) => {
    opened++;
    if (!other.takesOpen(record)) refused.push(record);
  });
  feed(first, log);
  // Where more can be decided, nothing is told, but each event is counted.
  expect(told.length + other.counts.rejected).toBe(opened);
  return { told, refused };
}

test.each(seeds(6))(
  'what one scanner leaves open another judges as the first would (seed %i)',
  async (seed) => {
    const r = new Random(seed);
    // What depends on the number of an event is judged by one scanner only.
    const rules = (await randomRules(r, 24)).filter((rule) => !needsNumbers(evaluationOf([rule])));
    const log = Buffer.concat([lines(r, 150), adversarial(r, 80), lines(r, 50)]);
    const alone: string[] = [];
    feed(scanner(rules, alone), log);
    expect(alone.length).toBeGreaterThan(20);
    const { told, refused } = judgedElsewhere(rules, log, lines(r, 40));
    expect(refused).toEqual([]);
    expect(told).toEqual(alone);
  },
);

test('where one scanner has run out of classes, the other judges all that is open in it', async () => {
  // Each user name is a class of its own.
  const names = Array.from({ length: 2 * MAX.classes }, (_, i) => `user-${i}`);
  const rules = await rulesOf(
    names.map((name) => `ka.user.name = ${name} and ka.uri contains ${name}`),
    '%ka.user.name %ka.uri',
  );
  const log = Buffer.from(names.flatMap((name) => [line(name, name), line(name, 'no')]).join('\n'));
  const alone: string[] = [];
  feed(scanner(rules, alone), log);
  for (const before of [
    '',
    log.toString(),
    names
      .toReversed()
      .map((one) => line(one, one))
      .join('\n'),
  ]) {
    const { told, refused } = judgedElsewhere(rules, log, Buffer.from(before));
    expect(refused).toEqual([]);
    const fired = (all: readonly string[]): string[] =>
      all.filter((one) => one.includes('"rule":'));
    expect(fired(alone)).toHaveLength(names.length);
    expect(fired(told)).toEqual(fired(alone));
  }
});

test('a value outside the text, and a text that is too long, are not taken from a record', async () => {
  const rules = await rulesOf(['ka.uri contains secret'], '%ka.uri %ka.user.name');
  const told: string[] = [];
  const other = scanner(rules, told);
  const records: OpenRecord[] = [];
  const first = scanner(rules, [], ({ record, text, print }) =>
    records.push({ record: Uint8Array.from(record), text: Uint8Array.from(text), print }),
  );
  const body = `"requestObject":{"a":"${'x'.repeat(MAX.payload)}"},`;
  const log = [line('a', 'secret'), line('b', 'secret'), line('c', 'secret', body)];
  feed(first, Buffer.from(log.join('\n')));
  const [a, b, long] = records as [OpenRecord, OpenRecord, OpenRecord];
  expect(other.takesOpen(a)).toBe(true);
  // As if its values lay where nothing was copied from: it is scanned again.
  expect(other.takesOpen({ ...b, record: b.record.fill(0xff, 40) })).toBe(true);
  expect(told.map((one) => one.includes('/secret a') || one.includes('/secret b'))).toEqual([
    true,
    true,
  ]);
  expect(other.takesOpen(long)).toBe(false);
  expect(told).toHaveLength(2);
});

test('what is open is told in words that do not depend on what came first', async () => {
  const rules = await rulesOf([
    'ka.verb = get and (ka.uri contains a or ka.uri contains b)',
    'ka.verb = list and (ka.uri contains b or ka.uri contains a) and not ka.uri contains c',
    'ka.verb in (get, list) and ka.uri contains b',
  ]);
  const prints = (order: readonly string[]): Map<string, string> => {
    const verdicts = createVerdicts({ rules, matching: 'all' });
    return new Map(
      order.map((verb) => {
        let state = verdicts.startState;
        for (const [level, field] of verdicts.header.fields.entries()) {
          const isVerb = field.slot.path.join('.') === 'verb';
          state = verdicts.step(state, level, isVerb ? field.classify(`"${verb}"`) : 0);
        }
        return [verb, verdicts.print(state)];
      }),
    );
  };
  const one = prints(['get', 'list']);
  const two = prints(['list', 'get']);
  expect(one.get('get')).toBe(two.get('get'));
  expect(one.get('list')).toBe(two.get('list'));
  expect(one.get('get')).not.toBe(one.get('list'));
});
