import { KnownError } from '../../util/errors.ts';
import type { Counters } from '../../serve/counters.ts';
import { RECEIVING, type InvocationOf } from '../flags/command-options.ts';
import { decidingFiles, prepare, type Prepared } from './prepare.ts';
import type { WatchedFiles } from './watched-files.ts';

/** Settings that are fixed when a run starts. */
const FIXED = [...RECEIVING, 'format', 'output', 'notify', 'to'] as const;

export interface ReloadingOptions {
  /** The files that decide what is found, as they were before they were read. */
  readonly files: WatchedFiles;
  readonly counters: Counters;
  /** Uses a configuration from now on. @throws KnownError when it cannot */
  readonly use: (next: Prepared) => Promise<void>;
  /** Tells the user; not silenced by `--quiet`. */
  readonly tell: (text: string) => void;
}

/** Reads the configuration anew: whole, or not at all. */
export class Reloading {
  readonly #options: ReloadingOptions;
  readonly #files: WatchedFiles;
  #current: InvocationOf<'serve'>;
  #running: Promise<void> | undefined;
  #isAsked = false;

  constructor(invocation: InvocationOf<'serve'>, options: ReloadingOptions) {
    this.#options = options;
    this.#current = invocation;
    this.#files = options.files;
    for (const result of ['done', 'refused'])
      options.counters.add('k8s_audit_reloads_total', 0, result);
  }

  /** Looks whether files have changed; to be called every few seconds. */
  look(): Promise<void> | undefined {
    return this.#files.hasChanged() ? this.reload() : undefined;
  }

  /** Reads everything anew. Asked for meanwhile, it is done once more. */
  reload(): Promise<void> {
    this.#isAsked = true;
    this.#running ??= this.#all().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #all(): Promise<void> {
    while (this.#isAsked) {
      this.#isAsked = false;
      await this.#once();
    }
  }

  async #once(): Promise<void> {
    const { counters, use, tell } = this.#options;
    try {
      const invocation: InvocationOf<'serve'> = await this.#current.again();
      this.#files.watch(decidingFiles(invocation));
      const next = await prepare(invocation);
      // A file that was emptied, or is being written, would end all detection.
      if (next.evaluated.ruleSet.rules.length === 0) {
        throw new KnownError('rules', 'no rule would be enabled and selected');
      }
      const late = FIXED.filter(
        (name) => !isSame(invocation.settings[name], this.#current.settings[name]),
      );
      await use(next);
      this.#current = invocation;
      counters.add('k8s_audit_reloads_total', 1, 'done');
      const rest =
        late.length === 0 ? '' : `; ${late.join(', ')} changed too, which needs a restart`;
      tell(`configuration read anew: ${next.evaluated.ruleSet.rules.length} rules${rest}`);
    } catch (error) {
      if (!(error instanceof KnownError)) throw error;
      counters.add('k8s_audit_reloads_total', 1, 'refused');
      const hint = error.hint === undefined ? '' : ` (${error.hint})`;
      tell(`configuration not read anew, the one before stays: ${error.message}${hint}`);
    }
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
