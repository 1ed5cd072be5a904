import type { Finding, OutputValue } from '../engine/finding.ts';
import type { JsonValue } from '../json/value.ts';
import type { Expectation, RuleTest } from './rule-test.ts';

/** How a test went: passed when nothing is wrong. */
export interface TestResult {
  readonly name: string;
  readonly place: string;
  readonly wrong: readonly string[];
}

/** Compares what rules found with what a test expects. */
export function judge(test: RuleTest, findings: readonly Finding[]): string[] {
  const byRule = new Map<string, Finding[]>();
  for (const finding of findings) {
    const list = byRule.get(finding.rule) ?? [];
    byRule.set(finding.rule, [...list, finding]);
  }
  const expected = new Set(test.expect.map(({ rule }) => rule));
  const wrong = test.expect.flatMap((expectation) =>
    judgeRule(expectation, byRule.get(expectation.rule) ?? []),
  );
  for (const [rule, found] of byRule) {
    const judged = test.about === undefined || test.about.includes(rule);
    if (!expected.has(rule) && judged) {
      wrong.push(`${rule}: fired ${times(found.length)}, expected not at all`);
    }
  }
  return wrong;
}

function judgeRule(expectation: Expectation, found: readonly Finding[]): string[] {
  const { rule, min, max } = expectation;
  const count = found.length;
  if (count < min || (max !== undefined && count > max)) {
    return [`${rule}: fired ${times(count)}, expected ${rangeText(min, max)}`];
  }
  const [first] = found;
  if (first === undefined) return [];
  const fields = new Map(first.outputFields);
  return [
    ...Object.entries(expectation.fields).flatMap(([name, value]) => {
      const got = fields.has(name) ? plain(fields.get(name)!) : undefined;
      return different(`${rule}: ${name}`, value, got);
    }),
    ...compareOptional(`${rule}: severity`, expectation.severity, first.severity),
    ...compareOptional(`${rule}: policies`, expectation.policies, [...(first.policies ?? [])]),
  ];
}

function compareOptional(
  what: string,
  expected: JsonValue | undefined,
  got: JsonValue | undefined,
): string[] {
  return expected === undefined ? [] : different(what, expected, got);
}

function different(what: string, expected: JsonValue, got: JsonValue | undefined): string[] {
  if (got !== undefined && textOf(expected) === textOf(got)) return [];
  const shown = got === undefined ? 'no such field' : JSON.stringify(got);
  return [`${what}: expected ${JSON.stringify(expected)}, got ${shown}`];
}

/** Numbers and texts of the same spelling are the same: fields are mostly texts. */
function textOf(value: JsonValue): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'number' || typeof part === 'boolean' ? String(part) : part,
  );
}

function plain(value: OutputValue): JsonValue {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  return [...value];
}

function times(count: number): string {
  return count === 0 ? 'not at all' : count === 1 ? 'once' : `${count} times`;
}

function rangeText(min: number, max: number | undefined): string {
  if (max === undefined) return `at least ${times(min)}`;
  if (min === max) return times(min);
  return min === 0 ? `at most ${times(max)}` : `${min} to ${max} times`;
}
