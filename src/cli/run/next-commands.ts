import type { Digest } from '../../outputs/card/digest.ts';
import type { NextCommand } from '../../outputs/render-summary.ts';
import { redactor } from '../../redact/redact.ts';
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
): NextCommand[] {
  const { worst } = digest;
  const [user] = digest.users();
  if (user === undefined) return [];
  const redact = redactor(settings.showSecrets);
  const isPiped = args.length === 0 || args.includes('-');
  const paths = isPiped ? ['-'] : args.length > MAX_PATHS && worst ? [worst.file] : args;
  const rules = [
    ...(settings.defaultRules ? [] : ['--no-default-rules']),
    ...settings.rules.flatMap((path) => ['-r', path]),
  ];
  const command = (...words: readonly string[]): string[] => [
    ...(isPiped ? ['cat', 'LOG', '|'] : []),
    'k8s-audit',
    ...words.map((word) => quoteWords([redact(word)])),
  ];
  const list: NextCommand[] = [];
  if (worst !== undefined) {
    const id = worst.auditId.slice(0, ID_LENGTH);
    list.push({ words: command('show', id, ...paths, ...rules), purpose: 'one request in full' });
  }
  // A name that looks like an option would be read as one.
  const name = worst?.user || user.user;
  if (name !== '' && !name.startsWith('-')) {
    list.push({
      words: command('activity', 'identity', name, ...paths),
      purpose: 'what this user did',
    });
  }
  const hasReport = settings.output.some(({ file }) => /\.html?$/i.test(file));
  if (!hasReport && args.length <= MAX_PATHS) {
    list.push({
      words: command('scan', ...args, ...rules, '-o', 'report.html'),
      purpose: 'a report to hand on',
    });
  }
  return list;
}
