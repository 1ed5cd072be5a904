import { RESOURCE_MODES, type ResourceMode } from '../../policies/resource/resource-mode.ts';
import type { Severity } from '../../policies/severity.ts';
import { choice, list, option } from './option-record.ts';
import { parseChoice, readSeverity, readText } from './values.ts';

/** How a rule is used by policies. */
const USAGES = ['enabled', 'disabled', 'unused'] as const;
type Usage = (typeof USAGES)[number];

/** Options of policies, the rules library, the resource filter and the configuration. */
export const POLICY_OPTIONS = {
  policy: list({
    flags: '--policy <name>',
    description:
      'only rules of this policy, which need not be enabled; or a file (.yaml) of more policies',
    group: 'rules',
    completes: 'policy',
  }),
  allRules: option<boolean>({
    flags: '--all-rules',
    description: 'run every enabled rule, whatever the policies say; they still give the severity',
    group: 'rules',
    default: false,
  }),
  mitre: list({
    flags: '--mitre <id>',
    description: 'only rules for this ATT&CK technique, its sub-techniques included: T1552',
    group: 'rules',
    config: false,
  }),
  sourceFile: list({
    flags: '--source-file <glob>',
    description: 'only rules that a file of this name defines or changes',
    group: 'rules',
    config: false,
  }),
  usage: choice<Usage>(
    {
      flags: '--usage <usage>',
      description: 'only rules that are enabled or disabled in policies, or in none (unused)',
      group: 'rules',
      default: undefined,
      config: false,
    },
    USAGES,
  ),
  modified: option<boolean>({
    flags: '--modified',
    description: 'only bundled rules that your files change, directly or through macros and lists',
    group: 'rules',
    default: false,
    config: false,
  }),
  run: list({
    flags: '--run <glob>',
    description: 'only tests of this name',
    group: 'rules',
    config: false,
  }),
  log: list({
    flags: '--log <path>',
    description: 'count how often each rule fires on this log, policies left aside',
    group: 'rules',
    completes: 'file',
    config: false,
  }),
  resourceRules: option<string | undefined>({
    flags: '--resource-rules <file>',
    description:
      'look only at these requests: a list of resource rules, Helm values with ' +
      'k8sAuditDetectionsRules, or a ValidatingWebhookConfiguration',
    group: 'scope',
    completes: 'file',
    default: undefined,
    parse: readText,
  }),
  resourceMode: option<ResourceMode>({
    flags: '--resource-mode <mode>',
    description:
      'filter: leave other resources out; admission: see only what an admission webhook would see',
    group: 'scope',
    default: 'filter',
    choices: RESOURCE_MODES,
    parse: parseChoice(RESOURCE_MODES),
  }),
  excludeNamespace: list({
    flags: '--exclude-namespace <name>',
    description: 'leave out requests on objects in this namespace',
    group: 'scope',
  }),
  severity: option<readonly Severity[]>({
    flags: '--severity <severity>',
    description: 'show only findings of this severity: high, medium, low, info, or 0-7',
    group: 'display',
    default: [],
    repeatable: true,
    parse: readSeverity,
  }),
  minSeverity: option<Severity | undefined>({
    flags: '--min-severity <severity>',
    description: 'show only findings at least this severe',
    group: 'display',
    default: undefined,
    parse: readSeverity,
  }),
  navigator: option<boolean>({
    flags: '--navigator',
    description: 'write a layer for the ATT&CK Navigator',
    group: 'output',
    default: false,
    config: false,
  }),
  extends: option<string | undefined>({
    flags: '--extends <policy>',
    description: 'take the rules of a bundled policy, later additions included',
    group: 'edit',
    completes: 'policy',
    default: undefined,
    parse: readText,
    config: false,
  }),
  description: option<string | undefined>({
    flags: '--description <text>',
    description: 'what the policy is for',
    group: 'edit',
    default: undefined,
    parse: readText,
    config: false,
  }),
  runbook: option<string | undefined>({
    flags: '--runbook <url>',
    description: 'where to read what to do about its findings',
    group: 'edit',
    default: undefined,
    parse: readText,
    config: false,
  }),
  scopeCluster: list({
    flags: '--scope-cluster <glob>',
    description: 'only in this cluster; with ! in front, everywhere else',
    group: 'edit',
    config: false,
  }),
  scopeNamespace: list({
    flags: '--scope-namespace <glob>',
    description: 'only in this namespace; with ! in front, everywhere else',
    group: 'edit',
    config: false,
  }),
  template: option<boolean>({
    flags: '--template',
    description: 'add a commented template to fill in, switched off',
    group: 'edit',
    default: false,
    config: false,
  }),
  disabled: option<boolean>({
    flags: '--disabled',
    description: 'create the policy switched off',
    group: 'edit',
    default: false,
    config: false,
  }),
  force: option<boolean>({
    flags: '--force',
    description: 'replace a file that exists',
    group: 'edit',
    default: false,
    config: false,
  }),
  dryRun: option<boolean>({
    flags: '--dry-run',
    description: 'print the change as a diff and leave the file alone',
    group: 'edit',
    default: false,
    config: false,
  }),
  config: option<string | undefined>({
    flags: '--config <file>',
    description:
      'configuration file; otherwise the nearest k8s-audit.yaml in this folder or above it',
    group: 'run',
    completes: 'file',
    default: undefined,
    parse: readText,
  }),
};
