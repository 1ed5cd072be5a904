import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEVERITIES } from '../../src/policies/severity.ts';
import { listOf, objectOf, textOf } from '../../src/page/data/case-table.ts';
import {
  addressOf,
  ALL,
  FIELDS,
  GROUPS,
  ORDERS,
  VIEWS,
  viewAt,
  withoutTerm,
  withTerm,
  orderOf,
  type CaseView,
  type FieldName,
  type OrderName,
} from '../../src/page/data/case-view.ts';
import { ignoreText, kubectlCommand, showCommand } from '../../src/page/data/commands.ts';
import { RESULTS } from '../../src/page/data/grades.ts';
import { groupRows } from '../../src/page/data/grouping.ts';
import { histogram } from '../../src/page/data/histogram.ts';
import { matchRows } from '../../src/page/data/matching.ts';
import { orderRows, rowsInOrder } from '../../src/page/data/ordering.ts';
import { offsetAt, timeText } from '../../src/page/data/wording.ts';
import { joinBlocks } from '../../src/page/data/case-table.ts';
import { finding, FINDINGS } from '../outputs/findings.ts';
import { manyFindings, readBack, START } from './reports.ts';

const MANY = readBack([
  ...manyFindings(300),
  finding({ ...manyFindings(1)[0]!, others: [finding({ rule: 'Other Rule' })], time: 0n }),
  ...FINDINGS,
]).table;
const ALL_ROWS = Array.from({ length: MANY.rows }, (_, row) => row);
const SECONDS = Number(START / 1_000_000_000n);

/** The plain way to answer: row by row. */
function matchesOf(view: CaseView): number[] {
  const has = (row: number, field: FieldName, value: string): boolean => {
    if (field === 'object') return objectOf(MANY, row) === value;
    if (field === 'tag') return listOf(MANY, 'tags', row).includes(value);
    if (field === 'policy') return listOf(MANY, 'policies', row).includes(value);
    return (
      textOf(MANY, field, row) === value ||
      (field === 'rule' && listOf(MANY, 'others', row).includes(value))
    );
  };
  return ALL_ROWS.filter((row) => {
    const time = MANY.times[row]!;
    const texts = Object.entries(MANY.texts).filter(
      ([name]) => !['ignorable', 'line', 'code'].includes(name),
    );
    return (
      view.is.every(({ field, value }) => has(row, field, value)) &&
      view.not.every(({ field, value }) => !has(row, field, value)) &&
      (view.severities.length === 0 ||
        view.severities.some((name) => name === textOf(MANY, 'severity', row))) &&
      (view.from === undefined || time >= view.from) &&
      (view.to === undefined || time < view.to) &&
      view.search
        .toLowerCase()
        .split(/\s+/)
        .every((word) =>
          texts.some(([, { values, at }]) => values[at[row]!]!.toLowerCase().includes(word)),
        )
    );
  });
}

const value = fc.constantFrom(
  'user-3',
  'ns-2',
  'Attach/Exec Pod',
  'Other Rule',
  'T1609',
  'ns-2/pods/pod-2/exec',
  '203.0.113.7',
  '',
  '__proto__',
);
const term = fc.record({
  field: fc.constantFrom(...(Object.keys(FIELDS) as FieldName[])),
  value: fc.oneof(value, fc.string()),
});
const anyView: fc.Arbitrary<CaseView> = fc.record({
  view: fc.constantFrom(...VIEWS),
  search: fc.constantFrom('', 'number-7', 'USER-1 ns-2', 'exec pod', 'nothing at all', '\0'),
  is: fc.array(term, { maxLength: 2 }),
  not: fc.array(term, { maxLength: 2 }),
  severities: fc.subarray([...SEVERITIES]),
  results: fc.subarray([...RESULTS]),
  from: fc.option(fc.integer({ min: SECONDS, max: SECONDS + 9000 }), { nil: undefined }),
  to: fc.option(fc.integer({ min: SECONDS, max: SECONDS + 19_000 }), { nil: undefined }),
  order: fc.constantFrom(undefined, ...(Object.keys(ORDERS) as OrderName[])),
  group: fc.option(fc.constantFrom(...GROUPS), { nil: undefined }),
  shown: fc.option(fc.nat(1000), { nil: undefined }),
  item: fc.option(fc.string(), { nil: undefined }),
});

