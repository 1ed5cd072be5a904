import { plainYaml } from '../config/yaml-text.ts';
import { parseDocument } from '../config/parse-document.ts';
import type { JsonObject } from '../json/value.ts';
import type { Issues } from '../policies/issue.ts';
import { readPolicies } from '../policies/read-policies.ts';
import {
  booleanOf,
  checkKeys,
  mappingOf,
  scalarOf,
  sequenceOf,
  textAt,
  textsOf,
} from '../policies/read-node.ts';
import { get, placeOf, type YamlMapping, type YamlSource } from '../yaml/yaml-node.ts';
import { buildEvent } from './build-event.ts';
import { readExpectations } from './read-expectations.ts';
import type { RuleTest, TestRules } from './rule-test.ts';

const FILE_KEYS = ['use', 'default-rules', 'files', 'rules', 'policies', 'events', 'tests'];
/** What events of a test of a rule may stand under. */
const KINDS = ['fires', 'silent'] as const;
const RULE_TEST_KEYS = ['rule', 'rules', 'policies', 'fires', 'silent'];
const SEQUENCE_KEYS = ['name', 'rules', 'policies', 'events', 'log', 'about', 'expect'];
/** How deep files may use each other. */
const MAX_DEPTH = 16;

/** Reads a file that a test file names. @throws KnownError when that fails */
export type ReadFile = (from: string, path: string) => YamlSource;

/** Reads a file of rule tests. Tests with an error are left out. */
export function readRuleTests(source: YamlSource, read: ReadFile, issues: Issues): RuleTest[] {
  const file = fileMapping(source, issues);
  if (file === undefined) return [];
  const named = namedEvents(source, file, read, issues, 0);
  const shared = rulesOf(file, undefined, issues);
  const tests = get(file, 'tests');
  return (tests === undefined ? [] : sequenceOf(tests, 'tests', issues)).flatMap((node) => {
    const test = mappingOf(node, 'a test', issues);
    if (test === undefined) return [];
    return get(test, 'rule') === undefined
      ? sequenceTest(test, named, shared, issues)
      : eventTests(test, named, shared, issues);
  });
}

function fileMapping(source: YamlSource, issues: Issues): YamlMapping | undefined {
  const document = parseDocument(source, issues);
  if (document === undefined) return undefined;
  const file = mappingOf(document, 'a test file', issues);
  if (file !== undefined) checkKeys(file, FILE_KEYS, 'test file', issues);
  return file;
}

function namedEvents(
  source: YamlSource,
  file: YamlMapping,
  read: ReadFile,
  issues: Issues,
  depth: number,
): Map<string, JsonObject> {
  const named = new Map<string, JsonObject>();
  const use = get(file, 'use');
  for (const node of use === undefined ? [] : textsOf(use, 'use', issues)) {
    if (depth === MAX_DEPTH) {
      issues.error(node, 'files use each other too deeply');
      continue;
    }
    const used = read(source.name, node.text);
    const mapping = fileMapping(used, issues);
    if (mapping === undefined) continue;
    for (const [name, event] of namedEvents(used, mapping, read, issues, depth + 1)) {
      named.set(name, event);
    }
  }
  const events = get(file, 'events');
  for (const { key, value } of (events && mappingOf(events, 'events', issues)?.entries) ?? []) {
    const name = scalarOf(key, "an event's name", issues)?.text;
    const built = buildEvent(value, named, issues);
    if (name !== undefined && built !== undefined) named.set(name, built.event);
  }
  return named;
}

/** The rules that a test loads: those of its file, then its own. */
function rulesOf(mapping: YamlMapping, shared: TestRules | undefined, issues: Issues): TestRules {
  const list = get(mapping, 'rules');
  const items = list === undefined ? [] : sequenceOf(list, 'rules', issues);
  // JSON is YAML: texts keep their spelling.
  const inline = items.map((item) => `- ${JSON.stringify(plainYaml(item))}\n`).join('');
  const policies = get(mapping, 'policies');
  const own = policies === undefined ? undefined : readPolicies(policies, false, issues);
  if (shared !== undefined) {
    return {
      ...shared,
      inline: shared.inline + inline,
      policies: own === undefined ? shared.policies : [...(shared.policies ?? []), ...own],
    };
  }
  const files = get(mapping, 'files');
  const defaults = get(mapping, 'default-rules');
  return {
    defaultRules:
      defaults === undefined ? true : (booleanOf(defaults, 'default-rules', issues) ?? true),
    files: files === undefined ? [] : textsOf(files, 'files', issues).map(({ text }) => text),
    inline,
    policies: own,
  };
}

/** Every event under `fires` must make the rule fire once, none under `silent` may. */
function eventTests(
  test: YamlMapping,
  named: ReadonlyMap<string, JsonObject>,
  shared: TestRules,
  issues: Issues,
): RuleTest[] {
  checkKeys(test, RULE_TEST_KEYS, 'test', issues);
  const ruleNode = get(test, 'rule')!;
  const rule = scalarOf(ruleNode, 'rule', issues)?.text;
  if (rule === undefined) return [];
  const rules = rulesOf(test, shared, issues);
  if (KINDS.every((kind) => get(test, kind) === undefined)) {
    issues.error(ruleNode, "a test of a rule needs events, under 'fires' or 'silent'");
  }
  return KINDS.flatMap((kind) => {
    const list = get(test, kind);
    return (list === undefined ? [] : sequenceOf(list, kind, issues)).flatMap(
      (node): RuleTest[] => {
        const built = buildEvent(node, named, issues);
        if (built === undefined) return [];
        const count = kind === 'fires' ? 1 : 0;
        const none = { fields: {}, severity: undefined, policies: undefined };
        return [
          {
            name: `${rule} ${kind === 'fires' ? 'fires on' : 'is silent on'} ${built.why}`,
            events: [built],
            logs: [],
            expect: [{ rule, min: count, max: count, ...none }],
            about: [rule],
            rules,
            place: placeOf(node),
            mentions: [{ rule, node: ruleNode }],
          },
        ];
      },
    );
  });
}

/** A sequence of events, with the findings expected of all rules together. */
function sequenceTest(
  test: YamlMapping,
  named: ReadonlyMap<string, JsonObject>,
  shared: TestRules,
  issues: Issues,
): RuleTest[] {
  checkKeys(test, SEQUENCE_KEYS, 'test', issues);
  const name = textAt(test, 'name', 'test', issues);
  if (name === undefined) {
    if (get(test, 'name') === undefined) issues.error(test, 'a test needs a rule or a name');
    return [];
  }
  const list = get(test, 'events');
  const log = get(test, 'log');
  const about = get(test, 'about');
  const aboutNodes = about === undefined ? undefined : textsOf(about, 'about', issues);
  const expectNode = get(test, 'expect');
  const expect = expectNode === undefined ? [] : readExpectations(expectNode, issues);
  const events = list === undefined ? [] : sequenceOf(list, 'events', issues);
  return [
    {
      name,
      events: events.flatMap((node) => buildEvent(node, named, issues) ?? []),
      logs: log === undefined ? [] : textsOf(log, 'log', issues).map(({ text }) => text),
      expect: expect.map(({ expectation }) => expectation),
      about: aboutNodes?.map(({ text }) => text),
      rules: rulesOf(test, shared, issues),
      place: placeOf(test),
      mentions: [
        ...expect.map(({ expectation, node }) => ({ rule: expectation.rule, node })),
        ...(aboutNodes ?? []).map((node) => ({ rule: node.text, node })),
      ],
    },
  ];
}
