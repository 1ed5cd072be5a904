import type { CommandRecord } from './command.ts';
import { commandsOf } from './near-command.ts';

/** The group in which `help` itself stands. */
export const GROUP_OF_HELP = 'Set up and look up:';
/** The commands in groups, as help lists them; what is in none comes last. */
export const COMMAND_GROUPS: readonly (readonly [title: string, names: readonly string[]])[] = [
  ['Look for findings:', ['scan', 'serve', 'incidents', 'merge']],
  ['Look into a log:', ['activity', 'show', 'explain', 'doctor', 'ui', 'mcp']],
  ['Rules and settings:', ['rules', 'policies', 'tune', 'ignore', 'baseline', 'config']],
  [GROUP_OF_HELP, ['setup', 'inputs', 'fields', 'completion']],
];

/** What groups are for that are no commands themselves; help adds the names of their commands. */
const GROUP_PURPOSE: Readonly<Record<string, string>> = {
  rules: 'the rules, bundled and your own',
  policies: 'which rules run, and how grave their findings are',
  ignore: 'accept findings by a condition, in the configuration file',
  baseline: 'accept known findings one by one, in a file beside the log',
  config: 'the configuration file',
};

/** What a group is for that is no command itself, with its commands. */
export function groupDescription(group: string, commands: readonly CommandRecord[]): string {
  const names = commandsOf(group, commands).join(', ');
  const purpose = GROUP_PURPOSE[group];
  return purpose === undefined ? names : `${purpose}: ${names}`;
}
