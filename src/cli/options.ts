import { FORMATS, type FormatName } from '../outputs/index.ts';
import type { Priority } from '../rules/priority.ts';
import type { ColorChoice } from './terminal.ts';
import {
  parseChoice,
  readCount,
  readPriority,
  readSize,
  readTime,
  readTimezone,
  type ValueContext,
} from './values.ts';

/** Groups of options, in the order help shows them, with what they mean for the gate. */
export const OPTION_GROUPS = {
  rules: 'Rules',
  scope: 'Scope (what is looked at: changes findings and the gate)',
  display: 'Display (what is shown: never changes the gate)',
  output: 'Output',
  gate: 'Gate',
  run: 'Run',
} as const;

/** One option: help, completion, docs and the merged settings all come from these records. */
export interface OptionRecord<T> {
  /** As Commander writes it: `-r, --rules <path>`. */
  readonly flags: string;
  readonly description: string;
  readonly group: keyof typeof OPTION_GROUPS;
  /** Value when the option is not given; undefined options are left out of the settings. */
  readonly default: T;
  /** How help shows the default, where the value says little. */
  readonly defaultText?: string;
  /** Reads one value; absent for switches. @throws InvalidArgumentError */
  readonly parse?: (text: string, context: ValueContext) => unknown;
  /** True when the option may be given several times; the values come as a list. */
  readonly repeatable?: boolean;
  /** Names the values come from, for help and completion. */
  readonly choices?: readonly string[];
}

const FORMAT_NAMES = Object.keys(FORMATS) as FormatName[];

function option<T>(record: OptionRecord<T>): OptionRecord<T> {
  return record;
}

/** Repeated texts, one a use. */
function list(
  record: Omit<OptionRecord<readonly string[]>, 'default' | 'repeatable' | 'parse'>,
): OptionRecord<readonly string[]> {
  return option<readonly string[]>({
    ...record,
    default: [],
    repeatable: true,
    parse: (text) => text,
  });
}

function choice<T extends string>(
  record: Omit<OptionRecord<T | undefined>, 'parse' | 'choices'>,
  names: readonly T[],
): OptionRecord<T | undefined> {
  return option<T | undefined>({ ...record, choices: names, parse: parseChoice(names) });
}

/** Every option of every command, declared once. */
export const OPTIONS = {
  rules: list({
    flags: '-r, --rules <path>',
    description: 'rules file, or directory of .yaml and .yml files; loaded after the default rules',
    group: 'rules',
  }),
  defaultRules: option<boolean>({
    flags: '--no-default-rules',
    description: 'leave the bundled rules out',
    group: 'rules',
    default: true,
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
  }),
  disableRule: list({
    flags: '--disable-rule <glob>',
    description: 'switch rules off; applied in order with --enable-rule',
    group: 'rules',
  }),
  enableRule: list({
    flags: '--enable-rule <glob>',
    description: 'switch rules on',
    group: 'rules',
  }),
  tag: list({ flags: '--tag <tag>', description: 'only rules with this tag', group: 'rules' }),
  excludeTag: list({
    flags: '--exclude-tag <tag>',
    description: 'no rules with this tag',
    group: 'rules',
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
    description: 'only requests with this verb',
    group: 'scope',
  }),
  resource: list({
    flags: '--resource <resource>',
    description: 'only requests on this resource: pods, pods/exec, */exec',
    group: 'scope',
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
    parse: readPriority,
  }),
  limit: option<number | undefined>({
    flags: '--limit <n>',
    description: 'show at most this many findings; all are counted',
    group: 'display',
    default: undefined,
    parse: readCount,
  }),

  format: choice<FormatName>(
    {
      flags: '-f, --format <format>',
      description: `${FORMAT_NAMES.join(', ')}`,
      group: 'output',
      default: undefined,
      defaultText: 'table on a terminal, ndjson otherwise',
    },
    FORMAT_NAMES,
  ),
  output: option<string | undefined>({
    flags: '-o, --output <file>',
    description: 'write results to a file; - is standard output',
    group: 'output',
    default: undefined,
    parse: (text) => text,
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

  failOn: option<Priority | undefined>({
    flags: '--fail-on <priority>',
    description: 'exit with 1 when a finding is at least this severe',
    group: 'gate',
    default: undefined,
    parse: readPriority,
  }),
  strict: option<boolean>({
    flags: '--strict',
    description: 'exit with 3 when some input was not understood',
    group: 'gate',
    default: false,
  }),

  engine: choice<'reference'>(
    {
      flags: '--engine <engine>',
      description: 'reference: parse every event whole and evaluate every rule as written',
      group: 'run',
      default: 'reference',
    },
    ['reference'],
  ),
  maxEventSize: option<number>({
    flags: '--max-event-size <size>',
    description: 'longest line or event that is read; longer ones are reported and skipped',
    group: 'run',
    default: 64 * 1024 * 1024,
    defaultText: '64MiB',
    parse: readSize,
  }),
};

export type OptionName = keyof typeof OPTIONS;

/** The merged values of some options. */
export type Settings<K extends OptionName> = {
  readonly [P in K]: (typeof OPTIONS)[P]['default'];
};
