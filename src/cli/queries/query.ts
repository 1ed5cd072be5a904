// Room cli/queries: what commands print, as rows for programs that ask again and again: redacted, bounded, in pages.
// Door: query.ts (one question), answers.ts (pages of answers, remembered), tools.ts (what can be asked), tool-arguments.ts.
// Neighbours: runs commands by their records, as main.ts does; mcp and ui ask through it. It knows no protocol.
// Inside: captured-terminal.ts and row-keeper.ts keep a part of what a command writes, shown-row.ts redacts and cuts it.
// To add a question: a record in tools.ts, a row in docs/mcp.md.

import type { FormatName } from '../../outputs/index.ts';
import type { Given, Invocation, Layer } from '../flags/command.ts';
import type { CommandName } from '../flags/command-options.ts';
import { optionKey } from '../flags/option-keys.ts';
import type { OptionName } from '../flags/options.ts';
import { mergeSettings } from '../settings/settings.ts';
import { CapturedTerminal } from './captured-terminal.ts';
import { rowKeeper, type RowWindow } from './row-keeper.ts';

/** The run that asks: its options, configuration and working folder hold for what it asks too. */
export type Asking = Pick<
  Invocation<never>,
  'terminal' | 'given' | 'config' | 'commands' | 'ruleSwitches' | 'texts'
>;

/** What is asked: a command that writes JSON, with arguments and options as its command line would have them. */
export interface Query {
  readonly command: CommandName;
  readonly args: readonly string[];
  /** Options beside those of the run; they go before these. */
  readonly options: Layer;
  /** What the command writes: a JSON value a line, or one document. The elements of a document that is a list are rows. */
  readonly writes: 'lines' | 'document';
}

/** What a command said to a query. */
export interface Answer {
  /** JSON texts of the rows of the window, as the command wrote them. */
  readonly rows: readonly string[];
  /** How many rows there are in all. */
  readonly total: number;
  /** What the command told people: amounts, problems, hints. Escaped, one line each. */
  readonly notes: readonly string[];
  /** False when some input could not be read, or the command was stopped. */
  readonly isComplete: boolean;
}

/** Whatever is asked: nothing that people should not see, nothing for screens, and nothing is written anywhere. */
const FORCED: Readonly<Partial<Record<OptionName, unknown>>> = {
  showSecrets: false,
  raw: false,
  csvRaw: false,
  color: 'never',
  fold: false,
  // Pages are cut from all rows.
  limit: Infinity,
  timeFormat: 'iso8601',
  output: [],
  notify: undefined,
  to: [],
  checkpoint: undefined,
  writeBaseline: undefined,
  summary: true,
  quiet: false,
  strict: false,
  failOn: undefined,
  maxFindings: undefined,
};
/**
 * Runs a command and takes a window of the rows that it writes.
 *
 * @param signal ends it early
 * @throws KnownError as the command does
 */
export async function runQuery(
  base: Asking,
  query: Query,
  window: RowWindow,
  signal: AbortSignal,
): Promise<Answer> {
  const kept = rowKeeper(window, query.writes);
  const terminal = new CapturedTerminal(
    base.terminal,
    { write: (text) => kept.write(text) },
    signal,
  );
  const format = query.writes === 'lines' ? 'ndjson' : 'json';
  const code = await runCommand(base, query, { format }, terminal);
  return { ...kept.rows(), notes: terminal.notes, isComplete: code === 0 };
}

/** What the run of a command has beside what is asked. */
interface Manner {
  readonly format: FormatName;
  /** True for a scan that goes on as inputs grow. */
  readonly follow?: boolean;
  /** Is told the baseline of all findings of a scan. */
  readonly takeBaseline?: (text: string) => void;
}

/**
 * Runs a command to its end.
 *
 * @returns its exit code
 * @throws KnownError as the command does
 */
export async function runCommand(
  base: Asking,
  query: Omit<Query, 'writes'>,
  { format, follow = false, takeBaseline }: Manner,
  terminal: CapturedTerminal,
): Promise<number> {
  const record = base.commands.find(({ name }) => name === query.command)!;
  const values: Readonly<Partial<Record<OptionName, unknown>>> = { ...FORCED, follow };
  const forced: Layer = new Map(
    record.options.flatMap((name): [OptionName, Given][] => {
      const isFormat = optionKey(name) === 'format';
      if (!isFormat && !Object.hasOwn(values, name)) return [];
      const value = isFormat ? format : values[name];
      return [[name, { value, origin: 'the query', texts: [] }]];
    }),
  );
  const merged = mergeSettings(record, forced, [], [query.options, base.given]);
  const invocation: Invocation<OptionName> = {
    ...merged,
    args: query.args,
    ruleSwitches: base.ruleSwitches,
    terminal,
    config: base.config,
    commands: base.commands,
    ...(base.texts !== undefined && { texts: base.texts }),
    takeBaseline,
    again: () => Promise.resolve(invocation),
  };
  try {
    const action = await record.load();
    return await action(invocation);
  } finally {
    terminal.end();
  }
}
