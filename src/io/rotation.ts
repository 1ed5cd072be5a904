import { basename } from 'node:path';

/** The ending of a compressed file, which a rotation number or date may follow: `.gz`, `.GZ`, `.gz.1`. */
const COMPRESSED = /\.(?:gz|tgz|zst)(?=$|\.[\dT_.:-]{1,32}$)/i;

/** True for the name of a compressed file. Reading does not rely on it: the first bytes of a file decide. */
export function isCompressedName(name: string): boolean {
  return COMPRESSED.test(name);
}

/**
 * Orders the files of one directory by time: within a rotated set the oldest first and the file
 * that is still written last. Sets are in the order of their names.
 */
export function byRotation(names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, ...rotationOf(name) }))
    .toSorted(
      (a, b) =>
        compare(a.set, b.set) ||
        a.rank - b.rank ||
        compare(a.stamp, b.stamp) ||
        b.number - a.number ||
        compare(a.name, b.name),
    )
    .map((entry) => entry.name);
}

interface Rotation {
  /** Name of the set: the name of the file that is still written. */
  readonly set: string;
  /** 0 for a rotated file, 1 for the live one. */
  readonly rank: number;
  /** Time in the name, as text that sorts. */
  readonly stamp: string;
  /** Number at the end of the name; the higher the older. */
  readonly number: number;
}

function rotationOf(name: string): Rotation {
  const plain = name.replace(COMPRESSED, '');
  // lumberjack, which the API server uses: audit-2026-01-02T03-04-05.678.log
  const stamped =
    /^(.*?)[-.](\d{4}-?\d\d-?\d\d(?:[T_-]?\d\d[-:]?\d\d[-:]?\d\d(?:\.\d{1,9})?)?)(\.[a-z]{1,8})?$/i.exec(
      plain,
    );
  if (stamped !== null) {
    return { set: `${stamped[1]!}${stamped[3] ?? ''}`, rank: 0, stamp: stamped[2]!, number: 0 };
  }
  const old = /^(.+)[-._](?:old|prev)$/i.exec(plain);
  if (old !== null) return { set: old[1]!, rank: 0, stamp: '', number: 0 };
  const numbered = /^(.+)\.(\d{1,6})$/.exec(plain);
  if (numbered !== null) {
    return { set: numbered[1]!, rank: 0, stamp: '', number: Number(numbered[2]) };
  }
  return { set: plain, rank: 1, stamp: '', number: 0 };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The same for paths, directory by directory. */
export function orderedByRotation(paths: readonly string[]): string[] {
  const directories = new Map<string, string[]>();
  for (const path of paths) {
    const directory = path.slice(0, path.length - basename(path).length);
    const names = directories.get(directory) ?? [];
    names.push(basename(path));
    directories.set(directory, names);
  }
  return [...directories].flatMap(([directory, names]) =>
    byRotation(names).map((name) => `${directory}${name}`),
  );
}
