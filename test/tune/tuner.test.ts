import { NO_SUBJECT } from '../../src/engine/event-subject.ts';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/engine/finding.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { FindingGroups, type Counted } from '../../src/tune/tuned-groups.ts';
import { HourPeak } from '../../src/tune/hour-peak.ts';
import { VARIES } from '../../src/tune/tuned-fields.ts';
import { Tuner } from '../../src/tune/tuner.ts';
import { loadOk } from '../helpers.ts';
import { ruleText } from '../cli/events.ts';

const counted = (line: number, high = false): Counted => ({
  high,
  refused: line % 2 === 0,
  example: { file: 'a.log', line, auditId: undefined },
});

describe('groups of findings', () => {
  test('count what has the same values, with the first three as examples', () => {
    const groups = new FindingGroups(10);
    for (let line = 1; line <= 5; line++) groups.add(['jane', ['a', 'b']], counted(line));
    groups.add(['jane', ['a']], counted(6, true));
    groups.add(['jane', undefined], counted(7));
    expect(groups.list.map(({ count, high, refused }) => [count, high, refused])).toEqual([
      [5, 0, 2],
      [1, 1, 1],
      [1, 0, 0],
    ]);
    expect(groups.list[0]!.examples.map(({ line }) => line)).toEqual([1, 2, 3]);
  });

  test('that are too many are joined by the field with the most values, and none is lost', () => {
    const groups = new FindingGroups(8);
    for (let line = 0; line < 1000; line++) {
      groups.add([`user-${line % 2}`, `pod-${line}`, 'get'], counted(line, line === 999));
    }
    expect(groups.list.map(({ slots, count, high }) => [slots, count, high])).toEqual([
      [['user-0', VARIES, 'get'], 500, 0],
      [['user-1', VARIES, 'get'], 500, 1],
    ]);
    expect([...groups.merged]).toEqual([1]);
    expect(groups.joined).toBe(7);
  });

  test('stay few where every field has too many values', () => {
    const groups = new FindingGroups(8);
    for (let line = 0; line < 1000; line++) groups.add([`u${line}`, `n${line}`], counted(line));
    expect(groups.list.map(({ slots, count }) => [slots, count])).toEqual([
      [[VARIES, VARIES], 1000],
    ]);
  });
});

describe('the most findings within an hour', () => {
  const MINUTE = 60_000_000_000n;
  const START = (1_772_700_000_000_000_000n / (10n * MINUTE)) * (10n * MINUTE);
  const peakOf = (minutes: readonly number[], most?: number): number => {
    const peak = new HourPeak(most);
    for (const minute of minutes) peak.add(START + BigInt(minute) * MINUTE);
    return peak.peak;
  };
  const every = (step: number, count: number): number[] =>
    Array.from({ length: count }, (_, index) => index * step);

  test('counts across the full hour, in any order of time', () => {
    expect(peakOf(every(1, 30).map((minute) => minute + 45))).toBe(30);
    expect(peakOf(every(1, 30).map((minute) => 75 - minute))).toBe(30);
    expect(peakOf(every(20, 100))).toBe(3);
    expect(peakOf([])).toBe(0);
  });

  test('holds when counts are forgotten, and leaves out findings without a time', () => {
    const busy = [...every(1, 60), ...every(10, 500).map((minute) => minute + 1000)];
    expect(peakOf(busy, 10)).toBe(60);
    const peak = new HourPeak();
    peak.add(0n);
    expect(peak.peak).toBe(0);
  });
});

describe('a tuner', () => {
  const finding = (
    rule: Rule,
    index: number,
    values: readonly (string | undefined)[],
  ): Finding => ({
    rule: rule.name,
    priority: 'Notice',
    source: 'k8s_audit',
    tags: [],
    time: 1_772_700_000_000_000_000n + BigInt(index),
    message: '',
    timeText: '',
    outputFields: [],
    auditId: `id-${index}`,
    stage: 'ResponseComplete',
    origin: { file: 'a.log', line: index + 1 },
    subject: NO_SUBJECT,
    also: values,
  });
  const LIMITS = { perHour: 25, share: 0.25, includeHigh: false };

  test('keeps a bounded number of values of all rules together, and says how many it joined', async () => {
    const { rules } = await loadOk(
      ruleText('A', 'ka.verb exists') + ruleText('B', 'ka.verb exists'),
    );
    const tuner = new Tuner(rules, () => false, { each: 100, all: 150 });
    for (let index = 0; index < 4000; index++) {
      const rule = rules[index % 2]!;
      tuner.add(
        finding(rule, index, [
          'jane',
          undefined,
          `ns-${index % 160}`,
          'pods',
          undefined,
          'get',
          `p${index}`,
        ]),
      );
    }
    const loud = tuner.loud(LIMITS, () => new Set());
    expect(loud.map(({ rule, findings }) => [rule.name, findings])).toEqual([
      ['A', 2000],
      ['B', 2000],
    ]);
    expect(tuner.joined).toBeGreaterThan(10);
    for (const { entries, merged } of loud) {
      expect(merged).toContain('ka.target.name');
      expect(entries.map(({ silences }) => silences)).toEqual([2000]);
      const fields = entries[0]!.terms.map(({ field }) => field);
      expect(fields).toEqual(
        expect.arrayContaining(['ka.user.name', 'ka.target.resource', 'ka.verb']),
      );
      expect(fields).not.toContain('ka.target.name');
    }
  });

  test('proposes nothing below its thresholds, and nothing that anybody can be', async () => {
    const { rules } = await loadOk(ruleText('A', 'ka.verb exists'));
    const proposed = (count: number, user: (index: number) => string): number[] => {
      const tuner = new Tuner(rules, () => false);
      for (let index = 0; index < count; index++) {
        tuner.add(
          finding(rules[0]!, index, [
            user(index),
            undefined,
            'shop',
            'pods',
            undefined,
            'get',
            'web',
          ]),
        );
      }
      return tuner
        .loud(LIMITS, () => new Set())
        .flatMap(({ entries }) => entries.map(({ silences }) => silences));
    };
    expect(proposed(24, () => 'jane')).toEqual([]);
    expect(proposed(25, () => 'jane')).toEqual([25]);
    expect(proposed(100, (index) => (index < 24 ? 'jane' : `u${index}`))).toEqual([]);
    expect(proposed(100, (index) => (index < 25 ? 'jane' : `u${index}`))).toEqual([25]);
    expect(proposed(100, () => 'system:anonymous')).toEqual([]);
  });
});
