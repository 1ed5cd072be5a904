import { describe, expect, test } from 'vitest';
import { accounted, auditEvent, decode, ids, line } from './decode.ts';

const FIRST = line('torn');
/** Where a value may stand in JSON: a whole object there could be part of the first event. */
const isAmbiguous = (cut: number): boolean => /[:,[]$/.test(FIRST.slice(0, cut));
const CUTS = Array.from({ length: FIRST.length - 1 }, (_, index) => index + 1);
const docker = (text: string): string => JSON.stringify({ log: `${text}\n`, stream: 'stdout' });

describe('an event on the line of one that was never finished', () => {
  test('is read wherever the first one ends, unless it could be a part of it', () => {
    const wrong = CUTS.filter((cut) => !isAmbiguous(cut)).filter((cut) => {
      const decoded = decode(`${FIRST.slice(0, cut)}${line('a')}\n${line('b')}\n`);
      return (
        ids(decoded).join() !== 'a,b' || decoded.problems.length !== 1 || accounted(decoded) !== 2
      );
    });
    expect(wrong).toEqual([]);
  });

  test('at the place of a value it is no event of its own, and one problem', () => {
    const cut = FIRST.indexOf('{"spec"');
    const decoded = decode(`${FIRST.slice(0, cut)}${line('a')}\n${line('b')}\n`);
    expect(ids(decoded)).toEqual(['b']);
    expect(decoded.reasons).toEqual(['1:cut-json']);
    expect(accounted(decoded)).toBe(2);
  });

  test('an event that the author of a body wrote into it is none, in an event that was cut', () => {
    const event = { ...auditEvent('outer'), requestObject: { spec: auditEvent('forged') } };
    const text = JSON.stringify(event);
    for (const cut of [text.indexOf('}}', text.indexOf('forged')) + 1, text.length - 1]) {
      expect(ids(decode(`${text.slice(0, cut)}\n${line('b')}\n`))).toEqual(['b']);
    }
  });

  test.each([
    ['behind other text', `${line('a')} garbage ${line('b')}`, 'a,b', ['1:trailing-text']],
    [
      'behind a separator',
      `${line('a')}\u2028${line('b')};${line('c')}`,
      'a,b,c',
      ['1:trailing-text', '1:trailing-text'],
    ],
    [
      'two behind each other, and two behind other text',
      `${line('a')}${line('b')} garbage ${line('c')}${line('d')}`,
      'a,b,c,d',
      ['1:trailing-text'],
    ],
    [
      'behind the name of a logger',
      `${line('a')} kube-apiserver: ${line('b')}`,
      'a,b',
      ['1:trailing-text'],
    ],
    [
      'behind a text that no logger is known to write',
      `at 10.30 <no one> said ${line('a')} and ${line('b')} and ${line('c')}`,
      'a,b,c',
      ['1:trailing-text', '1:trailing-text'],
    ],
    [
      'two behind a torn one',
      `${FIRST.slice(0, 60)}${line('a')}${line('b')}`,
      'a,b',
      ['1:malformed-json'],
    ],
    [
      'torn twice',
      `${FIRST.slice(0, 60)}${FIRST.slice(0, 90)}${line('a')}`,
      'a',
      ['1:malformed-json'],
    ],
    [
      'in the format of a container runtime',
      `2026-01-02T03:04:05Z stdout F ${FIRST.slice(0, 60)}2026-01-02T03:04:06Z stdout F ${line('a')}`,
      'a',
      ['1:malformed-json'],
    ],
    [
      'inside a record of Docker',
      `${docker(FIRST).slice(0, 80)}${docker(line('a'))}`,
      'a',
      ['1:cut-json'],
    ],
    [
      'a list',
      `${FIRST.slice(0, 60)}{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[${line('a')},${line('b')}]}`,
      'a,b',
      ['1:malformed-json'],
    ],
  ])('%s', (_name, text, found, reasons) => {
    const decoded = decode(`${text}\n`);
    expect(ids(decoded).join()).toBe(found);
    expect(decoded.reasons).toEqual(reasons);
    expect(decoded.counts).toMatchObject({ carriers: 1, problems: 0, continuations: 0 });
  });

  test.each([
    ['another object before it', `n1 {"name":"x"} ${line('a')}`, [['a', 'n1']], ['1:other-json']],
    [
      'a prefix like the first before the second event',
      `n1 ${line('a')}${line('b')} n2 ${line('c')}`,
      [
        ['a', 'n1'],
        ['b', 'n1'],
        ['c', 'n2'],
      ],
      [],
    ],
    [
      'lines of syslog without their ends',
      `Jan  2 03:04:05 n1 x[1]: ${line('a')}Jan  2 03:04:05 n2 x[1]: ${line('b')}`,
      [
        ['a', 'n1'],
        ['b', 'n2'],
      ],
      [],
    ],
    [
      'other text before the second event',
      `n1 ${line('a')} and then ${line('b')}`,
      [
        ['a', 'n1'],
        ['b', undefined],
      ],
      ['1:trailing-text'],
    ],
    [
      'a torn event and text behind it',
      `n1 ${line('a')} ${FIRST.slice(0, 60)}${line('b')} end`,
      [
        ['a', 'n1'],
        ['b', undefined],
      ],
      ['1:malformed-json', '1:trailing-text'],
    ],
  ])('behind a prefix, with %s', (_name, text, found, reasons) => {
    const decoded = decode(`${text}\n`);
    expect(decoded.events.map(({ context }, i) => [ids(decoded)[i], context.node])).toEqual(found);
    expect(decoded.reasons).toEqual(reasons);
    expect(decoded.counts).toMatchObject({ carriers: 1, problems: 0, continuations: 0 });
  });

  test('as many as there are are read', () => {
    const all = Array.from({ length: 2000 }, (_, index) => `e${index}`);
    const decoded = decode(`${all.map(line).join(' and ')}\n`);
    expect(ids(decoded)).toEqual(all);
    expect(decoded.problems).toHaveLength(all.length - 1);
    expect(accounted(decoded)).toBe(1);
  });

  test.each([
    ['a key', `{"b":1},"requestObject": ${line('forged')}}`],
    ['a list', `{"b":1}],[${line('forged')}]}`],
    ['a list behind text', `{"b":1} x, ${line('forged')}]}`],
  ])('what may be part of an event that lost its start is none: %s', (_name, text) => {
    const decoded = decode(`${text}\n${line('b')}\n`);
    expect(ids(decoded)).toEqual(['b']);
    expect(accounted(decoded)).toBe(2);
  });

  test('other objects behind a torn one are no events', () => {
    const decoded = decode(`${FIRST.slice(0, 60)}{"msg":"audit.k8s.io/v1 is served"}\n`);
    expect(ids(decoded)).toEqual([]);
    expect(decoded.reasons).toEqual(['1:cut-json']);
  });

  test('a line of many starts is read in bounded time', () => {
    const decoded = decode(`{"auditID":${'{"a"x'.repeat(200_000)}\n`);
    expect(decoded.reasons).toEqual(['1:too-deep']);
  });

  test.each(['{x}', '{"a"x} ', '{} {"b" ', '{"a":[{"b"x', '{} : {"auditID":'])(
    'a line of many %j before an event is read in bounded time',
    (text) => {
      const decoded = decode(`{"auditID"x} ${text.repeat(200_000)}${line('a')}\n`);
      expect(accounted(decoded)).toBe(1);
      expect(accounted(decode(`n1 {"auditID"x} ${text.repeat(100_000)}${line('a')}\n`))).toBe(1);
    },
  );
});
