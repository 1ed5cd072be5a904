import { MAX_OPEN_STREAMS } from '../limits.ts';
import { joinedText } from './line-bytes.ts';

interface OpenRecord {
  readonly key: string;
  /** Line of its first part. */
  readonly line: number;
  size: number;
  readonly parts: string[];
}

/** A piece of a record that its logger split. */
export interface Fragment {
  readonly key: string;
  readonly text: string;
  /** True for the last part. */
  readonly last: boolean;
}

/**
 * Rejoins records that a logger split, one open record per stream.
 *
 * All open records together stay within `maxSize` characters.
 */
export class Fragments {
  readonly #maxSize: number;
  readonly #open = new Map<string, OpenRecord>();
  #size = 0;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  get count(): number {
    return this.#open.size;
  }

  has(key: string): boolean {
    return this.#open.has(key);
  }

  /** Adds a part; returns the lines of the records given up to stay within the bounds. */
  add(fragment: Fragment, line: number): readonly number[] {
    const { key, text } = fragment;
    let record = this.#open.get(key);
    if (record === undefined) {
      record = { key, line, size: 0, parts: [] };
      this.#open.set(key, record);
    }
    record.parts.push(text);
    record.size += text.length;
    this.#size += text.length;
    const dropped: number[] = [];
    while (this.#size > this.#maxSize || this.#open.size > MAX_OPEN_STREAMS) {
      const oldest = this.#open.values().next().value;
      if (oldest === undefined) break;
      this.#remove(oldest);
      dropped.push(oldest.line);
    }
    return dropped;
  }

  /** The whole record of a last part, and the line it started on; undefined when none was open. */
  finish(fragment: Fragment): { readonly text: string; readonly line: number } | undefined {
    const record = this.#open.get(fragment.key);
    if (record === undefined) return undefined;
    this.#remove(record);
    return { text: joinedText([...record.parts, fragment.text].join('')), line: record.line };
  }

  /** Gives up the open record of a stream, or of all; returns the lines they started on. */
  abandon(key?: string): readonly number[] {
    const records = [...this.#open.values()].filter((record) => (key ?? record.key) === record.key);
    for (const record of records) this.#remove(record);
    return records.map((record) => record.line);
  }

  #remove(record: OpenRecord): void {
    this.#open.delete(record.key);
    this.#size -= record.size;
  }
}
