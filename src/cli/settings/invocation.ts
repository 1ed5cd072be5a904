import type { CommandRecord, FoundConfig, Invocation, Layer } from '../flags/command.ts';
import type { FoundConfigs } from './config-files.ts';
import { configPaths } from './config-paths.ts';
import type { Chosen } from '../flags/program.ts';
import { envLayer, fileLayer, mergeSettings } from './settings.ts';
import type { Terminal } from '../terminal/terminal.ts';

/**
 * What a chosen command is given: its options merged from the command line, the environment and the
 * configuration files. Warnings go to standard error.
 *
 * @param commands every command of the program, the default one first
 * @throws KnownError for a wrong environment variable or configuration
 */
export async function invocationOf(
  chosen: Chosen,
  commands: readonly CommandRecord[],
  terminal: Terminal,
): Promise<Invocation> {
  const { record, args, flags, ruleSwitches } = chosen;
  if (record.config === false) {
    const merged = mergeSettings(record, flags, ruleSwitches, []);
    return { args, terminal, commands, config: [], ...merged };
  }
  const env = envLayer(terminal);
  const named = (flags.get('config') ?? env.get('config'))?.value;
  const paths = configPaths(typeof named === 'string' ? named : undefined, terminal);
  const found = paths.length === 0 ? NOTHING : await readFiles(paths, terminal.cwd);
  const layers: Layer[] = [env, ...found.files.map((file) => fileLayer(file, terminal))];
  const merged = mergeSettings(record, flags, ruleSwitches, layers);
  if (!merged.settings.quiet) {
    for (const warning of found.warnings) terminal.stderr.write(`${warning}\n`);
  }
  const config: readonly FoundConfig[] = found.files;
  return { args, terminal, commands, config, ...merged };
}

const NOTHING: FoundConfigs = { files: [], warnings: [] };

/** YAML is only loaded where there is some to read. */
async function readFiles(paths: readonly string[], cwd: string): Promise<FoundConfigs> {
  const { readConfigFiles } = await import('./config-files.ts');
  return readConfigFiles(paths, cwd);
}
