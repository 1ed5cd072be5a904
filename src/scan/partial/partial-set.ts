import { createHash } from 'node:crypto';
import { searchOrder, type Source, type SourceProblem } from '../../io/sources.ts';
import { KnownError } from '../../util/errors.ts';
import type { FileLine } from './line-cursor.ts';
import type { LeftOut, Recorded, RecordedInput } from '../recorded.ts';
import { PARTIAL_FORMAT, type PartialHead } from './partial.ts';
import { firstTime, linesOf, recordOf, shown, sizeOf, stepOf } from './partial-lines.ts';

/** Inputs of all parts together: where each lies is kept in memory. */
const MAX_INPUTS = 1_000_000;
/** Longest name of an input: systems have no longer paths. */
const MAX_NAME = 4096;

/** An input in one of the files. */
interface Recording {
  readonly name: string;
  /** Of a file: index, bytes and the line before. */
  readonly file: number;
  readonly start: number;
  readonly linesBefore: number;
  end: number;
  /** Time of its first event, and what it holds. */
  first: bigint | undefined;
  hash: string;
}

/** Several partial results, read and checked: one whole. */
export class PartialSet implements Recorded {
  readonly #paths: readonly string[];
  readonly #inputs: Recording[] = [];
  readonly #problems = new Map<string, SourceProblem>();
  readonly #left = { candidates: 0, hashes: 0 };
  #head: PartialHead | undefined;

  /**
   * Reads the files once, to know what is in them and that all of it can be read.
   *
   * @throws KnownError with file and line where one is no partial result, was cut, or does not fit the others
   */
  constructor(paths: readonly string[], version: string) {
    this.#paths = paths;
    for (const [file, path] of paths.entries()) {
      this.#index(file, path, version);
    }
    this.#sort();
  }

  /** What all parts were made with. */
  get head(): PartialHead {
    return this.#head!;
  }

  get problems(): readonly SourceProblem[] {
    return [...this.#problems.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  get leftOut(): LeftOut {
    return this.#left;
  }

  /** The inputs, as a scan names them; they are not there to be read. */
  get sources(): readonly Source[] {
    return this.#inputs.map(({ name }) => ({ name, path: undefined, size: undefined }));
  }

  get inputs(): readonly RecordedInput[] {
    return this.#inputs.map((recording) => {
      const { name, first, file, start, end, linesBefore } = recording;
      const path = this.#paths[file]!;
      return {
        name,
        first,
        *steps() {
          for (const line of linesOf(path, start, end)) {
            const place = `${path}:${linesBefore + line.number}`;
            const step = stepOf(recordOf(line, place));
            if (step !== undefined) yield { step, place };
          }
        },
      };
    });
  }

  #index(file: number, path: string, version: string): void {
    let open: { recording: Recording; hash: ReturnType<typeof createHash> } | undefined;
    const close = (end: number): void => {
      if (open === undefined) return;
      open.recording.end = end;
      open.recording.hash = open.hash.digest('hex');
      open = undefined;
    };
    let isEnded = false;
    let lines = 0;
    for (const line of linesOf(path, 0, sizeOf(path))) {
      const place = `${path}:${line.number}`;
      const record = recordOf(line, place);
      lines = line.number;
      if (isEnded) throw new KnownError('input', `${place}: there is more behind the end`);
      if ((line.number === 1) !== (record.kind === 'k8s_audit_partial')) {
        throw new KnownError('input', `${place}: this is no partial result (scan --partial FILE)`);
      }
      switch (record.kind) {
        case 'k8s_audit_partial': {
          this.#take(record.value, path, version);
          break;
        }
        case 'problem': {
          this.#problems.set(record.value.path, record.value);
          break;
        }
        case 'input': {
          close(line.start);
          const recording = this.#begin(record.value, place, file, line);
          open = { recording, hash: createHash('sha256') };
          break;
        }
        case 'end': {
          close(line.start);
          if (record.value.lines !== line.number - 1) {
            throw new KnownError('input', `${place}: lines are missing before this one`);
          }
          this.#left.candidates += record.value.candidates;
          this.#left.hashes += record.value.hashes;
          isEnded = true;
          break;
        }
        default: {
          if (open === undefined) {
            throw new KnownError('input', `${place}: there is no input that this belongs to`);
          }
          open.hash.update(line.bytes);
          open.recording.first ??= firstTime(record);
        }
      }
    }
    if (!isEnded) {
      throw new KnownError(
        'input',
        `${path}:${lines + 1}: the partial result is cut: its end is missing`,
      );
    }
  }

  #take(head: PartialHead & { readonly format: number }, path: string, version: string): void {
    if (head.format !== PARTIAL_FORMAT || head.version !== version) {
      throw new KnownError(
        'input',
        `${path} is of k8s-audit ${shown(head.version)}, format ${head.format}; this is ${version}, format ${PARTIAL_FORMAT}`,
        'scan and merge with one version',
      );
    }
    const differs = this.#head && differingPart(this.#head.digest, head.digest);
    if (differs !== undefined) {
      throw new KnownError(
        'input',
        `${path} was scanned with other ${differs} than ${this.#paths[0]!}`,
        'scan all parts with the same options and configuration',
      );
    }
    const raw = head.raw && (this.#head?.raw ?? true);
    this.#head = { version: head.version, digest: head.digest, raw };
  }

  #begin(name: string, place: string, file: number, line: FileLine): Recording {
    if (name.length > MAX_NAME || this.#inputs.length >= MAX_INPUTS) {
      throw new KnownError('input', `${place}: the name is too long, or there are too many inputs`);
    }
    const recording: Recording = {
      name,
      file,
      start: line.next,
      linesBefore: line.number,
      end: line.next,
      first: undefined,
      hash: '',
    };
    this.#inputs.push(recording);
    return recording;
  }

  /** The order of one scan of a directory, whatever the order of the parts. Parts of one name are in order of time. */
  #sort(): void {
    const names = searchOrder(this.#inputs.map(({ name }) => name));
    const places = new Map(names.map((name, index) => [name, index]));
    this.#inputs.sort(
      (a, b) =>
        places.get(a.name)! - places.get(b.name)! ||
        compare(a.first ?? 0n, b.first ?? 0n) ||
        compare(a.hash, b.hash),
    );
    for (const [index, input] of this.#inputs.entries()) {
      const before = this.#inputs[index - 1];
      if (before?.name === input.name && before.hash === input.hash && input.first !== undefined) {
        const [one, other] = [before.file, input.file].toSorted((a, b) => a - b);
        throw new KnownError(
          'input',
          `${this.#paths[one!]!} and ${this.#paths[other!]!} hold the same input: ${shown(input.name)}`,
          'give each part once',
        );
      }
    }
  }
}

/** The first part of a digest that is not the same; undefined when all are. */
export function differingPart(
  one: PartialHead['digest'],
  other: PartialHead['digest'],
): string | undefined {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  const differing = keys.find((key) => one[key] !== other[key]);
  return differing === undefined ? undefined : shown(differing);
}

function compare<T extends string | bigint>(a: T, b: T): number {
  return a < b ? -1 : Number(a > b);
}
