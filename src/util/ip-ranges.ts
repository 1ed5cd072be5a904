// Lists of addresses and networks as sorted tables: millions of entries take eight bytes each (IPv4) and a look-up
// some twenty steps. Tables are plain data, so they cross to threads.
import { KnownError } from './errors.ts';
import { parseAddress } from './address.ts';

/** Ranges in ascending order that do not touch; an address is one word (IPv4) or four (IPv6), most significant first. */
interface IpTable {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** The addresses of a list. IPv4 addresses mapped into IPv6 count as IPv4. */
export interface IpRanges {
  readonly v4: IpTable;
  readonly v6: IpTable;
}

const NEWLINE = 0x0a;
/** Longer lines hold no address; only their start is quoted. */
const LONGEST_LINE = 1000;
const QUOTED = 60;
const HINT =
  'one address or network a line, such as 192.0.2.7 or 2001:db8::/32; # and ; begin comments';

/**
 * Reads a list: one IPv4 or IPv6 address or network (CIDR) a line. `#` and `;` begin comments.
 *
 * @param name the file, for messages
 * @throws KnownError with file and line for anything else
 */
export function readIpRanges(name: string, bytes: Uint8Array): IpRanges {
  const v4 = new RangeCollector(1);
  const v6 = new RangeCollector(4);
  const decoder = new TextDecoder('latin1');
  // A mark of UTF-8 at the start.
  let start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  for (let line = 1; start < bytes.length; line++) {
    const at = bytes.indexOf(NEWLINE, start);
    const end = at === -1 ? bytes.length : at;
    const plain = plainIpv4(bytes, start, end);
    if (plain !== undefined) {
      v4.add([plain], 32);
      start = end + 1;
      continue;
    }
    const text = decoder.decode(bytes.subarray(start, Math.min(end, start + LONGEST_LINE)));
    start = end + 1;
    const entry = text.replace(/[#;].*$/s, '').trim();
    if (entry === '') continue;
    const network = parseNetwork(entry);
    if (network === undefined) {
      const problem = `${name}:${line}: '${entry.slice(0, QUOTED)}' is no IP address or network`;
      throw new KnownError('config', problem, HINT);
    }
    (network.words.length === 1 ? v4 : v6).add(network.words, network.prefix);
  }
  return { v4: v4.table(), v6: v6.table() };
}

/** Whether a list holds an address; false for a text that is none. */
export function isListed({ v4, v6 }: IpRanges, address: string): boolean {
  const words = parseAddress(address);
  if (words === undefined) return false;
  const { starts, ends } = words.length === 1 ? v4 : v6;
  const width = words.length;
  let low = 0;
  let high = starts.length / width;
  // The first range that starts behind the address.
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareAt(starts, middle, words) <= 0) low = middle + 1;
    else high = middle;
  }
  return low > 0 && compareAt(ends, low - 1, words) >= 0;
}

const DOT = 0x2e;
const RETURN = 0x0d;
const ZERO = 0x30;

/** The address of a line that is a dotted one and nothing else, without making a text of it; else undefined. */
function plainIpv4(bytes: Uint8Array, start: number, end: number): number | undefined {
  const last = end > start && bytes[end - 1] === RETURN ? end - 1 : end;
  let word = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let i = start; i < last; i++) {
    const byte = bytes[i]!;
    if (byte === DOT && digits > 0) {
      word = word * 256 + part;
      part = 0;
      digits = 0;
      dots++;
      continue;
    }
    const digit = byte - ZERO;
    // Neither a leading zero nor more than a byte: the plain way judges those.
    if (digit < 0 || digit > 9 || (digits > 0 && part === 0)) return undefined;
    part = part * 10 + digit;
    digits++;
    if (part > 255) return undefined;
  }
  return dots === 3 && digits > 0 ? word * 256 + part : undefined;
}

/** @returns the words of the first address and the bits of the prefix; undefined for what is no network */
function parseNetwork(text: string): { words: readonly number[]; prefix: number } | undefined {
  const slash = text.indexOf('/');
  const address = slash === -1 ? text : text.slice(0, slash);
  // A zone names an interface of one host: it is no part of a list.
  const words = address.includes('%') ? undefined : parseAddress(address);
  if (words === undefined) return undefined;
  const bits = words.length * 32;
  if (slash === -1) return { words, prefix: bits };
  const length = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(length)) return undefined;
  // A network of mapped addresses counts from the front of the IPv6 address.
  const mapped = words.length === 1 && address.includes(':') ? 96 : 0;
  const prefix = Number(length) - mapped;
  return prefix < 0 || prefix > bits ? undefined : { words, prefix };
}

/** Compares the i-th address of a table with one. */
function compareAt(table: Uint32Array, i: number, words: readonly number[]): number {
  // Indices: an iterator takes longer than the comparison.
  for (let at = 0; at < words.length; at++) {
    const difference = table[i * words.length + at]! - words[at]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Collects networks, and makes a table of them. */
class RangeCollector {
  readonly #width: number;
  /** The words of the first and of the last address, by turns. */
  #ranges: Uint32Array;
  #count = 0;

  /** @param width words of an address */
  constructor(width: number) {
    this.#width = width;
    this.#ranges = new Uint32Array(width * 2 * 64);
  }

  add(words: readonly number[], prefix: number): void {
    const width = this.#width;
    const at = this.#count++ * width * 2;
    if (at === this.#ranges.length) {
      const larger = new Uint32Array(this.#ranges.length * 2);
      larger.set(this.#ranges);
      this.#ranges = larger;
    }
    for (let i = 0; i < width; i++) {
      const word = words[i]!;
      const kept = Math.min(32, Math.max(0, prefix - i * 32));
      // A shift by 32 would be none.
      const mask = kept === 0 ? 0 : (0xffffffff << (32 - kept)) >>> 0;
      this.#ranges[at + i] = word & mask;
      this.#ranges[at + width + i] = word | ~mask;
    }
  }

  /** Sorted, and joined where ranges overlap. */
  table(): IpTable {
    const width = this.#width;
    const ranges = this.#ranges;
    const order = new Uint32Array(this.#count);
    for (let i = 0; i < order.length; i++) order[i] = i;
    const compare = (a: number, b: number): number => {
      for (let i = 0; i < width; i++) {
        const difference = ranges[a * width * 2 + i]! - ranges[b * width * 2 + i]!;
        if (difference !== 0) return difference;
      }
      return 0;
    };
    order.sort(compare);
    const starts = new Uint32Array(this.#count * width);
    const ends = new Uint32Array(this.#count * width);
    let used = 0;
    for (const i of order) {
      const first = i * width * 2;
      const last = first + width;
      const before = (used - 1) * width;
      if (used > 0 && !isAfter(ranges, first, ends, before, width)) {
        if (isAfter(ranges, last, ends, before, width))
          ends.set(ranges.subarray(last, last + width), before);
        continue;
      }
      for (let word = 0; word < width; word++) {
        starts[used * width + word] = ranges[first + word]!;
        ends[used * width + word] = ranges[last + word]!;
      }
      used++;
    }
    return { starts: starts.slice(0, used * width), ends: ends.slice(0, used * width) };
  }
}

/** True when an address of one table is greater than that of another. */
function isAfter(
  one: Uint32Array,
  at: number,
  other: Uint32Array,
  otherAt: number,
  width: number,
): boolean {
  for (let i = 0; i < width; i++) {
    const difference = one[at + i]! - other[otherAt + i]!;
    if (difference !== 0) return difference > 0;
  }
  return false;
}
