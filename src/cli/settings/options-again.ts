import { Option } from 'commander';
import type { RuleSwitch } from '../../rules/select.ts';
import type { Layer } from '../flags/command.ts';
import { COMMAND_OPTIONS, type CommandName } from '../flags/command-options.ts';
import { optionRecord } from '../flags/option-keys.ts';
import type { OptionName } from '../flags/options.ts';

/** What a command line gave. */
interface GivenOptions {
  readonly given: Layer;
  readonly ruleSwitches: readonly RuleSwitch[];
}

/**
 * The words with which another command has the options that were given on the command line. What came from the
 * environment or a configuration file comes from there again.
 *
 * @param command which may not have all of them
 * @param names the options that matter
 */
export function optionsAgain(
  command: CommandName,
  { given, ruleSwitches }: GivenOptions,
  names: readonly OptionName[],
): string[] {
  const own: readonly OptionName[] = COMMAND_OPTIONS[command];
  const words: string[] = [];
  let switches = 0;
  for (const name of names) {
    const from = given.get(name);
    if (!own.includes(name) || from?.origin.startsWith('--') !== true) continue;
    const record = optionRecord(name);
    if (record.ruleSwitch !== undefined) switches += from.texts.length;
    else if (record.parse === undefined) words.push(from.origin);
    else words.push(...from.texts.flatMap((text) => valued(name, text)));
  }
  // Switches hold in their order; those of the command line are the last ones.
  const switched = switches === 0 ? [] : ruleSwitches.slice(-switches);
  for (const { enable, pattern } of switched) {
    words.push(...valued(enable ? 'enableRule' : 'disableRule', pattern));
  }
  return words;
}

/** A path that begins like an option is written so that it is none. */
export function pathWord(path: string): string {
  return path.startsWith('-') && path !== '-' ? `./${path}` : path;
}

/** An option with its value, which may begin like an option. */
function valued(name: OptionName, text: string): string[] {
  const record = optionRecord(name);
  const { short, long } = new Option(record.flags);
  if (record.completes === 'file') return [short ?? long!, pathWord(text)];
  return text.startsWith('-') ? [`${long!}=${text}`] : [short ?? long!, text];
}
