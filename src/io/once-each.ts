import { lstatSync, realpathSync } from 'node:fs';

/** A file or another input. */
interface Input {
  readonly name: string;
  readonly path: string | undefined;
  /** Undefined for what is no regular file. */
  readonly size: number | undefined;
}

/**
 * Each file once, though links lead to it too, as in `/var/log` of a node, where `containers` has links to what lies
 * in `pods`.
 *
 * @param isFollowed true where links are read rather than what they lead to: they may lead elsewhere later
 */
export function onceEach<T extends Input>(
  sources: readonly T[],
  isFollowed: boolean,
): readonly T[] {
  const linked = sources.filter(({ path, size }) => size !== undefined && isLink(path!));
  if (linked.length === 0) return sources;
  const links = new Set(linked);
  if (isFollowed) {
    const targets = new Set(linked.map(realPath));
    return sources.filter(
      (source) => source.size === undefined || links.has(source) || !targets.has(realPath(source)),
    );
  }
  const plain = sources.filter(({ size }) => size !== undefined).filter((each) => !links.has(each));
  const seen = new Set(plain.map(realPath));
  return sources.filter((source) => {
    if (!links.has(source)) return true;
    const real = realPath(source);
    if (seen.has(real)) return false;
    seen.add(real);
    return true;
  });
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** Where a file lies; its name where that cannot be told. */
function realPath({ name, path = name }: Input): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
