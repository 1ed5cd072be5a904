import { dirname, join, resolve } from 'node:path';
import { readTextFile } from '../../io/text-file.ts';
import { Correlating } from '../../engine/parts/correlating.ts';
import { partRules, placedParts, withParts } from '../../engine/parts/correlation-parts.ts';
import { createEngine, type Engine } from '../../engine/engine.ts';
import type { Finding } from '../../engine/finding.ts';
import { OncePerRequest } from '../../engine/once-per-request.ts';
import type { ScanSummary } from '../../engine/summary.ts';
import type { AuditEvent } from '../../events/event.ts';
import type { FieldSettings, IpList } from '../../fields/field.ts';
import { eventTime } from '../../events/event-time.ts';
import { isFault } from '../../events/problems.ts';
import { ParsedEvent } from '../../events/parsed-event.ts';
import { errorText } from '../../io/error-text.ts';
import { Issues } from '../../policies/issue.ts';
import { policyMembers } from '../../policies/members.ts';
import type { Placements } from '../../policies/placement.ts';
import { resolvePolicies } from '../../policies/resolve.ts';
import { judge, type TestResult } from '../../rule-tests/judge-test.ts';
import { readRuleTests } from '../../rule-tests/read-tests.ts';
import type { RuleTest, TestRules } from '../../rule-tests/rule-test.ts';
import type { FileResults } from '../../rule-tests/test-report.ts';
import { formatDiagnostic } from '../../rules/diagnostics.ts';
import { loadRules } from '../../rules/load.ts';
import { DEFAULT_FIELD_SETTINGS, fieldResolver } from '../../rules/resolver.ts';
import type { Rule } from '../../rules/rule.ts';
import { KnownError } from '../../util/errors.ts';
import { didYouMean } from '../../util/suggest.ts';
import type { YamlNode, YamlSource } from '../../yaml/yaml-node.ts';
import type { FileTexts } from '../flags/command.ts';
import { bundledPolicies, ruleIdentities } from './policies-input.ts';
import { readLogs } from './read-logs.ts';
import { bundledRules, readRulesPaths } from './rules-input.ts';
import { chooseRules } from './scan-rules.ts';

/** Rules that are loaded and ready, with the names of all of them. */
interface Loaded {
  readonly engine: Engine;
  /** Those that run, correlations among them. */
  readonly rules: readonly Rule[];
  readonly names: readonly string[];
}

/** Events of a test may stand in any order of time. */
const IN_ANY_ORDER = { lateness: 1n << 80n, waiting: 100_000 };

const EVERY_RULE = { only: [], switches: [], tags: [], excludedTags: [], minPriority: undefined };

/** How tests are run. */
export interface TestPlan {
  /** Rules files for every test, from the command line. */
  readonly rules: readonly string[];
  /** Lists of addresses for every test, likewise. */
  readonly ipLists: readonly IpList[];
  /** Take the place of rules and test files. */
  readonly texts?: FileTexts | undefined;
  /** Tests that are left out are not looked at either. */
  readonly isRun?: (test: RuleTest) => boolean;
}

/**
 * Runs the tests of some files, unless one of the tests is wrong.
 *
 * @returns what is wrong with the files, and without errors how the tests went
 * @throws KnownError when a file cannot be read, and when rules do not load
 */
export async function runTestFiles(
  names: readonly string[],
  plan: TestPlan,
): Promise<{ readonly issues: Issues; readonly files: readonly FileResults[] }> {
  const { texts, isRun = () => true } = plan;
  const issues = new Issues();
  const read = (from: string, path: string): YamlSource => readTestFile(from, path, texts);
  const files = names.map((file) => {
    const tests = readRuleTests(read('', file), read, issues);
    return { file, tests: tests.filter((test) => isRun(test)) };
  });
  const runner = new TestRunner(plan, issues);
  for (const { file, tests } of files) {
    for (const test of tests) await runner.check(file, test);
  }
  if (issues.errors.length > 0) return { issues, files: [] };
  const results: FileResults[] = [];
  for (const { file, tests } of files) {
    const judged = [];
    for (const test of tests) judged.push(await runner.run(file, test));
    results.push({ file, results: judged });
  }
  return { issues, files: results };
}

function readTestFile(from: string, path: string, texts: FileTexts | undefined): YamlSource {
  const name = from === '' ? path : join(dirname(from), path);
  try {
    return { name, text: texts?.get(resolve(name)) ?? readTextFile(resolve(name)) };
  } catch (error) {
    throw new KnownError('rules', `cannot read tests ${name}: ${errorText(error)}`);
  }
}

/** Loads the rules of tests, each combination once, and runs tests on them. */
class TestRunner {
  readonly #plan: TestPlan;
  readonly #unknown = new Set<YamlNode>();
  readonly #issues: Issues;
  readonly #fields: FieldSettings;
  readonly #loaded = new Map<string, Promise<Loaded>>();

