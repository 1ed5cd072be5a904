import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { readTextFile } from '../../io/text-file.ts';
import type { BaselineEntry } from '../../baseline/entry.ts';
import { parseBaseline } from '../../baseline/read-baseline.ts';
import { errorText } from '../../io/error-text.ts';
import { KnownError } from '../../util/errors.ts';
import type { FileTexts } from '../flags/command.ts';

/** A baseline is read whole; longer reports are better turned into one with --write-baseline. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * The entries of a baseline, or of a report that serves as one; `-` is standard input.
 *
 * @param texts take the place of files
 * @throws KnownError
 */
export function readBaselineFile(file: string, texts?: FileTexts): BaselineEntry[] {
  return parseBaseline(file, texts?.get(resolve(file)) ?? readText(file));
}

function readText(file: string): string {
  try {
    if (file !== '-' && statSync(file).size > MAX_BYTES) {
      throw new KnownError(
        'input',
        `baseline ${file} is larger than ${MAX_BYTES / 1024 / 1024} MiB`,
        '--write-baseline makes a small one',
      );
    }
    return readTextFile(file === '-' ? 0 : file);
  } catch (error) {
    if (error instanceof KnownError) throw error;
    throw new KnownError('input', `cannot read baseline ${file}: ${errorText(error)}`);
  }
}
