import { GROUP_NAMES, type GroupKey } from '../../activity/count/group-names.ts';
import { FINDING_ORDERS, type FindingOrder } from '../../outputs/card/order.ts';
import { GROUPINGS, type Grouping } from '../../outputs/feed-keys.ts';
import { SEVERITIES, type Level } from '../../policies/severity.ts';
import { PRIORITIES, type Priority } from '../../rules/priority.ts';
import type { ColorChoice } from '../terminal/terminal.ts';
import { FORMAT_OPTIONS } from './format-options.ts';
import { choice, list, option } from './option-record.ts';
import { INPUT_OPTIONS } from './input-options.ts';
import { POLICY_OPTIONS } from './policy-options.ts';
import { SERVE_OPTIONS } from './serve-options.ts';
import { SETUP_OPTIONS } from './setup-options.ts';
import { TUNE_OPTIONS } from './tune-options.ts';
import {
  readAmount,
  readCount,
  readDuration,
  readLevel,
  readLimit,
  readNames,
  readPriority,
  readSourceIp,
  readText,
  readTime,
  readTimezone,
} from './values.ts';

export { OPTION_GROUPS, type Completes, type OptionRecord } from './option-record.ts';

const PRIORITY_NAMES = PRIORITIES.map((priority) => priority.toLowerCase());
/** Verbs of the Kubernetes API. */
const VERBS = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
] as const;

