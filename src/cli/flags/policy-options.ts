import { RESOURCE_MODES, type ResourceMode } from '../../policies/resource/resource-mode.ts';
import { SEVERITIES, type Severity } from '../../policies/severity.ts';
import { EDIT_OPTIONS } from './edit-options.ts';
import { choice, list, option } from './option-record.ts';
import { parseChoice, readSeverity, readText } from './values.ts';

/** How a rule is used by policies. */
const USAGES = ['enabled', 'disabled', 'unused'] as const;
type Usage = (typeof USAGES)[number];

/** Options of policies, the rules library, the resource filter and the configuration. */
export const POLICY_OPTIONS = {
  ...EDIT_OPTIONS,
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
    completes: 'technique',
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
    suggests: SEVERITIES,
    parse: readSeverity,
  }),
  minSeverity: option<Severity | undefined>({
    flags: '--min-severity <severity>',
    description: 'show only findings at least this severe',
    group: 'display',
    default: undefined,
    suggests: SEVERITIES,
    parse: readSeverity,
  }),
  navigator: option<boolean>({
    flags: '--navigator',
    description: 'write a layer for the ATT&CK Navigator',
    group: 'output',
    default: false,
    config: false,
  }),
  explainedRule: list({
    flags: '--rule <glob>',
    description: 'rule to explain, whatever the policies say',
    group: 'rules',
    completes: 'rule',
    config: false,
  }),
  allKeys: option<boolean>({
    flags: '--all',
    description: 'list every key, also those that have their default',
    group: 'display',
    default: false,
    config: false,
  }),
  forCommand: option<string | undefined>({
    flags: '--for <command>',
    description: 'the values that apply to this command',
    group: 'run',
    completes: 'command',
    default: undefined,
    defaultText: 'scan',
    parse: readText,
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
