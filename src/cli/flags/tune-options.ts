import { choice, option } from './option-record.ts';
import { readAmount, readPercent, readText } from './values.ts';

/** What `tune` prints: a page for people, data, or the file itself. */
const TUNE_FORMATS = ['table', 'text', 'json', 'yaml'] as const;
type TuneFormat = (typeof TUNE_FORMATS)[number];

/** Options of `tune`. */
export const TUNE_OPTIONS = {
  perHour: option<number>({
    flags: '--per-hour <n>',
    description: 'only rules with this many findings or more within an hour',
    group: 'tune',
    default: 25,
    parse: readAmount,
    config: false,
  }),
  share: option<number>({
    flags: '--share <percent>',
    description: 'only entries that silence this share of the findings of their rule, or more',
    group: 'tune',
    default: 25,
    parse: readPercent,
    config: false,
  }),
  includeHigh: option<boolean>({
    flags: '--include-high',
    description: 'propose entries that silence findings of severity high, too',
    group: 'tune',
    default: false,
    config: false,
  }),
  apply: option<string | undefined>({
    flags: '--apply <file>',
    description: 'add the entries to this tuning file, which is loaded after the other rules',
    group: 'tune',
    completes: 'file',
    default: undefined,
    parse: readText,
    config: false,
  }),
  tuningCheck: option<string | undefined>({
    flags: '--check <file>',
    description:
      'say which entries of a tuning file silence nothing in this log; one fails the run',
    group: 'tune',
    completes: 'file',
    default: undefined,
    parse: readText,
    config: false,
  }),
  tuneFormat: choice<TuneFormat>(
    {
      flags: '-f, --format <format>',
      description: `${TUNE_FORMATS.join(', ')}; yaml is the tuning file`,
      group: 'output',
      default: undefined,
      defaultText: 'table on a terminal, yaml otherwise; with --check text',
      config: false,
    },
    TUNE_FORMATS,
  ),
};
