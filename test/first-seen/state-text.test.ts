import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupKey, groupValues } from '../../src/correlate/group-key.ts';
import type { KnownValues } from '../../src/correlate/known-values.ts';
import { definitionOf } from '../../src/first-seen/definition.ts';
import { mergeStates, type LearnedState } from '../../src/first-seen/first-seen.ts';
import { Names } from '../../src/first-seen/remembered-names.ts';
import { parseState, printState } from '../../src/first-seen/state-text.ts';
import { loadOk, thrownBy } from '../helpers.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('__proto__', 'constructor', '', '\ud800', '\u2028', '"', '\\', '\n'),
);
const anyTime = fc.bigInt({ min: -(10n ** 20n), max: 3n * 10n ** 20n });

const anyKnown: fc.Arbitrary<KnownValues> = fc
  .record({
    since: fc.option(anyTime, { nil: undefined }),
    until: fc.option(anyTime, { nil: undefined }),
    isLearned: fc.boolean(),
    groups: fc.array(
      fc.tuple(
        fc.array(fc.option(anyText.map((text) => text.replaceAll('\0', '')))),
        fc.array(fc.tuple(anyText, anyTime), { minLength: 1, maxLength: 4 }),
      ),
      { maxLength: 4 },
    ),
  })
  .map(({ groups, ...rest }) => ({
    ...rest,
    groups: new Map(groups.map(([texts, values]) => [groupKey(texts), new Map(values)])),
  }));

const anyState: fc.Arbitrary<LearnedState> = fc
  .array(fc.tuple(anyText, fc.constantFrom('d1', 'd2'), anyKnown), { maxLength: 4 })
  .map((parts) => new Map(parts.map(([name, definition, known]) => [name, { definition, known }])));

describe('the text of a state', () => {
  it('is read as what was written, and written the same again', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const text = printState(state);
        const read = parseState('S', text);
        expect(read).toEqual(state);
        expect(printState(read)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on the order in which things were seen', () => {
    const known = (...values: readonly string[]): KnownValues => ({
      since: 1n,
      until: 2n,
      isLearned: false,
      groups: new Map(
        values.map((name) => [groupKey([name]), new Map(values.map((each) => [each, 1n]))]),
      ),
    });
    const state = (...names: readonly string[]): LearnedState =>
      new Map(names.map((name) => [name, { definition: 'd', known: known(...names) }]));
    expect(printState(state('a', 'b', 'c'))).toBe(printState(state('c', 'a', 'b')));
  });

  it('is refused wherever it was cut, with the line', () => {
    fc.assert(
      fc.property(anyState, fc.nat(), (state, seed) => {
        const text = printState(state);
        // The newline behind the end is all that may be missing.
        const cut = text.slice(0, seed % (text.length - 1));
        const error = thrownBy(() => parseState('S', cut)) as Error;
        const line = cut.split('\n').length;
        const isHead = cut.length < text.indexOf('\n');
        expect(error.message).toMatch(
          isHead
            ? /^S is no state of k8s-audit$/
            : new RegExp(`^S:(?:${line}|${line - 1}): the state is damaged`),
        );
      }),
      { numRuns: 300 },
    );
  });

  const head = '{"k8s-audit-state":1}\n';
  const part = '{"correlation":"C","definition":"d","learned":true,"since":null,"until":null}\n';
  const end = '{"end":true}\n';
  it.each([
    ['', /is no state/],
    ['{"a":1}\n', /is no state/],
    ['[1]', /is no state/],
    ['{"k8s-audit-state":2}\n', /version 2: this program reads version 1/],
    [`${head}${part}`, /^S:3: the state is damaged, or was cut here/],
    [`${head}${part}${part}${end}`, /^S:3:/],
    [`${head}{"group":["a"],"values":[]}\n${end}`, /^S:2:/],
    [`${head}${part}{"group":["a"],"values":[["b","today"]]}\n${end}`, /^S:3:/],
    [`${head}${part}{"group":["a"],"values":[["b"]]}\n${end}`, /^S:3:/],
    [`${head}${part}{"group":["a"],"values":[]}\n${end}`, /^S:3:/],
    [`${head}${part}{"group":["a\\u0000"],"values":[]}\n${end}`, /^S:3:/],
    [
      `${head}${part}{"group":["a"],"values":[["b","2026-01-01T00:00:00Z"],["b","2026-01-01T00:00:00Z"]]}\n${end}`,
      /^S:3:/,
    ],
    [`${head}${part}not JSON\n${end}`, /^S:3:/],
    [`${head}${part}${end}more\n`, /^S:4:/],
  ])('%j is refused', (text, message) => {
    expect((thrownBy(() => parseState('S', text)) as Error).message).toMatch(message);
  });

  it('has no more values than a correlation may know', () => {
    const values = (from: number): string =>
      JSON.stringify(
        Array.from({ length: 50_001 }, (_, at) => [`v${from + at}`, '2026-01-01T00:00:00Z']),
      );
    const lines = [0, 1].map((at) => `{"group":["g${at}"],"values":${values(at)}}\n`);
    expect(() => parseState('S', head + part + lines.join('') + end)).toThrow(/^S:4:/);
  });
});

