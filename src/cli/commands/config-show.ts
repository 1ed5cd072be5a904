import type { CommandAction, Invocation } from '../flags/command.ts';
import { exitCode } from '../terminal/exit.ts';
import { columnText, jsonText, listFormat, plainText } from '../terminal/listing.ts';
import { CONFIG_OPTIONS, optionKey } from '../flags/option-keys.ts';
import { OPTIONS, type OptionName, type OptionRecord } from '../flags/options.ts';
import { envLayer, fileLayer, mergeSettings, type Merged } from '../settings/settings.ts';

/** One effective value. */
interface Shown {
  readonly key: string;
  readonly value: unknown;
  readonly origin: string;
}

/** `k8s-audit config show`: what applies to a scan, and where it comes from. */
export const configShowCommand: CommandAction = async (invocation) => {
  const { settings, terminal, config } = invocation;
  const format = listFormat(settings.format);
  const merged = scanSettings(invocation);
  const options = CONFIG_OPTIONS.map((name): Shown => {
    const given = merged.given.get(name);
    const value = shownValue(name, given?.texts ?? [], given?.value ?? OPTIONS[name].default);
    return { key: optionKey(name), value, origin: given?.origin ?? 'default' };
  });
  const sections = sectionsOf(config);
  const files = config.map(({ name }) => name);
  if (format === 'json') {
    terminal.stdout.write(jsonText({ files, options, sections }));
  } else {
    const rows = [...options, ...sections].map(({ key, value, origin }) => [
      key,
      valueText(value),
      origin,
    ]);
    const list = files.length === 0 ? 'none' : files.join(', ');
    const table = columnText([['KEY', 'VALUE', 'FROM'], ...rows], terminal.stdout.columns);
    terminal.stdout.write(plainText(`Files: ${list}\n\n${table}`));
  }
  await terminal.stdout.drained();
  return exitCode('ok');
};

/** What a scan would be given in this place. */
function scanSettings({ config, terminal, given, commands }: Invocation): Merged {
  const layers = [envLayer(terminal), ...config.map((file) => fileLayer(file, terminal))];
  const scan = commands[0]!;
  const own = given.get('config');
  return mergeSettings(scan, new Map(own === undefined ? [] : [['config', own]]), [], layers);
}

/** Values of files and the environment are shown as they were written. */
function shownValue(name: OptionName, texts: readonly string[], value: unknown): unknown {
  const record: OptionRecord<unknown> = OPTIONS[name];
  if (texts.length > 0) {
    if (record.repeatable === true) return texts;
    return record.parse === undefined ? value : texts[0];
  }
  return value ?? null;
}

function sectionsOf(config: Invocation['config']): Shown[] {
  const section = (
    key: string,
    count: (file: Invocation['config'][number]) => number | undefined,
    noun: string,
  ): Shown[] => {
    const file = config.find((each) => (count(each) ?? 0) > 0);
    if (file === undefined) return [];
    const amount = count(file)!;
    return [{ key, value: `${amount} ${amount === 1 ? noun : plural(noun)}`, origin: file.name }];
  };
  return [
    ...section('policies', ({ policies }) => policies.length, 'policy'),
    ...section('k8sAuditDetectionsRules', ({ resourceRules }) => resourceRules?.length, 'rule'),
    ...section('excludedNamespaces', (file) => file.excludedNamespaces.length, 'namespace'),
    ...section('ignore', ({ ignore }) => ignore.length, 'entry'),
  ];
}

function plural(noun: string): string {
  return noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}

function valueText(value: unknown): string {
  if (value === null) return '-';
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
