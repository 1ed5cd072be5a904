import type { Actor, Incident, TouchedObject } from '../../incidents/incident.ts';
import type { Digest } from '../../outputs/card/digest.ts';
import type { NextCommand } from '../../outputs/next-command.ts';
import { escapeTerminal } from '../../outputs/encode/escape.ts';
import { redactor, type Redact } from '../../redact/redact.ts';
import { quoteWords } from '../../util/quote-words.ts';
import type { InvocationOf } from '../flags/command-options.ts';

/** More paths than this make no command that anyone reads: the file of the finding stands for them. */
const MAX_PATHS = 3;
/** Characters of an audit ID that `show` finds a request by. */
const ID_LENGTH = 8;

/** The commands that lead on from a scan, with the IDs, names and paths of this one. */
export function nextCommands(
  digest: Digest,
  { args, settings }: Pick<InvocationOf<'scan'>, 'args' | 'settings'>,
  hasIncidents: boolean,
): NextCommand[] {
  const { worst } = digest;
  const [user] = digest.users();
  if (user === undefined) return [];
  const redact = redactor(settings.showSecrets);
  const paths = pathsOf(args, worst?.file);
  const isPiped = paths[0] === '-';
  const rules = rulesOf(settings);
  const command = (...words: readonly string[]): string[] => [
    ...(isPiped ? ['cat', 'LOG', '|'] : []),
    'k8s-audit',
    ...words.map((word) => quoteWords([redact(word)])),
  ];
  const list: NextCommand[] = [];
  if (hasIncidents && settings.groupBy !== 'incident') {
    list.push({
      words: command('incidents', ...paths, ...rules),
      purpose: 'the findings as stories',
    });
  }
  if (worst !== undefined) {
    const id = worst.auditId.slice(0, ID_LENGTH);
    list.push({ words: command('show', id, ...paths, ...rules), purpose: 'one request in full' });
  }
  const name = worst?.user || user.user;
  const start = isPiped ? ['cat', 'LOG', '|', 'k8s-audit'] : ['k8s-audit'];
  const identity = ['activity', 'identity', name, ...paths, ...rules];
  // A summary shows what would steer a terminal escaped: as the name of nobody.
  if (escapeTerminal(name) === name) {
    list.push(...commandOf(start, identity, 'what this user did', redact));
  }
  const hasReport = settings.output.some(({ file }) => /\.html?$/i.test(file));
  if (!hasReport && args.length <= MAX_PATHS) {
    list.push({
      words: command('scan', ...args.map(pathWord), ...rules, '-o', 'report.html'),
      purpose: 'a report to hand on',
    });
  }
  return list;
}

/** The paths that a command names: those of the run, or the file of what it is about where they are too many. */
function pathsOf(args: readonly string[], file: string | undefined): readonly string[] {
  if (args.length === 0 || args.includes('-')) return ['-'];
  return (args.length > MAX_PATHS && file !== undefined ? [file] : args).map(pathWord);
}

/** A path that begins like an option is written so that it is none. */
function pathWord(path: string): string {
  return path.startsWith('-') && path !== '-' ? `./${path}` : path;
}

/** The options with which a command has the rules of the run. */
function rulesOf({
  defaultRules,
  rules,
}: Pick<InvocationOf<'scan'>['settings'], 'defaultRules' | 'rules'>): string[] {
  return [
    ...(defaultRules ? [] : ['--no-default-rules']),
    ...rules.flatMap((path) => ['-r', pathWord(path)]),
  ];
}

/** Commands of a kind for one incident: more than these nobody runs one by one. */
const MAX_ACTORS = 2;
const MAX_REMOVED = 5;

/** What to do next: look at the worst request and at those who acted, then take away what was left behind. */
export function incidentCommands(
  { worst, actors, leftBehind }: Incident,
  { args, settings }: Pick<InvocationOf<'scan'>, 'args' | 'settings'>,
): NextCommand[] {
  const redact = redactor(settings.showSecrets);
  const paths = pathsOf(args, worst.origin.file);
  const own = (words: readonly string[], purpose: string): NextCommand[] =>
    commandOf(
      [...(paths[0] === '-' ? ['cat', 'LOG', '|'] : []), 'k8s-audit'],
      words,
      purpose,
      redact,
    );
  const { auditId } = worst;
  const [object] = leftBehind;
  return [
    ...(auditId === undefined
      ? []
      : own(
          ['show', auditId.slice(0, ID_LENGTH), ...paths, ...rulesOf(settings)],
          'the worst request in full',
        )),
    ...actors
      .filter(isNamed)
      .slice(0, MAX_ACTORS)
      .flatMap(({ name }) =>
        own(
          ['activity', 'identity', name, ...paths, ...rulesOf(settings)],
          'all that this user did',
        ),
      ),
    ...(object === undefined
      ? []
      : own(['activity', 'object', specOf(object), ...paths], 'who changed this object')),
    ...leftBehind
      .slice(0, MAX_REMOVED)
      .flatMap((left) =>
        commandOf(['kubectl'], removal(left), 'takes back what was left behind', redact),
      ),
  ];
}

function isNamed({ kind, name }: Actor): boolean {
  return kind !== 'anonymous' && name !== '';
}

function specOf({ namespace, resource, name }: TouchedObject): string {
  return [namespace, resource, name].filter((part) => (part ?? '') !== '').join('/');
}

function removal({ namespace, resource, name }: TouchedObject): string[] {
  const scoped = namespace === undefined || resource === 'namespaces' ? [] : ['-n', namespace];
  return [...scoped, 'delete', resource, name];
}

/** A command; none where a word of the log would be taken for an option, or is not shown as it is. */
function commandOf(
  program: readonly string[],
  words: readonly string[],
  purpose: string,
  redact: Redact,
): NextCommand[] {
  const options = new Set(['-n', '-r', '--no-default-rules', '-']);
  const isOdd = (word: string): boolean =>
    word === '' || (word.startsWith('-') && !options.has(word)) || redact(word) !== word;
  if (words.some(isOdd)) return [];
  return [{ words: [...program, ...words.map((word) => quoteWords([word]))], purpose }];
}
