import type { CommandRecord } from './command.ts';
import { OPTION_GROUPS, OPTIONS, type OptionRecord } from './options.ts';

/** Environment variables that change what the program does. */
export const ENVIRONMENT: readonly (readonly [name: string, meaning: string])[] = [
  [
    'K8S_AUDIT_*',
    'options: K8S_AUDIT_FAIL_ON is --fail-on, K8S_AUDIT_DEFAULT_RULES=false is --no-default-rules; see config show',
  ],
  [
    'XDG_CONFIG_HOME',
    'folder of k8s-audit/config.yaml, the configuration of a user; ~/.config when not set',
  ],
  ['NO_COLOR', 'when not empty, no colour unless --color says otherwise'],
  ['FORCE_COLOR', 'colour also where output is no terminal; 0 and false mean no colour'],
  ['TERM', 'dumb means no colour'],
  ['CI', 'when not empty, no progress is shown'],
  ['GITHUB_STEP_SUMMARY', 'file that the github format adds the markdown report to'],
];

/** An option as help and docs show it. */
interface ShownOption {
  readonly flags: string;
  /** Description, with the default. */
  readonly text: string;
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
      options: options
        .filter((name) => OPTIONS[name].group === group)
        .map((name) => shown(OPTIONS[name])),
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

function shown(record: OptionRecord<unknown>): ShownOption {
  return { flags: record.flags, text: optionText(record) };
}