describe('a merge of states', () => {
  it('does not depend on the order', () => {
    fc.assert(
      fc.property(anyState, anyState, anyState, (a, b, c) => {
        expect(printState(mergeStates(a, b))).toBe(printState(mergeStates(b, a)));
        expect(printState(mergeStates(a, a))).toBe(printState(a));
        const same = [a, b, c].map(
          (state): LearnedState =>
            new Map([...state].map(([name, { known }]) => [name, { definition: 'd', known }])),
        );
        const [x, y, z] = same as [LearnedState, LearnedState, LearnedState];
        expect(printState(mergeStates(mergeStates(x, y), z))).toBe(
          printState(mergeStates(x, mergeStates(y, z))),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('takes of two definitions the one that was used last', () => {
    const part = (definition: string, until: bigint) => ({
      definition,
      known: { since: 1n, until, isLearned: true, groups: new Map() },
    });
    const [old, young] = [part('b', 5n), part('a', 9n)];
    for (const [first, second] of [
      [old, young],
      [young, old],
    ] as const) {
      expect(mergeStates(new Map([['C', first]]), new Map([['C', second]])).get('C')).toBe(young);
    }
  });
});

describe('what values are remembered as', () => {
  const names = new Names();

  it('is their text, as far as it is short and no secret', () => {
    expect(names.ofValue('kubectl')).toBe('kubectl');
    expect(names.ofGroup(groupKey(['alice', null, '']))).toBe(groupKey(['alice', null, '']));
    expect(groupValues(groupKey(['alice', null, '']))).toEqual(['alice', null, '']);
  });

  it('is a fingerprint else', () => {
    const token = `eyJhbGciOiJSUzI1NiJ9.${'a'.repeat(40)}.${'b'.repeat(40)}`;
    for (const text of [token, `Bearer ${token}`, 'x'.repeat(201), 'sha256:abc']) {
      expect(names.ofValue(text)).toMatch(/^sha256:[0-9a-f]{32}$/);
      expect(names.ofValue(text)).toBe(new Names().ofValue(text));
    }
    expect(names.ofGroup(groupKey(['alice', token]))).toBe(
      groupKey(['alice', names.ofValue(token)]),
    );
    expect(names.ofValue('x'.repeat(201))).not.toBe(names.ofValue('x'.repeat(202)));
  });
});

describe('the definition of a correlation', () => {
  const definition = async (lines: string): Promise<string> => {
    const { rules } = await loadOk(
      `- macro: m\n  condition: ka.verb = get\n- correlation: C\n  type: new_value\n${lines}  priority: INFO\n`,
    );
    return definitionOf(rules[0]!);
  };
  const usual = '  events: {a: m}\n  group-by: ka.user.name\n  field: ka.verb\n';

  it('changes with what makes a group or a value, and with the condition', async () => {
    const all = await Promise.all([
      definition(usual),
      definition(usual.replace('m}', 'm and ka.verb = list}')),
      definition(usual.replace('ka.user.name', '[ka.user.name, ka.sourceips]')),
      definition(usual.replace('field: ka.verb', 'field: ka.useragent')),
      definition(`${usual}  require: true\n`),
      definition(`${usual}  timespan: 1d\n  returning: true\n`),
      definition(`${usual}  each: [ka.user.name]\n`),
    ]);
    expect(new Set(all).size).toBe(all.length);
  });

  it('does not change with times, texts and white space', async () => {
    const own = await definition(usual);
    expect(await definition(`${usual}  timespan: 90d\n  warmup: 3d\n  suppress: 1h\n`)).toBe(own);
    expect(await definition(`${usual}  desc: d\n  output: "%ka.verb"\n  tags: [a]\n`)).toBe(own);
    expect(await definition(usual.replace('{a: m}', '{a: "  m "}'))).toBe(own);
  });
});
