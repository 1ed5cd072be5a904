import type { Actor, Incident, TouchedObject } from '../../incidents/incident.ts';
import type { Digest } from '../../outputs/card/digest.ts';
import type { NextCommand } from '../../outputs/next-command.ts';
import { escapeTerminal } from '../../outputs/encode/escape.ts';
import { redactor, type Redact } from '../../redact/redact.ts';
import { quoteWords } from '../../util/quote-words.ts';
import type { InvocationOf } from '../flags/command-options.ts';
import type { OptionName } from '../flags/options.ts';
import { PLACING, SCOPE } from '../flags/shared-options.ts';
import { optionsAgain, pathWord } from '../settings/options-again.ts';

/** More paths than this make no command that anyone reads: the file of the finding stands for them. */
const MAX_PATHS = 3;
/** Characters of an audit ID that `show` finds a request by. */
const ID_LENGTH = 8;

/** How a log is read. */
const HOW_READ: readonly OptionName[] = ['inputFormat', 'maxEventSize'];
/** What decides which rules fire on a request. */
const RULES: readonly OptionName[] = [
  'defaultRules',
  'rules',
  'config',
  'ipList',
  'ruleMatching',
  'rule',
  'disableRule',
  'enableRule',
  'tag',
  'excludeTag',
  ...PLACING,
  ...HOW_READ,
];
/** What decides which findings a scan shows. */
const SHOWN: readonly OptionName[] = [
  ...RULES,
  ...SCOPE,
  'resourceRules',
  'resourceMode',
  'excludeNamespace',
  'dedupe',
  'baseline',
  'minPriority',
  'severity',
  'minSeverity',
  'lateness',
  'within',
];

/** What a scan was told, and commands behind it are told again. */
type Told = Pick<InvocationOf<'scan'>, 'args' | 'settings' | 'given' | 'ruleSwitches'>;

/**
 * The commands that lead on from a scan, with the IDs, names and paths of this one.
 *
 * @param absent inputs of which there is nothing
 */
export function nextCommands(
  digest: Digest,
  told: Told,
  hasIncidents: boolean,
  absent: ReadonlySet<string>,
): NextCommand[] {
  const { settings } = told;
  const { worst } = digest;
  const [user] = digest.users();
  if (user === undefined) return [];
  const redact = redactor(settings.showSecrets);
  const args = told.args.filter((path) => !absent.has(path));
  const paths = pathsOf(args, worst?.file);
  const command = (...words: readonly string[]): string[] => [
    ...programOf(paths),
    ...words.map((word) => quoteWords([redact(word)])),
  ];
  const list: NextCommand[] = [];
  if (hasIncidents && settings.groupBy !== 'incident') {
    list.push({
      words: command('incidents', ...paths, ...optionsAgain('incidents', told, SHOWN)),
      purpose: 'the findings as stories',
    });
  }
  if (worst !== undefined) {
    const id = worst.auditId.slice(0, ID_LENGTH);
    list.push({
      words: command('show', id, ...paths, ...optionsAgain('show', told, RULES)),
      purpose: 'one request in full',
    });
  }
  const name = worst?.user || user.user;
  // A summary shows what would steer a terminal escaped: as the name of nobody.
  if (escapeTerminal(name) === name) {
    list.push(...identityCommand(name, paths, told, 'what this user did', redact));
  }
  const hasReport = settings.output.some(({ file }) => /\.html?$/i.test(file));
  if (!hasReport && args.length <= MAX_PATHS) {
    const options = optionsAgain('scan', told, SHOWN);
    list.push({
      words: command('scan', ...args.map(pathWord), ...options, '-o', 'report.html'),
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

function programOf([path]: readonly string[]): string[] {
  return [...(path === '-' ? ['cat', 'LOG', '|'] : []), 'k8s-audit'];
}

/** What a user did, whose name is text of the log. */
function identityCommand(
  name: string,
  paths: readonly string[],
  told: Told,
  purpose: string,
  redact: Redact,
): NextCommand[] {
  const own = [...paths, ...optionsAgain('activity identity', told, RULES)];
  return commandOf(programOf(paths), ['activity', 'identity', name], own, purpose, redact);
}

/** Commands of a kind for one incident: more than these nobody runs one by one. */
const MAX_ACTORS = 2;
const MAX_REMOVED = 5;

/** What to do next: look at the worst request and at those who acted, then take away what was left behind. */
export function incidentCommands(
  { worst, actors, leftBehind }: Incident,
  told: Told,
): NextCommand[] {
  const redact = redactor(told.settings.showSecrets);
  const paths = pathsOf(told.args, worst.origin.file);
  const program = programOf(paths);
  const id = worst.auditId?.slice(0, ID_LENGTH);
  const [object] = leftBehind;
  const shown = [...paths, ...optionsAgain('show', told, RULES)];
  const looked = [...paths, ...optionsAgain('activity object', told, HOW_READ)];
  return [
    ...(id === undefined
      ? []
      : commandOf(program, ['show', id], shown, 'the worst request in full', redact)),
    ...actors
      .filter(isNamed)
      .slice(0, MAX_ACTORS)
      .flatMap(({ name }) => identityCommand(name, paths, told, 'all that this user did', redact)),
    ...(object === undefined
      ? []
      : commandOf(
          program,
          ['activity', 'object', specOf(object)],
          looked,
          'who changed this object',
          redact,
        )),
    ...leftBehind
      .slice(0, MAX_REMOVED)
      .flatMap((left) =>
        commandOf(['kubectl'], removal(left), [], 'takes back what was left behind', redact),
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

/**
 * A command; none where a word of the log would be taken for an option, or a word is not shown as it is.
 *
 * @param named words that may come from the log
 * @param own words of the command line
 */
function commandOf(
  program: readonly string[],
  named: readonly string[],
  own: readonly string[],
  purpose: string,
  redact: Redact,
): NextCommand[] {
  const isOption = (word: string): boolean => word.startsWith('-') && word !== '-n';
  if (named.some((word) => word === '' || isOption(word))) return [];
  const words = [...named, ...own];
  if (words.some((word) => redact(word) !== word)) return [];
  return [{ words: [...program, ...words.map((word) => quoteWords([word]))], purpose }];
}
