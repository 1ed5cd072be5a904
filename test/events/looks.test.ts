import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../src/events/decode/decoder.ts';
import { csvHeader, CsvRow } from '../../src/events/text/csv-row.ts';
import { contentStart } from '../../src/events/text/line-text.ts';
import { ENVELOPES } from '../../src/events/wrappers/envelopes.ts';
import { PREFIXES } from '../../src/events/wrappers/prefixes.ts';
import { line } from './decode.ts';

const ASCII = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));

/** A cheap look at a line may not pass over what a thorough one finds. */
describe('looks at lines that may be no events', () => {
  it.each(PREFIXES.map((prefix) => [prefix.name, prefix] as const))(
    'know how %s starts',
    (_name, { example, starts, pattern }) => {
      const examples = [example, ...PREFIXES.map((other) => other.example)].map((text) =>
        text.replace(/E$/, '{"a":1}'),
      );
      for (const char of [...ASCII, 'é', '語', '\u2028', '\ufeff']) {
        const texts = examples.flatMap((text) => [char + text, char + text.slice(1)]);
        expect(starts.test(char) || !texts.some((text) => pattern.test(text))).toBe(true);
      }
    },
  );

  it('know a key of each wrapper', () => {
    for (const { keys, oneOf } of ENVELOPES) {
      expect([keys.length > 0, oneOf !== undefined]).toContain(true);
      expect(keys.length > 0 && oneOf !== undefined).toBe(false);
    }
  });

  it('know headers of tables', () => {
    const plain = (text: string): readonly string[] | undefined => {
      let best: readonly string[] = [];
      for (const separator of [',', ';', '\t', '|']) {
        const row = new CsvRow(separator);
        if (!row.line(text, contentStart(text))) continue;
        const cells = row.cells.map((cell) => cell.trim());
        const isName = (cell: string): boolean =>
          /^[@_\p{L}][\w @./(){}-]{0,255}(?: \[\w{1,16}\])?$/u.test(cell);
        if (!cells.every(isName) || cells.length <= best.length) continue;
        best = cells.map((cell) => cell.replace(/ \[\w+\]$/, ''));
      }
      return best.length > 1 || /^@?message$/.test(best[0] ?? '') ? best : undefined;
    };
    const token = fc.constantFrom(
      ...'a message été 1 _ @ " , ; | | : { a{} \\ - (x)'.split(' '),
      ...[' ', ' [UTC]', '\t', '\r', '\u00a0', 'z'.repeat(256)].values(),
    );
    fc.assert(
      fc.property(fc.array(token, { minLength: 1, maxLength: 8 }), (tokens) => {
        const text = tokens.join('');
        const start = contentStart(text);
        if (start === text.length) return;
        expect(csvHeader(text, start)?.names).toEqual(plain(text));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the memory of a decoder', () => {
  const sink = { event: () => {}, problem: () => {} };

  it('is another object exactly when it is another memory', () => {
    const decoder = createDecoder();
    const docker = JSON.stringify({ log: `${line('a')}\n`, stream: 'stdout', time: '' });
    const lines = [
      '{}',
      docker,
      docker,
      '{}',
      `Jan 02 03:04:05 h k3s[1]: ${line('a')}`,
      'x',
      docker,
    ];
    let before = decoder.memory;
    for (const [index, text] of [...lines, 'a,b', '1,2', '{', 'x', '{}', docker].entries()) {
      decoder.line(text, index + 1, sink);
      const now = decoder.memory;
      expect(now === before).toBe(JSON.stringify(now) === JSON.stringify(before));
      before = now;
    }
  });

  it('is what it was given', () => {
    const memory = { afterBreak: true, prefix: 2, envelopes: [-1, 3], table: undefined };
    expect(createDecoder({ memory }).memory).toEqual(memory);
  });
});
