import fc from 'fast-check';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROBLEM_REASONS } from '../../src/events/problems.ts';
import { accounted, decode, ids, line, pretty } from './decode.ts';

const FOLDER = new URL('../../samples/inputs/', import.meta.url);
const samples = readdirSync(FOLDER)
  .filter((name) => /\.(?:log|json|txt)$/.test(name))
  .map((name) => readFileSync(new URL(name, FOLDER), 'utf8'));

const klog = 'I0102 03:04:05.123456       1 httplog.go:99] "HTTP" verb="GET" body={"a":[1]}';

/** Ways a log breaks. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({
    kind: fc.constant('flip' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    to: fc.constantFrom('"', '{', '}', '[', ']', ',', ':', '\\', 'x', '\n', '\0', ' '),
  }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    text: fc.constantFrom(`\n${klog}\n`, klog, '\n', '}{', '\ufeff', '\r', '\u2028', '[['),
  }),
);

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(text: string, change: Mutation): string {
  const at = Math.floor(change.at * text.length);
  if (change.kind === 'cut') return text.slice(0, at);
  if (change.kind === 'insert') return text.slice(0, at) + change.text + text.slice(at);
  return text.slice(0, at) + change.to + text.slice(at + 1);
}

const lineCount = (text: string): number =>
  text === '' ? 0 : text.replace(/\n$/, '').split('\n').length;

describe('decoder under damage', () => {
  it('accounts for every line, and never fails', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...samples), { minLength: 1, maxLength: 4 }),
        fc.array(mutation, { maxLength: 4 }),
        (texts, mutations) => {
          let text = texts.join('\n');
          for (const change of mutations) text = mutate(text, change);
          const decoded = decode(text);
          expect(accounted(decoded)).toBe(lineCount(text));
          expect(Math.min(...Object.values(decoded.counts))).toBeGreaterThanOrEqual(0);
          const carriers = new Set(decoded.events.map((event) => event.line));
          expect(decoded.counts.carriers).toBe(carriers.size);
          const telling = new Set(decoded.problems.map((problem) => problem.line));
          expect(telling.size).toBeGreaterThanOrEqual(decoded.counts.problems);
          for (const { reason } of decoded.problems) expect(PROBLEM_REASONS[reason]).toBeDefined();
        },
      ),
      { numRuns: 600 },
    );
  });

  it('never loses the lines around a broken line', () => {
    const broken = fc.oneof(
      fc.integer({ min: 1, max: line('x').length - 1 }).map((at) => line('x').slice(0, at)),
      fc.integer({ min: 1, max: line('x').length - 1 }).map((at) => line('x').slice(at)),
      fc.array(mutation, { minLength: 1, maxLength: 3 }).map((mutations) => {
        let text = line('x');
        for (const change of mutations) text = mutate(text, change);
        return text.replaceAll('\n', ' ');
      }),
      fc.constantFrom(klog, '{', '[', '}', ']', '[{', '{"a":', '"', 'null', '{}', '[]', ',', '[,'),
      fc.string({ maxLength: 40 }).map((text) => text.replaceAll(/[\n\r]/g, ' ')),
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(broken, fc.constant('good')), { minLength: 1, maxLength: 12 }),
        (rows) => {
          const wanted: string[] = [];
          const text = rows
            .map((row, index) => {
              if (row !== 'good') return row;
              wanted.push(`g${index}`);
              return line(`g${index}`);
            })
            .join('\n');
          const found = ids(decode(`${text}\n`));
          expect(found.filter((id) => typeof id === 'string' && id.startsWith('g'))).toEqual(
            wanted,
          );
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('never loses pretty-printed events around cut ones', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1, max: pretty('x').length - 1 }), {
          minLength: 1,
          maxLength: 5,
        }),
        (cuts) => {
          const text = cuts
            .map((cut, index) => (cut < 0 ? pretty(`g${index}`) : pretty('x').slice(0, cut)))
            .map((part) => `${part}\n${line('between')}`)
            .join('\n');
          const found = ids(decode(text));
          const wanted = cuts.flatMap((cut, index) => (cut < 0 ? [`g${index}`] : []));
          expect(found.filter((id) => String(id).startsWith('g'))).toEqual(wanted);
          expect(found.filter((id) => id === 'between')).toHaveLength(cuts.length);
        },
      ),
      { numRuns: 300 },
    );
  });
});
