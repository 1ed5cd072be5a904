import { Buffer } from 'node:buffer';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { WrapperContext } from '../../../src/events/decoded.ts';
import { FastScanner } from '../../../src/fast/fast-scanner.ts';
import { adversarial, wholeLine } from '../corpus.ts';
import { rulesOf } from '../conditions.ts';
import { feedAll } from '../engines.ts';
import { Random } from '../random.ts';
import { benchmarkLog, CONDITIONS, workOf, type Work } from '../work.ts';

type Row = readonly [path: readonly string[], kind: string];
interface Layout {
  readonly groups: readonly {
    readonly name: string;
    readonly members: readonly { readonly name: string; readonly value: number }[];
  }[];
}

const WASM = new URL('../../../src/fast/wasm/', import.meta.url);
const { SLOT_ROWS } = (await import(new URL('slot-rows.mjs', WASM).href)) as {
  SLOT_ROWS: readonly Row[];
};
const { layoutOf } = (await import(new URL('layout.mjs', WASM).href)) as {
  layoutOf: (rows?: readonly Row[]) => Layout;
};
const { typescriptValues } = (await import(new URL('layout-text.mjs', WASM).href)) as {
  typescriptValues: (layout: Layout) => Record<string, unknown>;
};
const { compile } = (await import(new URL('build.mjs', WASM).href)) as {
  compile: (layout: Layout) => Promise<Buffer>;
};

const rules = await rulesOf(CONDITIONS);
const PROFILES = ['normal', 'users', 'shuffled'] as const;

/** What a scanner does on all that its slots are for: each log, with duplicates that are counted. */
function works(Scanner: typeof FastScanner): Work[] {
  return PROFILES.map((profile) => {
    const log = benchmarkLog(profile, 1000);
    return workOf(Scanner, rules, Buffer.concat([log, log]), 10_000);
  });
}

/** The fast engine as it would be with other slots, on both sides of the contract. */
async function engineWith(rows: readonly Row[]) {
  const layout = layoutOf(rows);
  const wasm = await compile(layout);
  vi.resetModules();
  vi.doMock('../../../src/fast/wasm/layout.gen.ts', () => typescriptValues(layout));
  vi.doMock('../../../src/fast/wasm/scanner-module.gen.ts', () => ({
    SCANNER_WASM: wasm.toString('base64'),
  }));
  const scanner = await import('../../../src/fast/fast-scanner.ts');
  const engines = await import('../engines.ts');
  return { ...scanner, ...engines };
}

const isContext = ([[key]]: Row): boolean => ['hostname', 'kubernetes', 'openshift'].includes(key!);
const swapped = (a: string, b: string): Row[] =>
  SLOT_ROWS.map((row) => {
    const other = row[0].join() === a ? b : row[0].join() === b ? a : undefined;
    return other === undefined ? row : SLOT_ROWS.find(([path]) => path.join() === other)!;
  });

/** Other orders of the slots, and more of them. */
const ORDERS: readonly (readonly [name: string, rows: readonly Row[]])[] = [
  ['verb and level swapped', swapped('verb', 'level')],
  [
    'turned round, with another object that is walked, and where it was logged at the end',
    [
      ...SLOT_ROWS.filter((row) => !isContext(row)).toReversed(),
      [['authenticationMetadata'], 'object'],
      [['authenticationMetadata', 'impersonationConstraint'], 'any'],
      ...SLOT_ROWS.filter(isContext),
    ],
  ],
];

describe('the order of slots is a matter of the layout alone', () => {
  const usual = works(FastScanner);

  afterAll(() => {
    vi.doUnmock('../../../src/fast/wasm/layout.gen.ts');
    vi.doUnmock('../../../src/fast/wasm/scanner-module.gen.ts');
    vi.resetModules();
  });

  test('the logs of this test have work of each kind', () => {
    expect(usual.map(({ duplicates }) => duplicates)).toEqual([1000, 1000, 975]);
    for (const { rejected, judged } of usual) {
      expect(judged).toBeGreaterThan(0);
      expect(rejected).toBeGreaterThan(judged);
    }
  });

  /** What an event says of where it was logged. */
  function contextIn(
    Scanner: typeof FastScanner,
    more: Readonly<Record<string, string>>,
  ): WrapperContext[] {
    const contexts: WrapperContext[] = [];
    const scanner = new Scanner({
      rules,
      matching: 'all',
      timeField: 'evt.time',
      settings: { timezone: 'UTC', hostname: 'h' },
      maxLine: 1e6,
      sink: {
        event: ({ origin }) => expect(origin.line).toBe(1),
        odd: () => expect.unreachable(),
        longLine: () => expect.unreachable(),
        holdsNext: () => false,
        origin(line, context) {
          contexts.push(context);
          return { file: 'x', line };
        },
      },
    });
    const line = wholeLine({ 'objectRef.resource': '"clusterrolebindings"', ...more });
    feedAll(scanner, Buffer.from(line));
    scanner.end();
    return contexts;
  }

  test.each(ORDERS)('%s', { timeout: 120_000 }, async (_name, rows) => {
    const engine = await engineWith(rows);
    expect(works(engine.FastScanner)).toEqual(usual);
    expect(contextIn(engine.FastScanner, {})).toEqual([{}]);
    expect(contextIn(engine.FastScanner, { hostname: '"n"' })).toEqual([{ node: 'n' }]);
    const input = adversarial(new Random(7), 600);
    const options = { rules, matching: 'all' } as const;
    const expected = engine.scanReference(input, options);
    expect(expected.findings.length).toBeGreaterThan(10);
    expect(engine.scanFast(input, options, 1 << 16)).toEqual(expected);
  });
});

describe('a layout that cannot work is not built', () => {
  test.each<[string, Row[], RegExp]>([
    ['a slot of an unknown kind', [[['x'], 'number']], /unknown kind/],
    ['a slot twice', [[['verb'], 'any']], /one name/],
    ['a slot inside a value that is not walked', [[['verb', 'x'], 'any']], /not walked/],
    ['more slots than bits', Array.from({ length: 64 }, (_, i) => [[`x${i}`], 'any']), /u64/],
  ])('%s', (_name, more, message) => {
    expect(() => layoutOf([...SLOT_ROWS, ...more])).toThrow(message);
  });

  test('areas of memory follow each other, whatever their sizes', () => {
    for (const rows of [SLOT_ROWS, ORDERS[1]![1]]) {
      const memory = layoutOf(rows).groups.find(({ name }) => name === 'MEMORY')!;
      const addresses = memory.members.map(({ value }) => value);
      expect(addresses).toEqual(addresses.toSorted((a, b) => a - b));
      expect(addresses.every((address) => address % 64 === 0)).toBe(true);
    }
  });
});
