import type { CommandName } from '../flags/command-options.ts';
import type { OptionName } from '../flags/options.ts';

/** An argument of a command that is no option. */
interface Positional {
  readonly name: string;
  readonly description: string;
  readonly isRequired: boolean;
}

/** A question that can be asked: a command, and which of its arguments and options the client may give. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly command: CommandName;
  /** The command that is asked when the positional argument is left out. */
  readonly without?: CommandName;
  readonly writes: 'lines' | 'document';
  readonly positional?: Positional;
  /** None of them may name a file. */
  readonly options: readonly OptionName[];
  /** Options without which nothing can be answered. */
  readonly needs?: readonly OptionName[];
  /** False for what is asked of the rules alone. */
  readonly readsLog?: false;
}

const SCOPE = [
  'where',
  'since',
  'until',
  'last',
  'namespace',
  'user',
  'verb',
  'resource',
  'name',
  'sourceIp',
  'userAgent',
  'failedOnly',
] as const;
const CHOOSING = ['rule', 'tag', 'excludeTag'] as const;
const AUDIT_ID: Positional = {
  name: 'audit_id',
  description: 'audit ID of the request, or the start of one',
  isRequired: true,
};

/** All tools, in the order in which they are listed. */
export const TOOLS: readonly Tool[] = [
  {
    name: 'findings',
    title: 'Findings',
    description:
      'Notable events: what rules found in the log, one row a finding, with severity, user, object, evidence and ' +
      'audit ID. The notes of the first page count them by rule and user. Begin with min_severity high, or with incidents.',
    command: 'scan',
    writes: 'lines',
    options: ['minSeverity', 'minPriority', ...CHOOSING, 'sort', ...SCOPE],
  },
  {
    name: 'incidents',
    title: 'Incidents',
    description:
      'Findings joined into stories, the gravest first: actors, steps with evidence, objects, what is not known.',
    command: 'incidents',
    writes: 'lines',
    options: ['within', ...CHOOSING, ...SCOPE],
  },
  {
    name: 'activity',
    title: 'Activity',
    description:
      'Who did what: one row a request, or counts with by (user, namespace, resource, verb, source-ip, user-agent, ' +
      'code; several with commas). Routine of the cluster is left out and counted, unless noise is true.',
    command: 'activity',
    writes: 'lines',
    options: ['by', 'noise', ...SCOPE],
  },
  {
    name: 'identity',
    title: 'Identity',
    description:
      'What one user or service account did: requests, objects, addresses, clients, findings.',
    command: 'activity identity',
    writes: 'document',
    positional: {
      name: 'identity',
      description: "user name, such as system:serviceaccount:shop:web; may hold *: 'mallory*'",
      isRequired: true,
    },
    options: SCOPE,
  },
  {
    name: 'object',
    title: 'Object',
    description: 'Who changed an object, when, and what: one row a change.',
    command: 'activity object',
    writes: 'lines',
    positional: {
      name: 'object',
      description: '[namespace/]kind/name, such as shop/deployment/web',
      isRequired: true,
    },
    options: ['noise', ...SCOPE.filter((name) => name !== 'name')],
  },
  {
    name: 'sessions',
    title: 'Sessions',
    description: 'exec, attach, port-forward and debug sessions with their commands.',
    command: 'activity sessions',
    writes: 'lines',
    options: SCOPE,
  },
  {
    name: 'show',
    title: 'Request',
    description:
      'Everything about one request: who, what, decision, the rules that matched and why, the requests around it.',
    command: 'show',
    writes: 'document',
    positional: AUDIT_ID,
    options: [],
  },
  {
    name: 'explain',
    title: 'Why a rule matched',
    description: 'Why a rule matched a request, or did not: its condition, part by part.',
    command: 'explain',
    writes: 'document',
    positional: AUDIT_ID,
    options: ['explainedRule'],
    needs: ['explainedRule'],
  },
  {
    name: 'doctor',
    title: 'What the log can show',
    description:
      'Levels and stages in the log, gaps, and the rules that cannot fire on it: what silence means.',
    command: 'doctor',
    writes: 'document',
    options: SCOPE,
  },
  {
    name: 'rules',
    title: 'Rules',
    description:
      'The rules in use, one row each; with name, one rule whole: condition, macros and lists, what it means, what to check.',
    command: 'rules show',
    without: 'rules list',
    writes: 'document',
    positional: { name: 'name', description: 'exact name of a rule', isRequired: false },
    options: [...CHOOSING, 'minPriority', 'mitre', 'usage', 'modified'],
    readsLog: false,
  },
];
