import { FORMAT_NAMES, FORMATS, type FormatName } from '../../../outputs/index.ts';
import type { Layer } from '../../flags/command.ts';
import type { OptionName } from '../../flags/options.ts';
import type { OutputTarget } from '../../flags/output-target.ts';

/** Options that some formats have no use for, with those that have. */
const USES = {
  raw: ['json', 'ndjson', 'ecs', 'ocsf', 'parquet', 'html'],
  csvRaw: ['csv'],
  explain: ['table'],
  byRule: FORMAT_NAMES.filter((name) => FORMATS[name].byEvent === true),
} as const satisfies Partial<Record<OptionName, readonly FormatName[]>>;

/** What to warn of: options of the command line that none of the reports heeds, such as `--raw` of a table. */
export function uselessWarnings(
  targets: readonly OutputTarget[],
  given: Layer,
  groupBy: string | undefined,
): string[] {
  return Object.entries(USES).flatMap(([name, formats]) => {
    const origin = given.get(name as keyof typeof USES)?.origin;
    if (origin?.startsWith('--') !== true) return [];
    if (groupBy !== undefined && name !== 'csvRaw') {
      return [`warning: ${origin} has no effect with groups of findings`];
    }
    const known: readonly FormatName[] = formats;
    if (targets.some(({ format }) => known.includes(format))) return [];
    const here = [...new Set(targets.map(({ format }) => format))].join(', ');
    return [`warning: ${origin} has no effect on ${here}: it is for ${known.join(', ')}`];
  });
}
