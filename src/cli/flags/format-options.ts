import {
  FORMAT_NAMES,
  pageFormats,
  RECORD_FORMATS,
  ROW_FORMATS,
  SCHEMA_FORMATS,
  type FormatName,
  type PageFormat,
  type RecordFormat,
  type RowFormat,
  type SchemaFormat,
} from '../../outputs/index.ts';
import { SQL_TABLES, type SqlTable } from '../../sql/sql-tables.ts';
import { choice, option, type OptionRecord } from './option-record.ts';
import { readOutput, type OutputOption } from './output-target.ts';
import { readText } from './values.ts';

/** What rules are written for elsewhere. */
const EXPORT_FORMATS = ['falco', 'clickhouse'] as const;
type ExportFormat = (typeof EXPORT_FORMATS)[number];

const DEFAULT_OF_LISTS = 'table on a terminal, ndjson otherwise';

/**
 * `--format` and `--output` of every kind of command. Each has the formats that it writes, no others. A file
 * and the environment set those of `scan` alone: the others write something else.
 */
export const FORMAT_OPTIONS = {
  format: formatOption<FormatName>(FORMAT_NAMES, { defaultText: DEFAULT_OF_LISTS }),
  recordFormat: formatOption<RecordFormat>(RECORD_FORMATS, {
    defaultText: DEFAULT_OF_LISTS,
    config: false,
  }),
  requestFormat: formatOption<RecordFormat | SchemaFormat | RowFormat>(
    [...RECORD_FORMATS, ...SCHEMA_FORMATS, ...ROW_FORMATS],
    { defaultText: DEFAULT_OF_LISTS, config: false },
  ),
  pageFormat: formatOption<PageFormat<'page'>>(pageFormats('page'), {
    defaultText: 'text',
    config: false,
  }),
  profileFormat: formatOption<PageFormat<'profile'>>(pageFormats('profile'), {
    defaultText: 'text',
    config: false,
  }),
  incidentFormat: formatOption<PageFormat<'incidents'>>(pageFormats('incidents'), {
    defaultText: 'table on a terminal, text otherwise',
    config: false,
  }),
  listFormat: formatOption<PageFormat<'listing'>>(pageFormats('listing'), {
    defaultText: 'text',
    config: false,
  }),
  testFormat: formatOption<PageFormat<'tests'>>(pageFormats('tests'), {
    defaultText: 'text',
    config: false,
  }),
  exportFormat: choice<ExportFormat>(
    {
      flags: '-f, --format <format>',
      description: EXPORT_FORMATS.join(', '),
      group: 'output',
      default: undefined,
      defaultText: 'falco',
      config: false,
    },
    EXPORT_FORMATS,
  ),
  exportTable: choice<SqlTable>(
    {
      flags: '--table <kind>',
      description:
        'with -f clickhouse: what the server holds; raw lines (k8s_audit_lines) or typed columns (k8s_audit_events)',
      group: 'output',
      default: undefined,
      defaultText: 'raw',
      config: false,
    },
    SQL_TABLES,
  ),
  checkFormat: formatOption<RecordFormat>(RECORD_FORMATS, {
    description: `with --check: ${RECORD_FORMATS.join(', ')}; a policy is YAML`,
    defaultText: DEFAULT_OF_LISTS,
    config: false,
  }),
  output: option<readonly OutputOption[]>({
    flags: '-o, --output <file>',
    description:
      'write a report to FILE or FORMAT=FILE (sarif=out.sarif, report.html); repeatable; - is standard output',
    group: 'output',
    completes: 'output',
    default: [],
    repeatable: true,
    parse: readOutput,
  }),
  outputFile: option<string | undefined>({
    flags: '-o, --output <file>',
    description: 'write to this file; - is standard output',
    group: 'output',
    completes: 'file',
    default: undefined,
    parse: readText,
    config: false,
  }),
};

function formatOption<T extends FormatName>(
  names: readonly T[],
  rest: Pick<OptionRecord<unknown>, 'defaultText' | 'config'> & { readonly description?: string },
): OptionRecord<T | undefined> {
  return choice<T>(
    {
      flags: '-f, --format <format>',
      description: names.join(', '),
      group: 'output',
      default: undefined,
      ...rest,
    },
    names,
  );
}
