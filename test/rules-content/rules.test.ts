import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { printCondition } from '../../src/condition/print.ts';
import type { Diagnostic } from '../../src/rules/diagnostics.ts';
import { OncePerRequest } from '../../src/engine/once-per-request.ts';
import { usualEvidence } from '../../src/rules/rule-evidence.ts';
import { loadRules } from '../../src/rules/load.ts';
import {
  BUNDLED_FILES,
  bundledEngine,
  countByRule,
  filesIn,
  findingsOf,
  loadBundled,
} from './bundled-rules.ts';
import { readCaseFile, type RuleCase } from './case-file.ts';
import type { MacroInfo, Rule } from '../../src/rules/rule.ts';
import {
  EXTENSION_POINTS,
  MACHINERY,
  WELL_KNOWN_LISTS,
  WELL_KNOWN_MACROS,
  WELL_KNOWN_RULES,
} from './well-known-names.ts';

/** The bundled file with names for rules of others. */
const WELL_KNOWN = '95-well-known-names.yaml';

function fieldsOf(rule: Rule): string[] {
  return rule.message.uses.map(({ key }) => key);
}

/** A rule's condition with the conditions of all macros that it reads. */
function resolved(rule: Rule, macros: readonly MacroInfo[]): string {
  const read = macros.filter(({ name }) => rule.macros.includes(name));
  return [rule.tree, ...read.map(({ tree }) => tree)].map(printCondition).join('; ');
}

const CASES = fileURLToPath(new URL('cases/', import.meta.url));
const CASE_FILES = filesIn(CASES, '.yaml')
  .map((file): [string, RuleCase[]] => [file.slice(CASES.length), readCaseFile(file)])
  .filter(([, tests]) => tests.length > 0);
const ALL_CASES = CASE_FILES.flatMap(([, tests]) => tests);

describe.each(CASE_FILES)('%s', (_file, tests) => {
  it.each(tests.map((test) => [test.name, test] as const))('%s', async (_name, test) => {
    const engine = await bundledEngine(test.rules);
    const once = new OncePerRequest();
    const findings = test.events
      .flatMap(({ event }, at) => findingsOf(engine, event, at + 1))
      .filter((finding) => once.keeps(finding));
    const wanted = test.expect.filter(({ count }) => count > 0);
    expect(countByRule(findings, test.about)).toEqual(
      Object.fromEntries(wanted.map(({ rule, count }) => [rule, count])),
    );
    for (const { rule, fields } of wanted) {
      const first = findings.find((finding) => finding.rule === rule);
      expect(Object.fromEntries(first?.outputFields ?? [])).toMatchObject(fields);
    }
  });
});

