import type { CommandAction, Invocation } from './command.ts';
import type { OptionName } from './options.ts';

const LOADING = ['rules', 'defaultRules', 'config'] as const;
const PLACING = ['policy', 'allRules'] as const;
/** Filters of the rules library. */
const FINDING = ['mitre', 'sourceFile', 'usage', 'modified'] as const;
const SELECTING = [
  'rule',
  'disableRule',
  'enableRule',
  'tag',
  'excludeTag',
  'minPriority',
] as const;
const MATCHING = [
  'namespace',
  'user',
  'verb',
  'resource',
  'name',
  'sourceIp',
  'userAgent',
  'failedOnly',
  'cluster',
] as const;
const SCOPE = ['where', 'since', 'last', 'until', ...MATCHING] as const;
/** How findings are written. */
const REPORTING = [
  'fold',
  'byRule',
  'explain',
  'raw',
  'format',
  'output',
  'timeFormat',
  'timezone',
  'color',
  'showSecrets',
  'csvRaw',
  'summary',
  'quiet',
] as const;
/** Where `serve` listens, and how it keeps what it is sent: fixed while it runs. */
export const RECEIVING = [
  'listen',
  'tlsCert',
  'tlsKey',
  'clientCa',
  'tokenFile',
  'plainHttp',
  'spool',
  'spoolSize',
  'queueSize',
  'drainTime',
] as const;
/** What commands share that read logs but look for no findings. */
const READING = [
  ...LOADING,
  'ipList',
  'timezone',
  'color',
  'showSecrets',
  'summary',
  'quiet',
  'strict',
  'allowEmpty',
  'inputFormat',
  'dedupe',
  'maxEventSize',
] as const;

/** The options of every command, by its name. A command's code sees these only. */
export const COMMAND_OPTIONS = {
  scan: [
    ...LOADING,
    'ipList',
    'ruleMatching',
    ...SELECTING,
    ...PLACING,
    ...SCOPE,
    'resourceRules',
    'resourceMode',
    'excludeNamespace',
    'severity',
    'minSeverity',
    'limit',
    'groupBy',
    'within',
    'sort',
    ...REPORTING,
    'failOn',
    'maxFindings',
    'baseline',
    'writeBaseline',
    'strict',
    'allowEmpty',
    'explainBlind',
    'inputFormat',
    'dedupe',
    'follow',
    'notify',
    'to',
    'rotateWait',
    'checkpoint',
    'lateness',
    'engine',
    'threads',
    'maxEventSize',
  ],
  serve: [
    ...RECEIVING,
    ...LOADING,
    'ipList',
    'ruleMatching',
    ...SELECTING,
    ...PLACING,
    'where',
    ...MATCHING,
    'resourceRules',
    'resourceMode',
    'excludeNamespace',
    'severity',
    'minSeverity',
    ...REPORTING,
    'baseline',
    'notify',
    'to',
    'lateness',
    'inputFormat',
    'maxEventSize',
  ],
  incidents: [
    ...READING,
    ...SELECTING,
    ...PLACING,
    ...SCOPE,
    'within',
    'limit',
    'incidentFormat',
    'output',
    'failOn',
    'baseline',
    'lateness',
    'engine',
    'threads',
  ],
  activity: [...READING, ...SCOPE, 'recordFormat', 'by', 'noise', 'limit'],
  'activity identity': [...READING, ...SCOPE, ...SELECTING, ...PLACING, 'profileFormat'],
  'activity object': [...READING, ...SCOPE, 'recordFormat', 'noise', 'limit'],
  'activity sessions': [...READING, ...SCOPE, 'recordFormat', 'limit'],
  'activity stats': [...READING, ...SCOPE, 'profileFormat'],
  show: [...READING, ...SELECTING, ...PLACING, 'pageFormat'],
  explain: [...READING, 'explainedRule', 'pageFormat'],
  setup: ['listFormat', 'color'],
  'setup audit-policy': [
    ...LOADING,
    ...SELECTING,
    ...PLACING,
    'check',
    'checkFormat',
    'color',
    'quiet',
  ],
  doctor: [...READING, ...SCOPE, ...SELECTING, ...PLACING, 'pageFormat'],
  'rules check': ['defaultRules', 'pageFormat', 'quiet'],
  'rules list': [
    ...LOADING,
    ...SELECTING,
    ...PLACING,
    ...FINDING,
    'log',
    'listFormat',
    'color',
    'quiet',
  ],
  'rules show': [...LOADING, 'policy', 'pageFormat', 'quiet'],
  'rules diff': ['rules', 'config', 'pageFormat', 'quiet'],
  'rules export': [...LOADING, ...SELECTING, ...PLACING, ...FINDING, 'outputFile', 'quiet'],
  'rules coverage': [...LOADING, ...SELECTING, ...PLACING, 'navigator', 'listFormat', 'quiet'],
  'rules test': ['rules', 'ipList', 'run', 'testFormat', 'quiet'],
  'policies list': [...LOADING, 'policy', 'listFormat', 'quiet'],
  'policies show': [...LOADING, 'policy', 'pageFormat', 'quiet'],
  'policies enable': [...LOADING, 'dryRun', 'quiet'],
  'policies disable': [...LOADING, 'dryRun', 'quiet'],
  'policies create': [
    ...LOADING,
    'policyRule',
    'policyDisable',
    'policyEnable',
    'policyTag',
    'policySeverity',
    'extends',
    'description',
    'runbook',
    'scopeCluster',
    'scopeNamespace',
    'template',
    'disabled',
    'dryRun',
    'quiet',
  ],
  'policies delete': [...LOADING, 'dryRun', 'quiet'],
  'policies validate': [...LOADING, 'pageFormat', 'quiet'],
  'ignore add': [...READING, ...SELECTING, ...PLACING, 'reason', 'expires', 'dryRun'],
  'baseline add': ['acceptedRule', 'fingerprint', 'reason', 'expires', 'dryRun', 'quiet'],
  'baseline show': ['pageFormat'],
  'baseline prune': ['dryRun', 'quiet'],
  'config show': ['config', 'forCommand', 'allKeys', 'pageFormat'],
  'config init': ['force', 'dryRun', 'quiet'],
  inputs: ['listFormat', 'color'],
  fields: ['listFormat', 'color'],
  completion: [],
} as const satisfies Readonly<Record<string, readonly OptionName[]>>;

export type CommandName = keyof typeof COMMAND_OPTIONS;

/** The options of a command, or of each of several. */
type OptionsOf<C extends CommandName> = (typeof COMMAND_OPTIONS)[C][number];

/** What the code of a command is given. */
export type InvocationOf<C extends CommandName> = Invocation<OptionsOf<C>>;

/** The code of a command. */
export type ActionOf<C extends CommandName> = CommandAction<OptionsOf<C>>;

/** What every command is given that reads logs and looks for no findings. Some have options of scope. */
export type ReadingInvocation = Invocation<(typeof READING)[number], (typeof SCOPE)[number]>;
