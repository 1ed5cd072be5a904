/** The ending of a compressed file; a number may follow. */
const PACKED = /\.(?:gz|zst)(?=$|\.[\dT_.:-]{1,32}$)/i;
/** What rotation puts behind a name: `.1`, `.3.0`, `-20260401`, `.20260401-120000`, `.old`. */
const SUFFIX = /^[-._](?:\d[\dT_.:Z+-]{0,40}|old|bak|prev)$/i;
/** What it puts before the extension: lumberjack's `-2026-04-01T12-00-00.000`. */
const STAMP = /^[-._]\d{4}-?\d\d-?\d\d[\dT_.:Z+-]{0,30}$/i;

/** True for the name that a rotation gives to the file that was called `live`. */
export function isRotationOf(live: string, name: string): boolean {
  return rotationPart(live, name) !== undefined;
}

/** The part of a name with which the names of its rotated files begin. */
export function stemOf(live: string): string {
  const dot = live.lastIndexOf('.');
  return dot <= 0 ? live : live.slice(0, dot);
}

/** Those of sorted names that rotations give to a file. */
export function* rotationsAmong(sorted: readonly string[], live: string): Generator<string> {
  const stem = stemOf(live);
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < stem) low = middle + 1;
    else high = middle;
  }
  for (let name = sorted[low]; name?.startsWith(stem) === true; name = sorted[++low]) {
    if (isRotationOf(live, name)) yield name;
  }
}

/** What the name of a rotated file has beyond that of the live one. */
function rotationPart(live: string, name: string): string | undefined {
  const dot = live.lastIndexOf('.');
  const stem = stemOf(live);
  // Most names in a directory are others, and there may be many.
  if (!name.startsWith(stem) || name === live) return undefined;
  const plain = name.replace(PACKED, '');
  if (plain.startsWith(live)) {
    const rest = plain.slice(live.length);
    if (rest === '' || SUFFIX.test(rest)) return rest;
  }
  if (dot <= 0) return undefined;
  const extension = live.slice(dot);
  if (!plain.endsWith(extension)) return undefined;
  if (plain.length <= stem.length + extension.length) return undefined;
  const stamp = plain.slice(stem.length, plain.length - extension.length);
  return STAMP.test(stamp) ? stamp : undefined;
}

/** A rotated file: its name, and when it was written last and made. */
export interface Aged {
  readonly name: string;
  readonly modified: bigint;
  readonly born: bigint;
}

/**
 * Rotated files of one name, the oldest first: by the dates or numbers in their names, else by the time
 * they were written last and made. Whether the highest number is the oldest (logrotate) or the newest is
 * seen by older files, and by the times of these.
 *
 * @param older files that are known to be older than these
 */
export function inOrder<T extends Aged>(
  live: string,
  files: readonly T[],
  older: readonly Aged[] = [],
): T[] {
  const known = files.map((file) => ({ file, ...numbersOf(live, file) }));
  const votes = rising(
    known,
    older.map((file) => ({ file, ...numbersOf(live, file) })),
  );
  return known
    .toSorted((a, b) => {
      const names = compareNumbers(a.numbers, b.numbers);
      if (a.dated && b.dated && names !== 0) return names;
      const times = compare(a.file.modified, b.file.modified) || compare(a.file.born, b.file.born);
      // Compressing may set the time anew: where it is known, the way numbers run says more.
      const counted = !a.dated && !b.dated && a.numbers.length > 0 && b.numbers.length > 0;
      return counted && votes !== 0 ? names * votes || times : times || -names;
    })
    .map(({ file }) => file);
}

interface Numbered {
  readonly file: Aged;
  readonly numbers: readonly number[];
  readonly dated: boolean;
}

function numbersOf(live: string, { name }: Aged): { numbers: readonly number[]; dated: boolean } {
  const numbers = (rotationPart(live, name)?.match(/\d+/g) ?? []).map(Number);
  return { numbers, dated: numbers[0] !== undefined && numbers[0] >= 1970 };
}

/** Above 0 when higher numbers are newer, below 0 when they are older, 0 when nothing tells. */
function rising(files: readonly Numbered[], older: readonly Numbered[]): number {
  let votes = 0;
  for (const [i, a] of files.entries()) {
    for (const b of older.slice(-NEIGHBOURS)) votes += compareNumbers(a.numbers, b.numbers);
    for (const b of files.slice(i + 1, i + 1 + NEIGHBOURS)) {
      votes += compareNumbers(a.numbers, b.numbers) * compare(a.file.modified, b.file.modified);
    }
  }
  return Math.sign(votes);
}

/** Files that each one is compared with to see which way numbers run. */
const NEIGHBOURS = 16;

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const order = compare(a[i] ?? -1, b[i] ?? -1);
    if (order !== 0) return order;
  }
  return 0;
}

function compare(a: bigint | number, b: bigint | number): number {
  return a < b ? -1 : Number(a > b);
}