describe('bundled rules', async () => {
  const { ruleSet, files, unmet } = await loadBundled();
  const rules = ruleSet?.rules ?? [];
  const names = new Set(rules.map((rule) => rule.name));
  // Falco has no correlations: those have tests of their own.
  const plain = rules.filter(({ correlation }) => correlation === undefined);

  it('load without error or warning', () => {
    expect(unmet).toBeUndefined();
    const said = files.flatMap((file) => file.errors.concat(file.warnings));
    // The default rules do not read what is there for rules of others.
    const unread = new Set(['LOAD_UNUSED_MACRO', 'LOAD_UNUSED_LIST']);
    const isMeant = ({ file, code }: Diagnostic): boolean =>
      file === WELL_KNOWN && unread.has(code);
    expect(said.filter((warning) => !isMeant(warning))).toEqual([]);
    expect(said.some(isMeant)).toBe(true);
  });

  it('read names of their own and extension points only', () => {
    const read = new Set(rules.flatMap((rule) => [...rule.macros, ...rule.lists]));
    const known = new Set(EXTENSION_POINTS);
    expect([...read].filter((name) => !name.startsWith('kx_') && !known.has(name))).toEqual([]);
    const forOthers = ruleSet?.macros.filter((macro) => macro.files[0] === WELL_KNOWN) ?? [];
    expect(forOthers.map(({ name }) => name)).toContain('kevt');
    expect(forOthers.filter(({ name }) => read.has(name))).toEqual([]);
  });

  it('stay as they are when a file defines the machinery of others in its own way', async () => {
    const machinery = [...MACHINERY, 'outside_user', 'cluster_component', 'whole_object'];
    const own = machinery.map((name) => `- macro: ${name}\n  condition: (ka.verb = none)\n`);
    own.push('- list: k8s_audit_stages\n  items: [none]\n');
    const changed = await loadBundled(own.join(''));
    expect(changed.files.flatMap((file) => file.errors)).toEqual([]);
    const texts = (of: readonly Rule[]): string[] =>
      of.map((rule) => `${rule.name}: ${resolved(rule, changed.ruleSet?.macros ?? [])}`);
    expect(changed.ruleSet?.macros.find(({ name }) => name === 'kevt')?.condition).toContain(
      'none',
    );
    expect(texts(changed.ruleSet?.rules ?? [])).toEqual(
      rules.map((rule) => `${rule.name}: ${resolved(rule, ruleSet?.macros ?? [])}`),
    );
  });

  it('are valid with only the files before them', async () => {
    const loaded = await loadRules(BUNDLED_FILES);
    expect(loaded.files.filter((file) => !file.successful)).toEqual([]);
    expect(loaded.files).toHaveLength(BUNDLED_FILES.length);
  });

  it('have the well-known names', () => {
    expect(WELL_KNOWN_RULES.filter((name) => !names.has(name))).toEqual([]);
    const macros = new Set(ruleSet?.macros.map((macro) => macro.name));
    expect(WELL_KNOWN_MACROS.filter((name) => !macros.has(name))).toEqual([]);
    const lists = new Set(ruleSet?.lists.map((list) => list.name));
    expect(WELL_KNOWN_LISTS.filter((name) => !lists.has(name))).toEqual([]);
  });

  it('are named correctly in tests', () => {
    const named = ALL_CASES.flatMap((test) => test.about ?? []);
    expect(named.filter((name) => !names.has(name))).toEqual([]);
  });

  it.each(plain.map((rule) => [rule.name, rule] as const))('%s is complete', (name, rule) => {
    expect(rule.source).toBe('k8s_audit');
    expect(rule.tags).toContain('k8s');
    expect(rule.exceptions.length).toBeGreaterThan(0);
    const text = BUNDLED_FILES.find((file) => file.name === rule.file)?.text ?? '';
    const block = text.split(/^- /m).find((item) => item.startsWith(`rule: ${name}\n`)) ?? '';
    // Falco knows no kx.* field: it must be able to skip the rule.
    expect(block.includes('skip-if-unknown-filter: true')).toBe(
      /\bkx\./.test(rule.outputText) || rule.fields.some((field) => field.startsWith('kx.')),
    );
  });

  it.each(plain.map((rule) => [rule.name, rule] as const))(
    '%s has evidence of its own',
    (_, rule) => {
      const text = BUNDLED_FILES.find((file) => file.name === rule.file)?.text ?? '';
      const declared = /^  # evidence: (.*)$/m.exec(
        text.split(/^- /m).find((item) => item.startsWith(`rule: ${rule.name}\n`)) ?? '',
      );
      // A name that is no field is left out with a warning, which the default rules have none of.
      const expected = declared?.[1]!.split(' ') ?? usualEvidence(fieldsOf(rule));
      expect(rule.evidenceFields).toEqual(expected);
    },
  );

  it.each([
    ['Attach/Exec Pod', ['ka.uri.param[command]', 'ka.uri.param[container]', 'kx.command']],
    [
      'Powerful Role Bound',
      ['ka.req.binding.role', 'ka.req.binding.subjects', 'ka.uri.param[dryRun]'],
    ],
    ['Create HostPid Pod', ['ka.req.pod.containers.image', 'ka.uri.param[dryRun]']],
    ['Service Account Used From Public Address', ['ka.sourceips']],
    ['Node Deleted by User', []],
  ])('%s is told apart by %j', (name, evidence) => {
    expect(rules.find((rule) => rule.name === name)?.evidenceFields).toEqual(evidence);
  });

  it.each(plain.map(({ name }) => name))('%s has a firing and a silent event', (name) => {
    const kinds = ALL_CASES.filter((test) => test.about?.includes(name)).map((test) => test.kind);
    expect(kinds).toEqual(expect.arrayContaining(['fires', 'silent']));
  });
});
