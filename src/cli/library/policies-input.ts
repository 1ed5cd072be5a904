// Room cli/library: rules, policies, resource rules and ignore entries of a run: loaded, chosen, compared, exported.
// Door: none; rules-input.ts and policies-input.ts load, scan-rules.ts chooses what runs.
// Neighbours: uses settings and flags; run scans with what it loads, commands/rules and policies show it.
// Inside: edit-*.ts change files, diff-rules.ts and export-rules.ts serve one command each.

import type { FieldSettings } from '../../fields/field.ts';
import { formatIssue, Issues } from '../../policies/issue.ts';
import { policyMembers, type PolicyMembers, type RuleIdentity } from '../../policies/members.ts';
import { isPolicyFile, type Policy, type PolicyDefinition } from '../../policies/policy.ts';
import { resolvePolicies } from '../../policies/resolve.ts';
import { parsePolicies } from '../../policies/policy-snapshot.ts';
import type { YamlSource } from '../../yaml/yaml-node.ts';
import type { Rule, RuleSet } from '../../rules/rule.ts';
import type { LibraryPlan, PlacingPlan } from '../../scan/plan.ts';
import { KnownError } from '../../util/errors.ts';
import { didYouMean } from '../../util/suggest.ts';
import { readAsset } from '../assets.ts';
import type { Invocation } from '../flags/command.ts';
import type { Settings } from '../flags/options.ts';
import { readOwnFile } from './own-file.ts';
import { bundledRuleNames, loadRuleSet, readRulesPaths } from './rules-input.ts';

/** Options that say which rules and policies are loaded. */
export type LibraryOption = 'rules' | 'defaultRules';

/** The loaded rules and their policies. */
export interface Library {
  readonly ruleSet: RuleSet;
  /** Every policy with its rules, enabled or not. */
  readonly members: readonly PolicyMembers[];
  /** True for rules that a bundled file is the first to define. */
  readonly isBundled: (rule: Rule) => boolean;
}

/** The bundled policies as `npm run build` stores them: parsed, so that start-up need not. */
export const POLICIES_SNAPSHOT = 'dist/bundled-policies.json';

/** The policies that come with the program. */
export function bundledPolicies(): PolicyDefinition[] {
  return parsePolicies(readAsset(POLICIES_SNAPSHOT));
}

/** The rules and policies that the settings name. @throws KnownError when a file cannot be read */
export function libraryPlan({
  settings,
  config,
  texts,
}: Invocation<LibraryOption, 'policy'>): LibraryPlan {
  return {
    bundled: settings.defaultRules,
    rules: readRulesPaths(settings.rules, texts),
    policies: config.find(({ policies }) => policies.length > 0)?.policies ?? [],
    policyFiles: (settings.policy ?? [])
      .filter(isPolicyFile)
      .map((name) => readOwnFile('policies', name)),
  };
}

/** Which policies the settings let apply. */
export function placingPlan({
  policy,
  allRules,
  state,
  learn,
}: Settings<'policy' | 'allRules'> & Partial<Settings<'state' | 'learn'>>): PlacingPlan {
  return {
    policies: policy.filter((value) => !isPolicyFile(value)),
    allRules,
    comparesWithPast: (state ?? learn) !== undefined,
  };
}

/** The policies of a run: the bundled ones, those of the configuration, and those of `--policy` files. */
async function allPolicies(
  { policies, policyFiles }: LibraryPlan,
  issues: Issues,
): Promise<Policy[]> {
  const own = policyFiles.length === 0 ? [] : await readPolicyFiles(policyFiles, issues);
  return resolvePolicies(bundledPolicies(), [...policies, ...own], issues);
}

/** YAML is only loaded where there is some to read. */
async function readPolicyFiles(
  files: readonly YamlSource[],
  issues: Issues,
): Promise<PolicyDefinition[]> {
  const { readPolicyFile } = await import('../../config/read-config.ts');
  return files.flatMap((file) => readPolicyFile(file, false, issues));
}

/**
 * Loads rules and policies for a command.
 *
 * @throws KnownError when a file cannot be read, rules do not load or policies are wrong
 */
export function loadLibrary(
  invocation: Invocation<LibraryOption, 'policy'>,
  fields: FieldSettings,
  warn: (text: string) => void,
): Promise<Library> {
  return loadPlanned(libraryPlan(invocation), fields, warn);
}

/** Loads the rules and policies of a plan. @throws KnownError when rules do not load or policies are wrong */
export async function loadPlanned(
  plan: LibraryPlan,
  fields: FieldSettings,
  warn: (text: string) => void,
): Promise<Library> {
  const ruleSet = await loadRuleSet(plan, fields, warn);
  const issues = new Issues();
  const policies = await allPolicies(plan, issues);
  const isBundled = bundledTest(plan.bundled);
  const identities = ruleIdentities(ruleSet.rules, plan.bundled);
  // Without the bundled rules, policies may well name rules that are not there.
  const members = policyMembers(policies, identities, plan.bundled, issues);
  if (issues.errors.length > 0) throw policyError(issues);
  for (const issue of issues.list) warn(formatIssue(issue));
  return { ruleSet, members, isBundled };
}

/** What policies tell rules apart by. */
export function ruleIdentities(rules: readonly Rule[], defaultRules: boolean): RuleIdentity[] {
  const isBundled = bundledTest(defaultRules);
  return rules.map((rule) => ({ name: rule.name, tags: rule.tags, bundled: isBundled(rule) }));
}

/** Tells whether a bundled file is the first to define a rule. */
function bundledTest(defaultRules: boolean): (rule: Rule) => boolean {
  const names = new Set(defaultRules ? bundledRuleNames() : []);
  return ({ files }) => names.has(files[0] ?? '');
}

function policyError(issues: Issues): KnownError {
  return new KnownError(
    'config',
    `the policies are wrong\n${issues.errors.map(formatIssue).join('\n')}`,
  );
}

/** The policies that a plan names. @throws KnownError for an unknown one */
export function namedPolicies(
  { policies }: PlacingPlan,
  members: readonly PolicyMembers[],
): readonly string[] {
  const names = members.map(({ policy }) => policy.name);
  const unknown = policies.find((name) => !names.includes(name));
  if (unknown === undefined) return policies;
  const hint = didYouMean(unknown, names) ?? `policies: ${names.join(', ')}`;
  throw new KnownError('usage', `no policy is called '${unknown}'`, hint);
}