describe('an address', () => {
  it('leads back to what was chosen', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        expect(viewAt(addressOf(view))).toEqual(view);
      }),
    );
    expect(addressOf(ALL)).toBe('');
  });

  it('may say anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(viewAt(addressOf(viewAt(text)))).toEqual(viewAt(text));
      }),
    );
    expect(
      viewAt('view=nothing&is=constructor:x&is=none&severity=worst&from=1e999&order=toString'),
    ).toEqual(ALL);
  });

  it('has a value either chosen or left out', () => {
    const one = { field: 'user', value: 'a' } as const;
    const other = withTerm(withTerm(ALL, 'is', one), 'not', one);
    expect([other.is, other.not]).toEqual([[], [one]]);
    expect(withoutTerm(other, { ...one })).toEqual(ALL);
  });
});

describe('matching', () => {
  it('finds what looking at each row finds', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        const found = matchRows(MANY, view);
        const wanted = matchesOf(view);
        expect(ALL_ROWS.filter((row) => found.rows[row] === 1)).toEqual(wanted);
        expect(found.count).toBe(wanted.length);
        const all = matchesOf({ ...view, severities: [] });
        for (const name of SEVERITIES) {
          expect(found.grades[name]).toBe(
            all.filter((row) => textOf(MANY, 'severity', row) === name).length,
          );
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('orders', () => {
  const inOrder = (order: OrderName): number[] => [...orderRows(MANY, order)];

  it('have every row once', () => {
    for (const order of Object.keys(ORDERS) as OrderName[]) {
      expect(inOrder(order).toSorted((a, b) => a - b)).toEqual(ALL_ROWS);
    }
  });

  it('are those of nothing where a list is empty', () => {
    for (const order of Object.keys(ORDERS) as OrderName[]) {
      expect([...orderRows(joinBlocks([]), order)]).toEqual([]);
    }
  });

  it('are by severity and time where none is chosen, of requests by time', () => {
    expect(orderOf(ALL)).toBe('severity');
    expect(orderOf({ ...ALL, view: 'activity' })).toBe('time');
    expect(orderOf(viewAt('view=activity&order=newest'))).toBe('newest');
    expect(orderOf(viewAt('order=time'))).toBe('time');
  });

  it('are by time, severity, rule and user', () => {
    const times = inOrder('time').map((row) => MANY.times[row]!);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(inOrder('newest').map((row) => MANY.times[row]!)).toEqual(times.toReversed());
    const ranks = inOrder('severity').map((row) =>
      SEVERITIES.findIndex((name) => name === textOf(MANY, 'severity', row)),
    );
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    for (const name of ['rule', 'user'] as const) {
      const texts = inOrder(name).map((row) => textOf(MANY, name, row));
      expect(texts).toEqual(texts.toSorted());
    }
  });

  it('hold for what matches', () => {
    const { rows, count } = matchRows(MANY, { ...ALL, is: [{ field: 'user', value: 'user-3' }] });
    const list = [...rowsInOrder(orderRows(MANY, 'newest'), rows, count)];
    expect(list).toHaveLength(8);
    expect(list).toEqual(inOrder('newest').filter((row) => rows[row] === 1));
  });
});

describe('groups', () => {
  const { rows } = matchRows(MANY, ALL);

  it.each(GROUPS)('by %s count all events', (by) => {
    const groups = groupRows(MANY, rows, by);
    const events = groups.reduce((sum, group) => sum + group.events, 0);
    // One event has two rules.
    expect(events).toBe(by === 'rule' ? MANY.rows + 1 : MANY.rows);
    expect(new Set(groups.map((group) => group.value)).size).toBe(groups.length);
    for (const { value: chosen, events: count, first, last } of groups) {
      const found = matchRows(MANY, { ...ALL, is: [{ field: by, value: chosen }] });
      expect(found.count).toBe(count);
      expect(MANY.times[first ?? 0]).toBeLessThanOrEqual(MANY.times[last ?? first ?? 0]!);
    }
  });
});

describe('events over time', () => {
  it('are all in some bar, unless their time is not known', () => {
    const { rows } = matchRows(MANY, ALL);
    const chart = histogram(MANY, rows)!;
    const counted = chart.bars.flat().reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(ALL_ROWS.filter((row) => MANY.times[row]! > 0).length);
    expect(chart.bars.length).toBeLessThanOrEqual(96);
    expect(chart.start).toBeLessThanOrEqual(SECONDS);
  });

  it('are drawn for the chosen range, whatever it is', () => {
    const { rows } = matchRows(MANY, { ...ALL, from: SECONDS, to: SECONDS + 60 });
    expect(histogram(MANY, rows, SECONDS, SECONDS + 60)).toMatchObject({ seconds: 1 });
    expect(histogram(MANY, rows, 5, 1)!.bars.length).toBe(1);
    expect(histogram(MANY, rows, -1e14, 1e14)!.bars.length).toBeLessThanOrEqual(96);
    expect(histogram(MANY, new Uint8Array(MANY.rows))).toBeUndefined();
  });
});

describe('times', () => {
  it('are those of the zone, also where it changes', () => {
    const at = (hours: number): ReturnType<typeof finding> =>
      finding({ time: START + BigInt(hours) * 3_600_000_000_000n });
    const shown = (ns: bigint): string =>
      timeText(Number(ns / 1_000_000_000n), ns > START ? 7200 : 3600);
    const { table } = readBack([at(5), at(0)], { formatTime: shown });
    expect(offsetAt(table, SECONDS - 10)).toBe(3600);
    expect(offsetAt(table, SECONDS + 10)).toBe(3600);
    expect(offsetAt(table, SECONDS + 5 * 3600)).toBe(7200);
    expect(timeText(0, 0)).toBe('');
    expect(timeText(1e300, 0)).toBe('');
  });
});

describe('commands', () => {
  const rowOf = (parts: Parameters<typeof finding>[0]): [typeof MANY, number] => [
    readBack([finding(parts)]).table,
    0,
  ];
  const pod = {
    ...finding().subject,
    user: "jane's",
    verb: 'get',
    namespace: 'shop',
    resource: 'pods',
    name: 'web',
  };

  it('show the request', () => {
    const origin = { file: 'my logs/a.log', line: 1 };
    expect(showCommand(...rowOf({ origin }))).toBe(
      "k8s-audit show 7e0c1c55-0000-4000-8000-000000000001 'my logs/a.log'",
    );
    expect(showCommand(...rowOf({ auditId: 'x; rm -rf ~' }))).toBeUndefined();
  });

  it('accept it, where the page has what that needs', () => {
    expect(ignoreText(...rowOf({ subject: pod }))).toBe(
      [
        'ignore:',
        "  - rule: 'Attach/Exec Pod'",
        `    condition: 'ka.user.name = "jane''s" and ka.target.namespace = "shop" and ka.target.resource = "pods" and ka.target.name = "web"'`,
        '    reason: why this is fine',
      ].join('\n'),
    );
    for (const name of ['x'.repeat(400), 'token=hunter2hunter2', 'a\u202eb', 'a\nb']) {
      expect(ignoreText(...rowOf({ subject: { ...pod, name } }))).toBeUndefined();
    }
  });

  it.each([
    [{}, 'kubectl get -n shop pods web'],
    [{ verb: 'list', name: undefined }, 'kubectl get -n shop pods'],
    [{ verb: 'delete', name: "a'; rm -rf ~" }, `kubectl delete -n shop pods 'a'\\''; rm -rf ~'`],
    [{ verb: 'deletecollection', name: undefined }, 'kubectl delete -n shop pods --all'],
    [{ verb: 'create', impersonatedUser: 'bob' }, 'kubectl create -n shop --as bob -f FILE'],
    [{ subresource: 'log' }, 'kubectl logs -n shop web'],
    [
      { verb: 'patch', resource: 'deployments' },
      'kubectl patch -n shop deployments web --patch-file FILE',
    ],
    [{ subresource: 'exec', verb: 'create' }, "kubectl exec -n shop web -- sh -c 'ls /'"],
    [{ resource: undefined }, undefined],
    [{ verb: 'proxy' }, undefined],
  ])('say what kubectl would do: %j', (subject, command) => {
    const outputFields = [['kx.command.line', 'ls /']] as const;
    expect(kubectlCommand(...rowOf({ subject: { ...pod, ...subject }, outputFields }))).toBe(
      command,
    );
  });
});
