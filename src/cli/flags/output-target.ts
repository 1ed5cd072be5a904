import { InvalidArgumentError } from 'commander';
import { basename, resolve } from 'node:path';
import {
  defaultFormat,
  FORMAT_NAMES,
  formatOfExtension,
  hasExtension,
  type FormatName,
} from '../../outputs/index.ts';
import { KnownError } from '../../util/errors.ts';
import { parseChoice } from './values.ts';

/** Where one report goes, as the user wrote it. */
export interface OutputOption {
  /** A path; `-` is standard output. */
  readonly file: string;
  /** Undefined when only the file was named. */
  readonly format: FormatName | undefined;
}

/** Where one report goes and how it is written. */
export interface OutputTarget {
  readonly file: string;
  readonly format: FormatName;
}

const readFormat = parseChoice(FORMAT_NAMES);

/** A value of `--output`: `FILE` or `FORMAT=FILE`. @throws InvalidArgumentError */
export function readOutput(text: string): OutputOption {
  const [, name, file = text] = /^([A-Za-z][\w-]*)=(.*)$/s.exec(text) ?? [];
  if (file === '') throw new InvalidArgumentError('Give a file, or - for standard output.');
  if (name === undefined) return { file, format: undefined };
  try {
    return { file, format: readFormat(name) };
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    const hint = `A file name with = in it is written ./${text}`;
    throw new InvalidArgumentError(`'${name}' is not a format. ${error.message} ${hint}`);
  }
}

/**
 * The format and destination of every report. A file's format is the one before `=`, else `--format`,
 * else the one its extension tells, else ndjson; standard output has ndjson, or a table on a terminal.
 *
 * @throws KnownError when options contradict each other
 */
export function chooseTargets(
  outputs: readonly OutputOption[],
  format: FormatName | undefined,
  isTerminal: boolean,
): readonly OutputTarget[] {
  const standard = format ?? defaultFormat(isTerminal);
  if (outputs.length === 0) return [{ file: '-', format: standard }];
  if (format !== undefined && outputs.every((output) => output.format !== undefined)) {
    throw new KnownError(
      'usage',
      `--format ${format} is for no output: each --output names its own`,
      'add -o - to print as well',
    );
  }
  const seen = new Set<string>();
  return outputs.map(({ file, format: own }) => {
    const place = file === '-' ? '-' : resolve(file);
    if (seen.has(place)) {
      throw new KnownError('usage', `two outputs go to ${file === '-' ? 'standard output' : file}`);
    }
    seen.add(place);
    if (own !== undefined) return { file, format: own };
    if (format === undefined) refuseFormatName(file);
    return { file, format: file === '-' ? standard : fileFormat(file, format) };
  });
}

/**
 * Elsewhere `-o json` is a format, and prints: a file of that name is hardly ever meant.
 *
 * @throws KnownError for an output that is only the name of a format
 */
function refuseFormatName(file: string): void {
  const name = FORMAT_NAMES.find((known) => known === file.toLowerCase());
  if (name === undefined) return;
  throw new KnownError(
    'usage',
    `-o ${file} names a file, not a format`,
    `print it with -f ${name}, write a file with -o ${name}=FILE; a file of that name is ./${file}`,
  );
}

/** Extensions of files of any kind: nobody expects a certain format there. */
const PLAIN_EXTENSIONS = new Set(['log', 'out', 'dat', 'tmp', 'new', 'part']);

/** What to warn of: files whose extension promises something that they are not, as `report.htlm` does. */
export function outputWarnings(
  outputs: readonly OutputOption[],
  format: FormatName | undefined,
): string[] {
  if (format !== undefined) return [];
  return outputs.flatMap(({ file, format: own }) => {
    if (own !== undefined) return [];
    const written = `warning: ${file} is written as ${defaultFormat(false)}:`;
    const extension = extensionOf(file);
    // Numbers are dates and counts.
    const isPromise = /^[a-z]{2,8}\d?$/.test(extension) && !PLAIN_EXTENSIONS.has(extension);
    if (!isPromise || formatOfExtension(extension) !== undefined) return [];
    return [`${written} no format has its extension (html=${file} chooses one)`];
  });
}

/** The extension of a file name, without the dot, in small letters; the last two where a format has them. */
function extensionOf(file: string): string {
  const [last = '', before] = basename(file).toLowerCase().split('.').slice(1).toReversed();
  const both = `${before}.${last}`;
  return before !== undefined && formatOfExtension(both) !== undefined ? both : last;
}

function fileFormat(file: string, format: FormatName | undefined): FormatName {
  const extension = extensionOf(file);
  const told = formatOfExtension(extension);
  if (format === undefined) return told ?? defaultFormat(false);
  if (told === undefined || hasExtension(format, extension)) return format;
  throw new KnownError(
    'usage',
    `--format ${format} contradicts the name ${file}`,
    `${told}=${file} or ${format}=${file}`,
  );
}

/** True when a report is a case file, which tells more than findings. */
export function hasCaseFile(
  targets: readonly OutputTarget[],
  groupBy: string | readonly string[] | undefined,
): boolean {
  return groupBy === undefined && targets.some(({ format }) => format === 'html');
}
