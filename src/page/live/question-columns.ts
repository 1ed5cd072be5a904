import { PRIORITIES } from '../../rules/priority.ts';

/** A row of an answer: JSON of the command behind the question. */
export type Row = Readonly<Record<string, unknown>>;

/** A question of the page, and the columns of its rows: a title, and the path to the value. */
interface Question {
  readonly title: string;
  readonly columns: readonly (readonly [title: string, ...path: string[]])[];
}

/** What the page can ask, by the name of the tool. */
export const QUESTIONS: Readonly<Record<string, Question>> = {
  findings: {
    title: 'Findings',
    columns: [
      ['Time (UTC)', 'time'],
      ['Severity', 'k8s_audit', 'severity'],
      ['Rule', 'rule'],
      ['Message', 'output'],
    ],
  },
  activity: {
    title: 'Activity',
    columns: [
      ['Time (UTC)', 'time'],
      ['User', 'user'],
      ['Verb', 'verb'],
      ['Object', 'object'],
      ['Result', 'result'],
      ['From', 'source_ip'],
    ],
  },
  sessions: {
    title: 'Sessions',
    columns: [
      ['Start (UTC)', 'start'],
      ['Kind', 'kind'],
      ['User', 'user'],
      ['Target', 'target'],
      ['Command', 'command'],
      ['Result', 'result'],
    ],
  },
  incidents: {
    title: 'Incidents',
    columns: [
      ['First (UTC)', 'first'],
      ['Severity', 'severity'],
      ['Story', 'title'],
      ['Findings', 'findings'],
    ],
  },
};

/** Time and a word, with which the output of rules begins: they have columns of their own. */
const HEAD = /^\S+: (\w+) /;
/** A time in UTC, as JSON has it. */
const TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d*?)0*)?Z$/;

/** The text at a path of a row as people read it: times without what says nothing, messages without what stands beside them. */
export function shownAt(row: Row, path: readonly string[]): string {
  const text = textAt(row, path);
  if (path[0] === 'output') {
    return text.replace(HEAD, (head, word: string) =>
      PRIORITIES.some((priority) => priority === word) ? '' : head,
    );
  }
  const [, day, time, fraction = ''] = TIME.exec(text) ?? [];
  if (day === undefined) return text;
  return `${day} ${time}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The text at a path of a row; empty where there is none. Lists are joined. */
export function textAt(row: Row, path: readonly string[]): string {
  let value: unknown = row;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return '';
    value = (value as Row)[key];
  }
  if (Array.isArray(value)) return value.map(String).join(' ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
