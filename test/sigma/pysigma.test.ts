import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/condition/condition.ts';
import { ParsedEvent } from '../../src/events/parsed-event.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { loadRules } from '../../src/rules/load.ts';

const FOLDER = new URL('../fixtures/sigma/', import.meta.url);
const read = (name: string): string[] =>
  readFileSync(new URL(name, FOLDER), 'utf8').trimEnd().split('\n');

/** A file of Sigma rules, and what pySigma makes of it. */
interface Case {
  readonly rule: string;
  readonly hits?: Readonly<Record<string, readonly number[]>>;
  readonly refused?: string;
}

const EVENTS = read('events.ndjson').map(
  (line, num) =>
    new ParsedEvent(line, JSON.parse(line) as JsonObject, {
      time: 0n,
      num,
      firstTime: 0n,
      origin: { file: 'events.ndjson', line: num + 1 },
    }),
);

/** What one side refuses and the other reads, with the reason. */
const DIFFERENT: readonly { readonly part: string; readonly why: string }[] = [
  { part: 'contains: 40\n', why: 'a number has a text too' },
  { part: '|minute', why: 'parts of a time are no field here' },
  { part: 'verb: get\n    verb: list', why: 'a key that is there twice hides the first one' },
];

async function judge(text: string): Promise<Omit<Case, 'rule'>> {
  const { ruleSet, files } = await loadRules([{ name: 'rules.yml', text }]);
  if (ruleSet === undefined) return { refused: files[0]!.errors[0]!.message };
  const hits = ruleSet.rules.map(({ name, condition }): [string, number[]] => [
    name,
    EVENTS.flatMap((event, index) => (evaluate(condition, event) ? [index] : [])),
  ]);
  return { hits: Object.fromEntries(hits) };
}

describe('Sigma rules match what pySigma says they match', () => {
  const cases = read('pysigma.ndjson').map((line) => JSON.parse(line) as Case);

  const isDifferent = ({ rule }: Case): boolean =>
    DIFFERENT.some(({ part }) => rule.includes(part));
  const same = cases.filter((each) => !isDifferent(each));

  it.each(same.filter(({ refused }) => refused === undefined))('$rule', async ({ rule, hits }) => {
    expect(await judge(rule)).toEqual({ hits });
  });

  it.each(same.filter(({ refused }) => refused !== undefined))('refused: $rule', async (each) => {
    expect((await judge(each.rule)).refused).toBeTypeOf('string');
  });

  it.each(cases.filter(isDifferent))('read by one alone: $rule', async ({ rule, refused }) => {
    expect(typeof (await judge(rule)).refused).not.toBe(typeof refused);
  });

  it('differences are few, and each is there', () => {
    expect(cases.filter(isDifferent)).toHaveLength(DIFFERENT.length);
  });
});
