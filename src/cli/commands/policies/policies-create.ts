import { yamlList, yamlScalar } from '../../../config/yaml-text.ts';
import { DEFAULT_FIELD_SETTINGS } from '../../../rules/resolver.ts';
import { matchesWildcard } from '../../../rules/select.ts';
import { KnownError } from '../../../util/errors.ts';
import { didYouMean } from '../../../util/suggest.ts';
import type { ActionOf, InvocationOf } from '../../flags/command-options.ts';
import { exitCode } from '../../terminal/exit.ts';
import { plainText, warner } from '../../terminal/listing.ts';
import { PolicyFile } from '../../library/edit-policies.ts';
import { loadLibrary, type Library } from '../../library/policies-input.ts';

type Settings = InvocationOf<'policies create'>['settings'];

/** `k8s-audit policies create NAME`: adds a policy to the configuration. */
export const policiesCreateCommand: ActionOf<'policies create'> = async (invocation) => {
  const { args, settings, terminal } = invocation;
  const [name = ''] = args;
  const library = await loadLibrary(invocation, DEFAULT_FIELD_SETTINGS, warner(invocation));
  checkName(name, library);
  for (const pattern of settings.policyRule) checkRule(pattern, library);
  for (const { pattern } of invocation.ruleSwitches) checkRule(pattern, library);
  for (const tag of settings.policyTag) checkTag(tag, library);
  const file = new PolicyFile(invocation, library);
  file.add(settings.template ? templateLines(name) : policyLines(name, invocation));
  const written = file.save(settings.dryRun);
  if (written && !settings.quiet) {
    terminal.stderr.write(plainText(`${name} created in ${file.name}\n`));
    const base = library.members.find(({ policy }) => policy.name === settings.extends)?.policy;
    if (base?.enabled === true) {
      const hint = `k8s-audit policies disable '${base.name}'`;
      terminal.stderr.write(
        plainText(`${base.name} is still on beside it; to have yours instead: ${hint}\n`),
      );
    }
  }
  await terminal.stdout.drained();
  return exitCode('ok');
};

function checkName(name: string, { members }: Library): void {
  if (name.trim() === '' || name.trim() !== name || /\p{Cc}/u.test(name)) {
    throw new KnownError('usage', `'${name}' is no name for a policy`);
  }
  const same = members.find(({ policy }) => policy.name.toLowerCase() === name.toLowerCase());
  if (same !== undefined) {
    throw new KnownError('usage', `there is a policy called '${same.policy.name}' already`);
  }
}

function checkRule(pattern: string, { ruleSet }: Library): void {
  const names = ruleSet.rules.map((rule) => rule.name);
  if (names.some((each) => matchesWildcard(pattern, each))) return;
  throw new KnownError('usage', `no rule is called '${pattern}'`, didYouMean(pattern, names));
}

function checkTag(tag: string, { ruleSet }: Library): void {
  const tags = ruleSet.rules.flatMap((rule) => rule.tags);
  if (tags.includes(tag)) return;
  throw new KnownError('usage', `no rule has the tag '${tag}'`, didYouMean(tag, tags));
}

/** The policy that the options describe, as lines of YAML. */
function policyLines(
  name: string,
  { settings, ruleSwitches }: InvocationOf<'policies create'>,
): string[] {
  const { policySeverity: severity, policyRule: rule, policyTag: tag } = settings;
  if (severity.length > 1) throw new KnownError('usage', 'a policy has one --severity');
  if (settings.extends === undefined) {
    if (severity.length === 0) {
      throw new KnownError('usage', 'a policy needs a --severity: high, medium, low or info');
    }
    if (rule.length + tag.length === 0) {
      throw new KnownError('usage', 'a policy needs rules: --rule, --tag or --extends');
    }
  }
  const rules = [
    ...rule.map((pattern) => `  - ${yamlScalar(pattern)}`),
    ...tag.map((each) => `  - {tag: ${yamlScalar(each)}}`),
    ...ruleSwitches.map(
      ({ enable, pattern }) => `  - {name: ${yamlScalar(pattern)}, enabled: ${enable}}`,
    ),
  ];
  const scope = scopeLines(settings);
  return [
    `name: ${yamlScalar(name)}`,
    ...keyLine('extends', settings.extends),
    ...keyLine('description', settings.description),
    ...(settings.disabled ? ['enabled: false'] : []),
    ...keyLine('severity', severity[0]),
    ...(scope.length > 0 ? ['scope:', ...scope] : []),
    ...(rules.length > 0 ? ['rules:', ...rules] : []),
    ...keyLine('runbook', settings.runbook),
  ];
}

function keyLine(key: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${key}: ${yamlScalar(value)}`];
}

/** `--scope-namespace shop --scope-namespace '!sandbox-*'`. */
function scopeLines({ scopeCluster, scopeNamespace }: Settings): string[] {
  return [['clusters', scopeCluster] as const, ['namespaces', scopeNamespace] as const].flatMap(
    ([key, values]) => {
      const outside = values
        .filter((value) => value.startsWith('!'))
        .map((value) => value.slice(1));
      const inside = values.filter((value) => !value.startsWith('!'));
      const parts = [
        ...(inside.length > 0 ? [`in: ${yamlList(inside)}`] : []),
        ...(outside.length > 0 ? [`notIn: ${yamlList(outside)}`] : []),
      ];
      return parts.length === 0 ? [] : [`  ${key}: {${parts.join(', ')}}`];
    },
  );
}

/** A policy to fill in. */
function templateLines(name: string): string[] {
  return [
    `name: ${yamlScalar(name)}`,
    '# A bundled policy whose rules it takes, later additions included.',
    '# extends: K8s Notable Events',
    'description: What this policy is for',
    'enabled: false',
    'severity: medium # high, medium, low, info',
    '# Where it applies: everywhere when left out.',
    '# scope:',
    '#   clusters: [prod-*]',
    '#   namespaces: {notIn: [sandbox-*]}',
    'rules:',
    '  # By name, by glob, by tag; the last entry that matches a rule decides.',
    '  - Create Privileged Pod',
    '  # - K8s Secret *',
    '  # - {tag: T1611}',
    '  # - {name: Create NodePort Service, enabled: false}',
    '# runbook: https://example.com/runbooks/k8s',
  ];
}
