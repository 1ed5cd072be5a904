import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { readSpec } from '../../sinks/sink-spec.ts';
import { Sinks } from '../../sinks/sinks.ts';
import { errorText } from '../../io/error-text.ts';
import { errorCode, KnownError } from '../../util/errors.ts';
import type { Invocation } from '../flags/command.ts';
import { readDuration, readSizeUpTo } from '../flags/values.ts';

/** Largest size of a file of a sink. */
const LARGEST_FILE = 1024 ** 4;

/**
 * Opens the sinks that `--to` names.
 *
 * @param dir where alerts are kept that cannot be sent now; undefined for memory alone
 * @param tell takes what the user is to know while it runs
 * @throws KnownError when one is not understood, or a secret is missing
 */
export function openSinks(
  { settings, terminal }: Invocation<'to'>,
  dir: string | undefined,
  tell: (text: string) => void,
): Sinks {
  const readers = {
    env: terminal.env,
    duration: (text: string) => attempt(() => readDuration(text)),
    size: (text: string) => attempt(() => readSizeUpTo(LARGEST_FILE)(text)),
  };
  const specs = settings.to.map((text) => readSpec(text, readers));
  const options = {
    dir,
    tell,
    hostname: hostname(),
    write: (text: string) => void terminal.stdout.write(text),
    now: () => terminal.now(),
    clock: {
      random: () => Math.random(),
      // A wait that the end of the run cuts short is over.
      wait: (milliseconds: number, signal: AbortSignal) =>
        setTimeout(milliseconds, undefined, { signal, ref: false }).catch(() => undefined),
    },
  };
  try {
    return new Sinks(specs, options);
  } catch (error) {
    if (dir === undefined || errorCode(error) === '') throw error;
    throw new KnownError('input', `cannot keep alerts in ${dir}: ${errorText(error)}`);
  }
}

function attempt(read: () => number): number | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
