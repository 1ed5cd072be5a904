import type { TextStream } from '../../io/output.ts';
import type { Source } from '../../io/sources.ts';
import type { ScanHooks } from '../../scan/hooks.ts';
import type { Invocation } from '../flags/command.ts';
import { progressOf } from '../terminal/progress.ts';
import { inputError } from './scan-end.ts';

/** Where a run writes: one output, or all reports. */
interface RunOutput {
  /** True once nobody reads it. */
  readonly closed: boolean;
  /** Awaited between blocks of input: back-pressure. */
  settle(): Promise<void>;
}

/** A run that reads inputs, as its surroundings see it. */
export interface RunHooks {
  /** Standard output; the progress line is taken away before each write. */
  readonly stdout: TextStream;
  /** Reading ends on a signal, or when nobody reads the output any more. */
  hooks(output: RunOutput): Pick<ScanHooks, 'settle' | 'progress' | 'signal' | 'now' | 'unread'>;
  /** Takes the progress line away. To be called when reading ends, however it ends. */
  end(): void;
}

/** What reading inputs needs of the terminal, for every command that reads them. */
export function runHooks(
  invocation: Invocation<'quiet', 'follow'>,
  sources: readonly Source[],
): RunHooks {
  const { terminal } = invocation;
  const { interrupted } = terminal;
  const progress = progressOf(invocation, sources);
  // Nothing else happens while an input waits.
  const timer = progress && setInterval(() => progress.again(), 1000).unref();
  const stopped = new AbortController();
  const stop = (): void => stopped.abort(interrupted.reason);
  interrupted.addEventListener('abort', stop, { once: true });
  if (interrupted.aborted) stop();
  return {
    stdout: progress?.guard(terminal.stdout) ?? terminal.stdout,
    hooks: (output) => ({
      async settle() {
        if (output.closed) stopped.abort('closed');
        await output.settle();
      },
      progress: (bytes, events) => progress?.update(bytes, events),
      unread(file, reason, code) {
        progress?.clear();
        terminal.stderr.write(inputError(file, reason, code));
      },
      signal: stopped.signal,
      now: () => terminal.ticks(),
    }),
    end() {
      interrupted.removeEventListener('abort', stop);
      clearInterval(timer);
      progress?.clear();
    },
  };
}
