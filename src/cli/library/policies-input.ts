import { readFileSync } from 'node:fs';
import type { FieldSettings } from '../../fields/field.ts';
import { errorCode } from '../../io/sources.ts';
import { formatIssue, Issues } from '../../policies/issue.ts';
import { policyMembers, type PolicyMembers, type RuleIdentity } from '../../policies/members.ts';
import type { Policy, PolicyDefinition } from '../../policies/policy.ts';
import { resolvePolicies } from '../../policies/resolve.ts';
import { parsePolicies } from '../../policies/policy-snapshot.ts';
import type { Rule, RuleSet } from '../../rules/rule.ts';
import { KnownError } from '../../util/errors.ts';
import { didYouMean } from '../../util/suggest.ts';
import { readAsset } from '../assets.ts';
import type { Invocation } from '../flags/command.ts';
import { bundledRuleNames, loadForCommand } from './rules-input.ts';
import { isPolicyFile } from '../settings/settings.ts';

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

/**
 * The policies of a run: the bundled ones, those of the configuration, and those of `--policy` files.
 *
 * @throws KnownError when a file cannot be read
 */
async function readAllPolicies(
  { settings, config }: Invocation,
  issues: Issues,
): Promise<Policy[]> {
  const configured = config.find(({ policies }) => policies.length > 0)?.policies ?? [];
  const files = settings.policy.filter(isPolicyFile);
  const own = files.length === 0 ? [] : await readPolicyFiles(files, issues);
  return resolvePolicies(bundledPolicies(), [...configured, ...own], issues);
}

/** YAML is only loaded where there is some to read. */
async function readPolicyFiles(
  names: readonly string[],
  issues: Issues,
): Promise<PolicyDefinition[]> {
  const { readPolicyFile } = await import('../../config/read-config.ts');
  return names.flatMap((name) =>
    readPolicyFile({ name, text: readPolicyText(name) }, false, issues),
  );
}

function readPolicyText(name: string): string {
  try {
    return readFileSync(name, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    const reason = code === 'ENOENT' ? 'no such file' : code;
    throw new KnownError('config', `cannot read policies ${name}: ${reason}`);
  }
}

/**
 * Loads rules and policies for a command.
 *
 * @throws KnownError when rules do not load or policies are wrong
 */
export async function loadLibrary(
  invocation: Invocation,
  fields: FieldSettings,
  warn: (text: string) => void,
): Promise<Library> {
  const { settings } = invocation;
  const ruleSet = await loadForCommand(settings, fields, warn);
  const issues = new Issues();
  const policies = await readAllPolicies(invocation, issues);
  const isBundled = bundledTest(settings.defaultRules);
  const identities = ruleIdentities(ruleSet.rules, settings.defaultRules);
  // Without the bundled rules, policies may well name rules that are not there.
  const members = policyMembers(policies, identities, settings.defaultRules, issues);
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

/** The policies that `--policy` names, not the files. @throws KnownError for an unknown one */
export function namedPolicies(
  values: readonly string[],
  members: readonly PolicyMembers[],
): readonly string[] {
  const names = members.map(({ policy }) => policy.name);
  return values.filter((value) => {
    if (isPolicyFile(value)) return false;
    if (names.includes(value)) return true;
    const hint = didYouMean(value, names) ?? `policies: ${names.join(', ')}`;
    throw new KnownError('usage', `no policy is called '${value}'`, hint);
  });
}
