import type { CommandRecord, FileTexts, FoundConfig, Invocation, Layer } from '../flags/command.ts';
import type { FoundConfigs } from './config-files.ts';
import type { OptionName } from '../flags/options.ts';
import { configPaths, editedConfig } from './config-paths.ts';
import type { Chosen } from '../flags/program.ts';
import { envLayer, envWarnings } from './environment.ts';
import { fileLayer, mergeSettings } from './settings.ts';
import { plainText } from '../terminal/listing.ts';
import type { Terminal } from '../terminal/terminal.ts';

/**
 * What a chosen command is given: its options merged from the command line, the environment and the
 * configuration files. Warnings go to standard error.
 *
 * @param commands every command of the program, the default one first
 * @param texts take the place of files
 * @throws KnownError for a wrong environment variable or configuration
 */
export async function invocationOf(
  chosen: Chosen,
  commands: readonly CommandRecord[],
  terminal: Terminal,
  texts?: FileTexts,
): Promise<Invocation<OptionName>> {
  const { record, args, flags, ruleSwitches } = chosen;
  const found = record.config === false ? NOTHING : await filesOf(flags, terminal, texts);
  const layers = layersOf(record, found.files, terminal);
  const merged = mergeSettings(record, flags, ruleSwitches, layers);
  // Who asks again was warned before.
  if (texts === undefined && !isQuiet([flags, ...layers])) {
    for (const warning of [...envWarnings(terminal.env), ...found.warnings]) {
      terminal.stderr.write(`${plainText(warning)}\n`);
    }
  }
  const again: Invocation<OptionName>['again'] = (changed) =>
    invocationOf(chosen, commands, terminal, changed);
  const tried = texts === undefined ? {} : { texts };
  return { args, terminal, commands, config: found.files, again, ...tried, ...merged };
}

/** What the environment and configuration files give to a command, most important first. @throws KnownError */
export function layersOf(
  { config, options }: CommandRecord,
  files: readonly FoundConfig[],
  terminal: Terminal,
): Layer[] {
  // A command that works in spite of the configuration does so in spite of variables for others.
  if (config === false) return [envLayer(terminal, options)];
  return [envLayer(terminal), ...files.map((file) => fileLayer(file, terminal))];
}

/** Whether warnings are unwanted, also where a command has no `--quiet` of its own. */
function isQuiet(layers: readonly Layer[]): boolean {
  return layers.find((layer) => layer.has('quiet'))?.get('quiet')?.value === true;
}

const NOTHING: FoundConfigs = { files: [], warnings: [] };

/** YAML is only loaded where there is some to read. */
async function filesOf(
  flags: Layer,
  terminal: Terminal,
  texts: FileTexts | undefined,
): Promise<FoundConfigs> {
  const named = (flags.get('config') ?? envLayer(terminal, ['config']).get('config'))?.value;
  const explicit = typeof named === 'string' ? named : undefined;
  const there = configPaths(explicit, terminal);
  const edited = texts === undefined ? undefined : editedConfig(explicit, terminal);
  // A file that is not there yet is the nearest one once it is.
  const paths =
    edited !== undefined && texts!.has(edited) ? [...new Set([edited, ...there])] : there;
  if (paths.length === 0) return NOTHING;
  const { readConfigFiles } = await import('./config-files.ts');
  return readConfigFiles(paths, terminal.cwd, texts);
}
