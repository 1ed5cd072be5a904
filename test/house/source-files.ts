import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

export interface SourceFile {
  /** Path in src, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Modules it imports: paths in src, or names of packages. */
  readonly imports: readonly string[];
  /** Those of them that it loads: not for their types alone. */
  readonly loads: readonly string[];
  /** Those of them that it loads at once, and not when it is asked for something. */
  readonly first: readonly string[];
}

// The scanner's sources are AssemblyScript: another language with rules of its own.
export const FILES: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.tsx?$/.test(path) && !path.startsWith('fast/wasm/assembly/'))
  .toSorted()
  .map((path) => {
    const text = readFileSync(join(SRC, path), 'utf8');
    const loads = importsOf(path, text.replaceAll(/^(?:import|export) type\b[^;]*;/gm, ''));
    const first = importsOf(path, text.replaceAll(/\bimport\(/g, 'later('));
    return { path, text, imports: importsOf(path, text), loads, first };
  });

function importsOf(path: string, text: string): string[] {
  const found = text.matchAll(
    /^(?:import|export)\b[^'"`;]*?from\s*'([^']+)'|^import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm,
  );
  return [...found].map(([, from, bare, dynamic]) => {
    const name = (from ?? bare ?? dynamic)!;
    return name.startsWith('.') ? posix.normalize(posix.join(dirname(path), name)) : name;
  });
}

/** A file of src and all that it leads to, by imports of a kind. */
export function reachedFrom(start: string, by: 'imports' | 'loads' | 'first'): Set<string> {
  const reached = new Set([start]);
  for (const path of reached) {
    for (const name of FILES.find((file) => file.path === path)?.[by] ?? []) reached.add(name);
  }
  return reached;
}

/**
 * Groups that lead back to themselves (Tarjan's strongly connected components of more than one node).
 *
 * @param next what a node leads to
 */
export function circles(
  nodes: Iterable<string>,
  next: (node: string) => Iterable<string>,
): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    open.push(node);
    for (const other of next(node)) {
      if (!index.has(other)) {
        visit(other);
        low.set(node, Math.min(low.get(node)!, low.get(other)!));
      } else if (open.includes(other)) {
        low.set(node, Math.min(low.get(node)!, index.get(other)!));
      }
    }
    if (low.get(node) !== index.get(node)) return;
    const group = open.splice(open.indexOf(node));
    if (group.length > 1) found.push(group.toSorted());
  };
  for (const node of nodes) if (!index.has(node)) visit(node);
  return found;
}