  constructor(plan: TestPlan, issues: Issues) {
    this.#plan = plan;
    this.#issues = issues;
    this.#fields = { ...DEFAULT_FIELD_SETTINGS, ipLists: plan.ipLists };
  }

  /** Loads what a test needs and checks the rules it names. @throws KnownError when rules do not load */
  async check(file: string, test: RuleTest): Promise<void> {
    const { names } = await this.#load(file, test);
    for (const { rule, node } of test.mentions) {
      // One name may stand for the tests of many events.
      if (names.includes(rule) || this.#unknown.has(node)) continue;
      this.#unknown.add(node);
      this.#issues.error(node, `no rule is called '${rule}'`, didYouMean(rule, names));
    }
  }

  async run(file: string, test: RuleTest): Promise<TestResult> {
    const { engine, rules } = await this.#load(file, test);
    const correlating = new Correlating(
      rules,
      partRules(rules),
      { timeField: 'evt.time', settings: this.#fields },
      IN_ANY_ORDER,
    );
    const findings: Finding[] = [];
    const once = new OncePerRequest();
    const evaluate = (event: AuditEvent): void => {
      for (const finding of engine.evaluate(event)) {
        if (once.keeps(finding)) findings.push(...(correlating.take(finding) ?? [finding]));
      }
    };
    let num = 0;
    let firstTime: bigint | undefined;
    for (const { event } of test.events) {
      const { time } = eventTime(event);
      firstTime ??= time;
      const place = { time, num: ++num, firstTime, origin: { file: 'test', line: num } };
      evaluate(new ParsedEvent(JSON.stringify(event), event, place));
    }
    const wrong: string[] = [];
    if (test.logs.length > 0) {
      const paths = test.logs.map((log) => resolve(dirname(file), log));
      let events = 0;
      const { problems } = await readLogs(paths, (event) => {
        events++;
        evaluate(event);
      });
      wrong.push(...faultsOf(problems));
      // Rules are silent on what holds no event, whatever they say.
      if (events === 0 && wrong.length === 0) {
        wrong.push(`${test.logs.join(', ')}: no audit event in it`);
      }
    }
    findings.push(...correlating.end());
    return { name: test.name, place: test.place, wrong: [...wrong, ...judge(test, findings)] };
  }

  #load(file: string, { rules }: RuleTest): Promise<Loaded> {
    const { defaultRules, files, inline, policies } = rules;
    const nodes = policies?.map(({ node }) => `${node.source.name}:${node.start}`);
    const key = JSON.stringify([dirname(file), defaultRules, files, inline, nodes]);
    const loaded = this.#loaded.get(key) ?? this.#fresh(file, rules);
    this.#loaded.set(key, loaded);
    return loaded;
  }

  async #fresh(file: string, test: TestRules): Promise<Loaded> {
    const { defaultRules, files, inline, policies } = test;
    const own = readRulesPaths(
      [...this.#plan.rules, ...files.map((path) => resolve(dirname(file), path))],
      this.#plan.texts,
    );
    const bundled = defaultRules ? bundledRules() : [];
    const extra = inline === '' ? [] : [{ name: `rules in ${file}`, text: inline }];
    const {
      ruleSet,
      files: results,
      unmet,
    } = await loadRules([...bundled, ...own, ...extra], this.#fields);
    if (ruleSet === undefined) {
      const errors = results.flatMap((result) => result.errors.map(formatDiagnostic));
      throw new KnownError('rules', `rules of ${file} do not load\n${unmet ?? errors.join('\n')}`);
    }
    const names = ruleSet.rules.map(({ name }) => name);
    const fields = await fieldResolver(this.#fields, false);
    if (policies === undefined) {
      const rules = ruleSet.rules.filter(({ enabled }) => enabled);
      return { names, rules, engine: engineOf(rules, this.#fields) };
    }
    const resolved = resolvePolicies(bundledPolicies(), policies, this.#issues);
    const identities = ruleIdentities(ruleSet.rules, defaultRules);
    const members = policyMembers(resolved, identities, defaultRules, this.#issues);
    const library = { ruleSet, members, isBundled: () => false };
    const placing = { policies: [], allRules: false };
    const chosen = chooseRules(library, EVERY_RULE, placing, fields);
    const { rules } = chosen;
    return {
      names,
      rules,
      engine: engineOf(rules, this.#fields, placedParts(partRules(rules), chosen.placements)),
    };
  }
}

function engineOf(
  rules: readonly Rule[],
  settings: FieldSettings,
  placements?: Placements,
): Engine {
  return createEngine({
    rules: withParts(rules, partRules(rules)),
    timeField: 'evt.time',
    settings,
    matching: 'all',
    placements,
  });
}

/** What of some logs could not be read or understood, in words. */
function faultsOf(problems: ScanSummary['problems']): string[] {
  return problems
    .filter(({ reason }) => isFault(reason))
    .map(({ text, examples }) => `${examples[0]?.file ?? 'log'}: ${text}`);
}
