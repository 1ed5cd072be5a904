import { OPTIONS, type OptionName, type OptionRecord } from './options.ts';

/** What all environment variables of the program start with. */
export const ENV_PREFIX = 'K8S_AUDIT_';

/** The record of an option, whatever the type of its value. */
export function optionRecord(name: OptionName): OptionRecord<unknown> {
  return OPTIONS[name];
}

/** The options that a file or the environment can set. */
export const CONFIG_OPTIONS: readonly OptionName[] = (Object.keys(OPTIONS) as OptionName[]).filter(
  (name) => optionRecord(name).config !== false,
);

/** An option's key in configuration files: its long flag, without `no-`. `defaultRules` is `default-rules`. */
export function optionKey(name: OptionName): string {
  const [, key = ''] = /--(?:no-)?([a-z-]+)/.exec(optionRecord(name).flags) ?? [];
  return key;
}

/** An option's environment variable: `K8S_AUDIT_DEFAULT_RULES`. */
export function optionEnv(name: OptionName): string {
  return ENV_PREFIX + optionKey(name).replaceAll('-', '_').toUpperCase();
}

const BY_KEY: ReadonlyMap<string, OptionName> = new Map(
  CONFIG_OPTIONS.filter((name) => name !== 'config').map((name) => [optionKey(name), name]),
);

/** The keys of options in configuration files, in the order of help. */
export const OPTION_KEYS: readonly string[] = [...BY_KEY.keys()];

/** The option of a key. */
export function optionOfKey(key: string): OptionName | undefined {
  return BY_KEY.get(key);
}
