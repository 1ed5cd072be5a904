import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { LazyEvent } from '../../../src/fast/event/lazy-event.ts';
import { FastScanner } from '../../../src/fast/fast-scanner.ts';
import { ParsedEvent } from '../../../src/events/parsed-event.ts';
import { parseJson } from '../../../src/json/parse.ts';
import type { JsonObject } from '../../../src/json/value.ts';
import { adversarial, plainLine } from '../corpus.ts';
import { feedAll } from '../engines.ts';
import { Random } from '../random.ts';
import { randomRules } from '../rule-maker.ts';

const PATHS: readonly (readonly string[])[] = [
  [],
  ['kind'],
  ['verb'],
  ['level'],
  ['userAgent'],
  ['sourceIPs'],
  ['sourceIPs', '0'],
  ['objectRef', 'resource'],
  ['objectRef', 'namespace'],
  ['user'],
  ['user', 'username'],
  ['user', 'groups'],
  ['user', 'groups', '0'],
  ['user', 'extra', 'username', '0'],
  ['objectRef'],
  ['objectRef', 'name'],
  ['objectRef', 'nothing'],
  ['responseStatus', 'code'],
  ['responseStatus', 'metadata'],
  ['responseStatus', 'code', 'x'],
  ['annotations'],
  ['annotations', 'authorization.k8s.io/reason'],
  ['requestObject'],
  ['requestObject', 'spec'],
  ['requestObject', 'spec', 'hostNetwork'],
  ['requestObject', 'spec', 'x'],
  ['requestObject', 'spec', 'containers', '1', 'image'],
  ['requestObject', 'spec', 'containers', '0', 'securityContext'],
  ['requestObject', '0'],
  ['requestObject', 'data', 'emoji'],
  ['requestObject', 'data', 'n'],
  ['requestObject', '__proto__'],
  ['requestObject', '__proto__', 'x'],
  ['responseObject', 'metadata', 'x'],
  ['constructor'],
  ['__proto__'],
  ['extra'],
  ['hostname'],
  ['verb', 'length'],
  ['a>b'],
];

/** Values that occur again and again, spelled in every way, on lines with and without blanks. */
function repeatedValues(r: Random): Buffer {
  const strings = [
    '"get"',
    '"g\\u0065t"',
    '"g\\u0026t"',
    '"a\\u0000b"',
    '"zoë"',
    '"\\ud83d\\ude00"',
  ];
  const odd = [
    '"\\ud800"',
    '""',
    '"a\\"b\\\\"',
    '"\u0001"',
    '"\u007f"',
    '200',
    '2e2',
    '2.00e+2',
    '-0',
  ];
  const values = [...strings, ...odd, 'null', 'true', '[]', '[ ]', '{}', '["a"]', '[ "a" , 1 ]'];
  const value = (): string => r.pick(values);
  // An event with another code than of three digits is for the decoder.
  const code = (): string => (r.chance(10) ? value() : r.pick(['200', '403', '"200"', '2e2']));
  const line = (): string => {
    const blank = r.chance(30) ? ' ' : '';
    const extra = r.chance(5) ? `"verb":${value()},` : '';
    const where = r.chance(10)
      ? `"hostname":${value()},"openshift":{"cluster_id":${value()}},`
      : '';
    const text =
      `{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a","stage":${r.pick(strings)},` +
      `${extra}${where}"level":${r.pick(strings)},"verb":${value()},"userAgent":${value()},` +
      `"user":{"username":${value()},"groups":${value()}},"sourceIPs":${value()},` +
      `"objectRef":{"resource":${value()},"namespace":${value()},"name":${value()}},` +
      `"responseStatus":{"code":${code()}},"requestURI":${value()},` +
      `"annotations":{"authorization.k8s.io/decision":${value()}},` +
      '"stageTimestamp":"2024-01-01T00:00:00Z"}';
    return blank === '' ? text : text.replaceAll('":', `":${blank}`);
  };
  return Buffer.from(Array.from({ length: 1500 }, () => `${line()}\n`).join(''));
}

test('a lazy event reads as a parsed one, in any order', async () => {
  const r = new Random(77);
  let compared = 0;
  const inputs = [
    Buffer.from(Array.from({ length: 200 }, () => `${plainLine(r)}\n`).join('')),
    adversarial(r, 1500),
    repeatedValues(r),
  ];
  const [rule] = await randomRules(r, 1);
  for (const input of inputs) {
    const lines = input.toString('utf8').split('\n');
    const scanner = new FastScanner({
      // No header field decides this one: every event comes through.
      rules: [{ ...rule!, condition: { kind: 'and', operands: [] } }],
      matching: 'all',
      timeField: 'evt.time',
      settings: { timezone: 'UTC', hostname: 'h' },
      maxLine: 1e8,
      sink: {
        event(event) {
          expect(event).toBeInstanceOf(LazyEvent);
          const text = lines[event.origin.line - 1]!.trim();
          const parsed = new ParsedEvent(text, parseJson(text) as JsonObject, event);
          for (const path of r.shuffled(PATHS)) {
            if (r.chance(50)) expect(event.get(path)).toEqual(parsed.get(path));
            expect(event.text(path)).toBe(parsed.text(path));
            expect(event.get(path)).toEqual(parsed.get(path));
          }
          expect(event.json).toBe(parsed.json);
          compared++;
        },
        odd: () => undefined,
        longLine: () => undefined,
        holdsNext: () => false,
        origin: (line) => ({ file: 'x', line }),
      },
    });
    scanner.begin();
    feedAll(scanner, input);
    scanner.end();
  }
  expect(compared).toBeGreaterThan(1000);
});
