import type { CommandRecord } from './command.ts';
import { optionKey, optionRecord } from './option-keys.ts';
import { OPTION_GROUPS, OPTIONS, type OptionName, type OptionRecord } from './options.ts';

/** Environment variables that change what the program does. */
export const ENVIRONMENT: readonly (readonly [name: string, meaning: string])[] = [
  [
    'K8S_AUDIT_*',
    'options, for every command that takes them: K8S_AUDIT_FAIL_ON is --fail-on, ' +
      'K8S_AUDIT_DEFAULT_RULES=false is --no-default-rules; K8S_AUDIT_FORMAT and K8S_AUDIT_OUTPUT are ' +
      'for scan alone; unknown ones are warned of; see config show --for COMMAND',
  ],
  [
    'XDG_CONFIG_HOME',
    'folder of k8s-audit/config.yaml, the configuration of a user; ~/.config when not set',
  ],
  ['HOME', 'folder of .config, where XDG_CONFIG_HOME is not set'],
  ['NO_COLOR', 'when not empty, no colour unless --color says otherwise'],
  ['FORCE_COLOR', 'colour also where output is no terminal; 0 and false mean no colour'],
  ['TERM', 'dumb means no colour'],
  [
    'LC_ALL, LC_CTYPE, LANG',
    'the first one that is set names the locale; lines of tables are ASCII when it has no UTF-8',
  ],
  ['CI', 'when not empty, no progress is shown'],
  ['GITHUB_STEP_SUMMARY', 'file that the github format adds the markdown report to'],
  ['GITHUB_OUTPUT', 'file that the github format adds the numbers findings and high to'],
];

/** An option as help and docs show it. */
interface ShownOption {
  readonly flags: string;
  /** Description, with the default. */
  readonly text: string;
  /** Its key in configuration files; undefined for options of the command line alone. */
  readonly key: string | undefined;
}

/** A heading and the options below it. */
interface ShownGroup {
  readonly title: string;
  readonly options: readonly ShownOption[];
}

/** The options of a command by group, in the order help shows them. Empty groups are left out. */
export function groupedOptions({ options }: CommandRecord): ShownGroup[] {
  return Object.entries(OPTION_GROUPS)
    .map(([group, title]) => ({
      title,
      options: options.filter((name) => OPTIONS[name].group === group).map(shown),
    }))
    .filter((group) => group.options.length > 0);
}

/** An option's description with its default, where it has one that says something. */
export function optionText(record: OptionRecord<unknown>): string {
  const { default: value, defaultText, description } = record;
  const plain = typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  const text = defaultText ?? plain;
  return text === undefined ? description : `${description} (default: ${text})`;
}

function shown(name: OptionName): ShownOption {
  const record = optionRecord(name);
  const key = record.config === false ? undefined : optionKey(name);
  return { flags: record.flags, text: optionText(record), key };
}