/** Every option of every command, declared once. */
export const OPTIONS = {
  ...POLICY_OPTIONS,
  ...INPUT_OPTIONS,
  ...FORMAT_OPTIONS,
  ...SERVE_OPTIONS,
  ...SETUP_OPTIONS,
  ...TUNE_OPTIONS,
  rules: list({
    flags: '-r, --rules <path>',
    description: 'rules file, or directory of .yaml and .yml files; loaded after the default rules',
    group: 'rules',
    completes: 'file',
  }),
  defaultRules: option<boolean>({
    flags: '--no-default-rules',
    description: 'leave the bundled rules out',
    group: 'rules',
    default: true,
  }),
  ipList: list({
    flags: '--ip-list <file>',
    description:
      'addresses and networks, one a line, named after the file; kx.source_ip.list is the name of the list that ' +
      'holds a source address; repeatable',
    group: 'rules',
    completes: 'file',
  }),
  ruleMatching: choice<'all' | 'first'>(
    {
      flags: '--rule-matching <mode>',
      description: 'report every rule that matches an event, or only the first (as Falco does)',
      group: 'rules',
      default: 'all',
    },
    ['all', 'first'],
  ),
  rule: list({
    flags: '--rule <glob>',
    description: 'only these rules; an exact name also enables a rule that is off',
    group: 'rules',
    completes: 'rule',
  }),
  disableRule: list({
    flags: '--disable-rule <glob>',
    description: 'switch rules off; applied in order with --enable-rule',
    group: 'rules',
    completes: 'rule',
    ruleSwitch: 'disable',
  }),
  enableRule: list({
    flags: '--enable-rule <glob>',
    description: 'switch rules on',
    group: 'rules',
    completes: 'rule',
    ruleSwitch: 'enable',
  }),
  tag: list({
    flags: '--tag <tag>',
    description: 'only rules with this tag',
    group: 'rules',
    completes: 'tag',
  }),
  excludeTag: list({
    flags: '--exclude-tag <tag>',
    description: 'no rules with this tag',
    group: 'rules',
    completes: 'tag',
  }),

  where: option<string | undefined>({
    flags: '--where <condition>',
    description: "only events that meet a Falco condition, such as 'ka.verb = delete'",
    group: 'scope',
    default: undefined,
    parse: (text) => text,
  }),
  since: option<bigint | undefined>({
    flags: '--since <time>',
    description: 'only events from this time on: RFC 3339, a date, or a duration before now (2h)',
    group: 'scope',
    default: undefined,
    parse: readTime,
  }),
  until: option<bigint | undefined>({
    flags: '--until <time>',
    description: 'only events before this time',
    group: 'scope',
    default: undefined,
    parse: readTime,
  }),
  last: option<number | undefined>({
    flags: '--last <time>',
    description: 'only this much time before the last event of the log, such as 2h; files only',
    group: 'scope',
    default: undefined,
    parse: readDuration,
    config: false,
  }),
  namespace: list({
    flags: '-n, --namespace <glob>',
    description: 'only events on objects in this namespace',
    group: 'scope',
  }),
  user: list({
    flags: '--user <glob>',
    description: 'only requests of this user name',
    group: 'scope',
  }),
  verb: list({
    flags: '--verb <verb>',
    description: 'only requests with this verb, or of this kubectl command: exec, logs, edit',
    group: 'scope',
    suggests: VERBS,
  }),
  resource: list({
    flags: '--resource <resource>',
    description: 'only requests on this resource: pods, pod, po, deploy, pods/exec, exec, */exec',
    group: 'scope',
  }),
  name: list({
    flags: '--name <glob>',
    description: 'only requests on objects of this name',
    group: 'scope',
  }),
  sourceIp: {
    ...list({
      flags: '--source-ip <address>',
      description:
        'only requests with this source address, forwarded ones included; also 10.0.0.0/8 or 10.0.*',
      group: 'scope',
    }),
    parse: readSourceIp,
  },
  userAgent: list({
    flags: '--user-agent <glob>',
    description: "only requests of this client, such as 'kubectl*'",
    group: 'scope',
  }),
  failedOnly: option<boolean>({
    flags: '--failed-only',
    description: 'only requests that were refused or failed',
    group: 'scope',
    default: false,
  }),
  cluster: option<string | undefined>({
    flags: '--cluster <name>',
    description: 'name of the cluster, for events whose log does not name one',
    group: 'scope',
    default: undefined,
    parse: (text) => text,
  }),

  minPriority: option<Priority | undefined>({
    flags: '--min-priority <priority>',
    description: 'show only findings of rules at least this severe',
    group: 'display',
    default: undefined,
    suggests: PRIORITY_NAMES,
    parse: readPriority,
  }),
  limit: option<number | undefined>({
    flags: '--limit <n>',
    description:
      'show at most this many rows, 0 for all; a table of findings on a terminal has 50 by default; all are counted',
    group: 'display',
    default: undefined,
    parse: readLimit,
  }),

  by: option<readonly GroupKey[] | undefined>({
    flags: '--by <keys>',
    description:
      'count requests by user, namespace, resource, verb, source-ip, user-agent or code; by several ' +
      'with commas: user,resource',
    group: 'display',
    default: undefined,
    suggests: GROUP_NAMES,
    parse: readNames(GROUP_NAMES),
  }),
  noise: option<boolean>({
    flags: '--noise',
    description: 'show health checks, leases, kubelets and controllers too; else they are counted',
    group: 'display',
    default: false,
  }),
  groupBy: choice<Grouping>(
    {
      flags: '--group-by <key>',
      description:
        'count findings by rule, policy, user, object, source-ip or namespace; incident joins them into stories',
      group: 'display',
      default: undefined,
    },
    GROUPINGS,
  ),
  within: option<number>({
    flags: '--within <duration>',
    description: 'longest pause between what one user does in an incident, such as 30m or 4h',
    group: 'display',
    default: 3_600_000,
    defaultText: '1h',
    parse: readDuration,
    config: false,
  }),
  sort: choice<FindingOrder>(
    {
      flags: '--sort <order>',
      description:
        'show findings by time, severity, priority or count; a table on a terminal shows the worst first, other ' +
        'reports go by time',
      group: 'display',
      default: undefined,
    },
    FINDING_ORDERS,
  ),
  fold: option<boolean>({
    flags: '--no-fold',
    description:
      'report every finding; else repeated ones share a row in tables, and those on further pods of a ' +
      'controller are only counted',
    group: 'display',
    default: true,
  }),
  byRule: option<boolean>({
    flags: '--by-rule',
    description:
      'in tables, markdown and html, show each finding; else those of one event share an entry',
    group: 'display',
    default: false,
  }),
  explain: option<boolean>({
    flags: '--explain',
    description: 'in tables, say what a rule means and what to check, where it fires first',
    group: 'display',
    default: false,
  }),
  raw: option<boolean>({
    flags: '--raw',
    description:
      'add the whole event to json and ndjson, as k8s_audit.event, and to ecs, ocsf and parquet; secrets are not redacted',
    group: 'output',
    default: false,
  }),
  check: option<string | undefined>({
    flags: '--check <file>',
    description: 'check an audit policy: which enabled rules would be blind under it',
    group: 'run',
    completes: 'file',
    default: undefined,
    parse: readText,
    config: false,
  }),

  timeFormat: choice<'time' | 'iso8601'>(
    {
      flags: '--time-format <format>',
      description: 'time before each finding: time of day, or ISO 8601 with the date',
      group: 'output',
      default: 'time',
    },
    ['time', 'iso8601'],
  ),
  timezone: option<string>({
    flags: '--timezone <zone>',
    description: 'zone of printed times: an IANA name, or local',
    group: 'output',
    completes: 'timezone',
    default: 'UTC',
    parse: readTimezone,
  }),
  color: choice<ColorChoice>(
    {
      flags: '--color <when>',
      description: 'colour: auto, always, never (NO_COLOR and FORCE_COLOR are heeded)',
      group: 'output',
      default: 'auto',
    },
    ['auto', 'always', 'never'],
  ),
  showSecrets: option<boolean>({
    flags: '--show-secrets',
    description: 'do not redact tokens, passwords and keys in formats for people',
    group: 'output',
    default: false,
  }),
  csvRaw: option<boolean>({
    flags: '--csv-raw',
    description: 'CSV for machines: text as logged, not protected against formulas, not redacted',
    group: 'output',
    default: false,
  }),
  summary: option<boolean>({
    flags: '--no-summary',
    description: 'no summary on standard error',
    group: 'output',
    default: true,
  }),
  quiet: option<boolean>({
    flags: '-q, --quiet',
    description: 'no progress, summary or warnings; errors stay',
    group: 'output',
    default: false,
  }),

  failOn: option<Level | undefined>({
    flags: '--fail-on <level>',
    description:
      'exit with 1 when a finding is at least this severe: a severity (high, medium, low, info) ' +
      'or a priority (emergency to debug)',
    group: 'gate',
    default: undefined,
    suggests: [...SEVERITIES, ...PRIORITY_NAMES],
    parse: readLevel,
  }),
  maxFindings: option<number | undefined>({
    flags: '--max-findings <n>',
    description: 'exit with 1 when there are more findings than this, of any priority',
    group: 'gate',
    default: undefined,
    parse: readAmount,
  }),
  baseline: option<string | undefined>({
    flags: '--baseline <file>',
    description:
      'only findings that are not in this file count and are shown: a baseline, or an earlier ndjson, json or sarif report',
    group: 'gate',
    completes: 'file',
    default: undefined,
    parse: readText,
  }),
  writeBaseline: option<string | undefined>({
    flags: '--write-baseline <file>',
    description: 'write all findings of this run to a baseline file',
    group: 'gate',
    completes: 'file',
    default: undefined,
    parse: readText,
  }),
  strict: option<boolean>({
    flags: '--strict',
    description: 'exit with 3 when some input was not understood',
    group: 'gate',
    default: false,
  }),
  allowEmpty: option<boolean>({
    flags: '--allow-empty',
    description:
      'with a gate or --strict, an input without any event passes; it ends with 2 otherwise',
    group: 'gate',
    default: false,
  }),

  explainBlind: option<boolean>({
    flags: '--explain-blind',
    description: 'list the rules that could not be decided because bodies were not logged',
    group: 'output',
    default: false,
  }),

  engine: choice<'fast' | 'reference'>(
    {
      flags: '--engine <engine>',
      description:
        'fast decides most lines without parsing them, but for small files; reference parses every ' +
        'event whole and evaluates every rule as written; both find the same',
      group: 'run',
      default: 'fast',
    },
    ['fast', 'reference'],
  ),
  threads: option<number | undefined>({
    flags: '--threads <n>',
    description:
      'threads for inputs of 512 MB or more together, when expanded; results are the same',
    group: 'run',
    default: undefined,
    defaultText: 'one for each core, at most 4',
    parse: readCount,
  }),
};

export type OptionName = keyof typeof OPTIONS;

/** The merged values of some options. */
export type Settings<K extends OptionName> = {
  readonly [P in K]: (typeof OPTIONS)[P]['default'];
};

/** The settings of options that are given nowhere. */
export function defaultSettings<K extends OptionName>(names: readonly K[]): Settings<K> {
  return Object.fromEntries(names.map((name) => [name, OPTIONS[name].default])) as Settings<K>;
}
