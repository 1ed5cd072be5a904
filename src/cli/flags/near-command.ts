import { didYouMean } from '../../util/suggest.ts';
import { COMMANDS } from '../commands/index.ts';

/**
 * `did you mean the command …?`, for a word that may be a mistyped command; undefined when it is near none.
 * With a default command such a word is read as a path.
 */
export function nearCommand(word: string): string | undefined {
  if (!/^[a-z-]+$/i.test(word)) return undefined;
  const names = [...COMMANDS.map(({ name }) => name.split(' ')[0]!), 'help'];
  return didYouMean(word, names)?.replace('did you mean ', 'did you mean the command ');
}

/** True for the first word of a command. */
export function isCommand(word: string): boolean {
  return word === 'help' || COMMANDS.some(({ name }) => name.split(' ')[0] === word);
}

/** The commands of a group such as `rules`: the second words of their names. */
export function commandsOf(group: string): string[] {
  return COMMANDS.map(({ name }) => name.split(' '))
    .filter(([first, second]) => first === group && second !== undefined)
    .map(([, second]) => second!);
}
