import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands/index.ts';
import type { CommandAction, Invocation } from '../../../src/cli/flags/command.ts';
import {
  COMMAND_OPTIONS,
  type ActionOf,
  type InvocationOf,
} from '../../../src/cli/flags/command-options.ts';
import { optionKey, optionRecord } from '../../../src/cli/flags/option-keys.ts';
import { OPTIONS, type OptionName } from '../../../src/cli/flags/options.ts';
import { mergeSettings } from '../../../src/cli/settings/settings.ts';

// The type check is the test: an error that is expected and missing is one itself.
describe('the types of options', () => {
  test("a command reads its own options, and no other command's", () => {
    const list: ActionOf<'rules list'> = async ({ settings }) => {
      const tags: readonly string[] = settings.tag;
      // @ts-expect-error -- rules list takes no --threads
      const { threads } = settings;
      // @ts-expect-error -- its formats are those of listings
      const { format } = settings;
      return Promise.resolve([threads, format].length + tags.length);
    };
    const known: CommandAction<'tag' | 'threads'> = async ({ settings }) =>
      Promise.resolve(settings.threads ?? 0);
    // @ts-expect-error -- code that reads --threads is none for a command without it
    const wrong: ActionOf<'rules list'> = known;
    expect([list, wrong]).toHaveLength(2);
  });

  test('code that commands share says which options it needs', () => {
    const needs = ({ settings }: Invocation<'quiet'>): boolean => settings.quiet;
    const may = ({ settings }: Invocation<never, 'follow'>): boolean | undefined => settings.follow;
    const use = (scan: InvocationOf<'scan'>, fields: InvocationOf<'fields'>): unknown => [
      needs(scan),
      // @ts-expect-error -- fields takes no --quiet
      needs(fields),
      may(scan),
      may(fields),
    ];
    expect(use).toBeTypeOf('function');
  });
});

describe('every command', () => {
  test('has a record and a list of options', () => {
    expect(COMMANDS.map(({ name }) => name).toSorted()).toEqual(
      Object.keys(COMMAND_OPTIONS).toSorted(),
    );
  });

  test.each(COMMANDS.map((command) => [command.name, command] as const))(
    '%s is given its own options alone',
    (_, command) => {
      const { settings } = mergeSettings(command, new Map(), [], []);
      expect(Object.keys(settings)).toEqual([...command.options]);
    },
  );

  test.each(COMMANDS.map((command) => [command.name, command] as const))(
    '%s has each flag once',
    (_, { options }) => {
      const flags = options.flatMap((name) => OPTIONS[name].flags.split(/[ ,]+/));
      const dashed = flags.filter((flag) => flag.startsWith('-'));
      expect(dashed).toEqual([...new Set(dashed)]);
    },
  );

  test('options that share a flag are told apart by the configuration', () => {
    const keys = (Object.keys(OPTIONS) as OptionName[])
      .filter((name) => optionRecord(name).config !== false)
      .map(optionKey);
    expect(keys).toEqual([...new Set(keys)]);
    const used = new Set(COMMANDS.flatMap(({ options }) => options));
    expect(Object.keys(OPTIONS).filter((name) => !used.has(name as OptionName))).toEqual([]);
  });
});
