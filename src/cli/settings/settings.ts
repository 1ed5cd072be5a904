// Room cli/settings: options from flags, environment and configuration files merged into one set.
// Door: invocation.ts; settings.ts merges, config-paths.ts finds files, config-template.ts writes one.
// Neighbours: uses flags and config; main.ts calls it before a command runs.
// Inside: config-schema.ts makes the JSON Schema of the file from the option table.

import { dirname, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { ConfigOption } from '../../config/read-config.ts';
import type { RuleSwitch } from '../../rules/select.ts';
import { lineOf, type YamlNode } from '../../yaml/yaml-node.ts';
import { isPolicyFile } from '../../policies/policy.ts';
import { locatedSpec } from '../../sinks/spec-parts.ts';
import { KnownError } from '../../util/errors.ts';
import type { CommandRecord, FoundConfig, Given, Layer } from '../flags/command.ts';
import { optionKey, optionOfKey, optionRecord } from '../flags/option-keys.ts';
import { OPTIONS, type OptionName, type Settings } from '../flags/options.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** The merged values of a command's options, with their origins. */
export interface Merged {
  readonly settings: Settings<OptionName>;
  readonly ruleSwitches: readonly RuleSwitch[];
  /** Only options that were given somewhere. */
  readonly given: Layer;
}

/**
 * Merges the sources of a command's options: the settings hold these, no others.
 *
 * @param flags values from the command line
 * @param flagSwitches its `--enable-rule` and `--disable-rule`, in order
 * @param layers other sources, most important first; they hold only options that they may set
 */
export function mergeSettings(
  record: CommandRecord,
  flags: Layer,
  flagSwitches: readonly RuleSwitch[],
  layers: readonly Layer[],
): Merged {
  const given = new Map<OptionName, Given>();
  const settings: Record<string, unknown> = {};
  const switches: RuleSwitch[] = [];
  for (const name of record.options) {
    const found = flags.get(name) ?? layers.find((layer) => layer.has(name))?.get(name);
    if (found !== undefined) given.set(name, found);
    settings[name] = found === undefined ? OPTIONS[name].default : found.value;
  }
  for (const layer of layers.toReversed()) {
    for (const [name, from] of layer) {
      const { ruleSwitch } = optionRecord(name);
      if (ruleSwitch === undefined || given.get(name) !== from) continue;
      const enable = ruleSwitch === 'enable';
      switches.push(...from.texts.map((pattern) => ({ enable, pattern })));
    }
  }
  return {
    settings: settings as Settings<OptionName>,
    ruleSwitches: [...switches, ...flagSwitches],
    given,
  };
}

/** The values that a configuration file gives. @throws KnownError for a wrong one */
export function fileLayer(file: FoundConfig, terminal: Terminal): Layer {
  const layer = new Map<OptionName, Given>();
  for (const entry of file.options) {
    const name = optionOfKey(entry.key)!;
    const origin = `${file.name}:${lineOf(entry.node)}`;
    const texts = textsOf(name, entry, origin).map((text) => located(name, text, file.path));
    layer.set(name, readTexts(name, texts, origin, terminal));
  }
  return layer;
}

function textsOf(name: OptionName, { key, node }: ConfigOption, origin: string): string[] {
  const record = optionRecord(name);
  const items: readonly YamlNode[] =
    node.kind === 'sequence' && record.repeatable === true ? node.items : [node];
  return items.map((item) => {
    if (item.kind === 'scalar' && !item.isNull) return item.text;
    const kind = record.repeatable === true ? 'a text or a list of texts' : 'a single value';
    throw new KnownError('config', `${origin}: ${key} must be ${kind}`);
  });
}

/** Files that a configuration names lie relative to it. */
function located(name: OptionName, text: string, path: string): string {
  if (name === 'to') return locatedSpec(text, dirname(path));
  const isPath =
    optionRecord(name).completes === 'file' || (name === 'policy' && isPolicyFile(text));
  return isPath ? resolve(dirname(path), text) : text;
}

/** Reads the texts of an option's value. @throws KnownError for a wrong one */
export function readTexts(
  name: OptionName,
  texts: readonly string[],
  origin: string,
  terminal: Pick<Terminal, 'now'>,
): Given {
  const { parse, repeatable } = optionRecord(name);
  const read = (text: string): unknown => {
    if (parse === undefined) return readBoolean(name, text, origin);
    try {
      return parse(text, { now: terminal.now() });
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      throw new KnownError('config', `${origin}: ${optionKey(name)} '${text}': ${error.message}`);
    }
  };
  const values = texts.map(read);
  return { value: repeatable === true ? values : values[0], origin, texts };
}

function readBoolean(name: OptionName, text: string, origin: string): boolean {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new KnownError(
    'config',
    `${origin}: ${optionKey(name)} must be true or false, not '${text}'`,
  );
}
