import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { printCondition } from '../../src/condition/print.ts';
import { loadRules } from '../../src/rules/load.ts';
import { DEFAULT_FIELD_SETTINGS, fieldResolver } from '../../src/rules/resolver.ts';
import type { Rule, RuleSet } from '../../src/rules/rule.ts';
import { stringifyNotes } from '../../src/rules/rule-notes.ts';
import { parseSnapshot, stringifySnapshot } from '../../src/rules/rules-snapshot.ts';
import { NOTES, SNAPSHOT } from '../../src/cli/library/rules-input.ts';
import { eventOf } from '../helpers.ts';
import { evaluate } from '../../src/condition/condition.ts';

const ROOT = new URL('../../rules/', import.meta.url);

async function bundled(): Promise<RuleSet> {
  const names = ['', 'extended/'].flatMap((folder) =>
    readdirSync(new URL(folder, ROOT))
      .filter((name) => name.endsWith('.yaml'))
      .toSorted()
      .map((name) => folder + name),
  );
  const files = names.map((name) => ({
    name: `rules/${name}`,
    text: readFileSync(new URL(name, ROOT), 'utf8'),
    trusted: true,
  }));
  return (await loadRules(files)).ruleSet!;
}

function ruleFacts({ condition: _c, message: _m, evidence: _e, tree, ...rest }: Rule): object {
  return { ...rest, tree: printCondition(tree) };
}

test('a rule set read from its snapshot has the same rules, macros and lists', async () => {
  const ruleSet = await bundled();
  const fields = await fieldResolver(DEFAULT_FIELD_SETTINGS, true);
  const read = parseSnapshot(stringifySnapshot(ruleSet), fields, () => stringifyNotes(ruleSet));
  expect(read.rules.length).toBeGreaterThan(100);
  const facts = ({ rules, macros, lists }: RuleSet): unknown => ({
    rules: rules.map(({ correlation, ...rule }) => ({
      ...ruleFacts(rule),
      ...(correlation && {
        correlation: {
          ...correlation,
          parts: correlation.parts.map((part) => ({
            ...part,
            rule: {
              ...ruleFacts(part.rule),
              output: part.rule.message.values.map(({ key }) => key),
            },
          })),
        },
      }),
    })),
    macros: macros.map(({ tree, ...rest }) => ({ ...rest, tree: printCondition(tree) })),
    lists,
  });
  expect(facts(read)).toEqual(facts(ruleSet));
});

test('its rules decide events and fill in outputs alike', async () => {
  const ruleSet = await bundled();
  const fields = await fieldResolver(DEFAULT_FIELD_SETTINGS, true);
  const read = parseSnapshot(stringifySnapshot(ruleSet), fields, () => stringifyNotes(ruleSet));
  const lines = readdirSync(new URL('../samples/', ROOT))
    .filter((name) => name.endsWith('.log'))
    .flatMap((name) =>
      readFileSync(new URL(`../samples/${name}`, ROOT), 'utf8')
        .trim()
        .split('\n'),
    );
  let fired = 0;
  for (const line of lines) {
    const event = eventOf(JSON.parse(line));
    for (const [index, rule] of ruleSet.rules.entries()) {
      const other = read.rules[index]!;
      const fires = evaluate(rule.condition, event);
      expect(evaluate(other.condition, event)).toBe(fires);
      if (!fires) continue;
      fired++;
      expect(other.message.render(event)).toBe(rule.message.render(event));
      expect(other.evidence?.render(event)).toBe(rule.evidence?.render(event));
    }
  }
  expect(fired).toBeGreaterThan(50);
});

test.each([
  'ka.verb exists',
  'ka.uri.param[a] = "x y"',
  'jevt.value[""] contains ""',
  'ka.verb in ()',
  'ka.verb in ("text", "[", create)',
  'ka.verb startswith anyof (a, b)',
  'ka.user.name = val(jevt.value[/user/username])',
  'tolower(ka.user.name) = toupper(ka.verb)',
  'join(",", (ka.verb, "list", tolower(ka.uri))) contains "text"',
  'concat("text", basename(jevt.value[/a/b]), "") = list',
  'getopt(ka.user.groups, "a:")[a] exists',
  'len(ka.user.groups) > 2',
])('a snapshot gives back the check %s', async (condition) => {
  const text = `- macro: m\n  condition: ${JSON.stringify(condition)}\n`;
  const { ruleSet } = await loadRules([{ name: 'rules.yaml', text, trusted: true }]);
  const fields = await fieldResolver(DEFAULT_FIELD_SETTINGS, true);
  const read = parseSnapshot(stringifySnapshot(ruleSet!), fields, () => stringifyNotes(ruleSet!));
  expect(withoutSpans(read.macros[0]!.tree)).toEqual(withoutSpans(ruleSet!.macros[0]!.tree));
});

function withoutSpans(tree: unknown): unknown {
  return JSON.parse(
    JSON.stringify(tree, (key: string, value: unknown) => (key === 'span' ? undefined : value)),
  );
}

test('what the build stored is the snapshot of the YAML files', async () => {
  const stored = readFileSync(new URL(`../${SNAPSHOT}`, ROOT), 'utf8');
  expect(stored === stringifySnapshot(await bundled())).toBe(true);
  const notes = readFileSync(new URL(`../${NOTES}`, ROOT), 'utf8');
  expect(notes === stringifyNotes(await bundled())).toBe(true);
});
