import {
  datesFault,
  datesOf,
  readKeys,
  type CertificateDates,
  type KeyPaths,
  type Keys,
} from '../../serve/key-files.ts';
import { KnownError } from '../../util/errors.ts';
import { WatchedFiles } from './watched-files.ts';

export interface KeptKeysOptions {
  readonly paths: KeyPaths;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Tells the user; not silenced by `--quiet`. */
  readonly tell: (text: string) => void;
}

/** Certificate and tokens of a server: read again when their files change, and told of when senders will refuse them. */
export class KeptKeys {
  readonly #options: KeptKeysOptions;
  readonly #files: WatchedFiles;
  #dates: CertificateDates | undefined;
  /** What was told last of the dates. */
  #told: string | undefined;
  /** The keys of the start. */
  readonly first: Keys;

  /** @throws KnownError when a file is missing or of no use */
  constructor(options: KeptKeysOptions) {
    this.#options = options;
    // Looked at before they are read: a start may wait for a spool, and they may change meanwhile.
    this.#files = new WatchedFiles(named(options.paths));
    this.first = readKeys(options.paths);
    this.#take(this.first);
  }

  /** When the certificate of a file expires, in milliseconds since the epoch; undefined without one. */
  get expiry(): { readonly file: string; readonly at: number } | undefined {
    const file = this.#options.paths.cert;
    return file === undefined || this.#dates === undefined
      ? undefined
      : { file, at: this.#dates.to };
  }

  /** Looks at the files and at the dates; to be called every few seconds. @returns other keys, to be used from now on */
  look(): Keys | undefined {
    if (this.#files.hasChanged()) return this.readAnew();
    this.#tellDates();
    return undefined;
  }

  /** Reads the files anew. @returns undefined when something is wrong: the keys before stay */
  readAnew(): Keys | undefined {
    const { paths, tell } = this.#options;
    // What is read now is no change to be seen later.
    this.#files.watch(named(paths));
    try {
      const keys = readKeys(paths);
      if (named(paths).length > 0) tell('certificate and token read anew');
      this.#take(keys);
      return keys;
    } catch (error) {
      if (!(error instanceof KnownError)) throw error;
      tell(`certificate and token not read anew, those before stay: ${error.message}`);
      return undefined;
    }
  }

  #take(keys: Keys): void {
    this.#dates = datesOf(keys);
    this.#told = undefined;
    this.#tellDates();
  }

  #tellDates(): void {
    const { now, tell } = this.#options;
    const fault = this.#dates && datesFault(this.#dates, now());
    if (fault !== undefined && fault !== this.#told) {
      tell(`warning: ${fault}: senders will refuse it`);
    }
    this.#told = fault;
  }
}

function named(paths: KeyPaths): string[] {
  return Object.values(paths).filter((path) => path !== undefined);
}
