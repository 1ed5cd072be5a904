import { readdirSync, readFileSync } from 'node:fs';
import type Sea from 'node:sea';

/** The package folder, two folders up from this module in both src and dist. */
const ROOT = new URL('../../', import.meta.url);
/** In the executable: the names of all other assets, as a JSON list. */
const INDEX = 'assets.json';

/** The interface to assets inside a standalone executable; undefined when this is not one. */
let executable: typeof Sea | undefined;
let index: readonly string[] | undefined;

/**
 * Takes all assets from inside the standalone executable. It says so itself: asking Node whether there is one
 * takes a millisecond of every start.
 *
 * @public .github/scripts/use-executable.mjs calls it
 */
export function useExecutable(sea: typeof Sea): void {
  executable = sea;
}

/**
 * The text of a file that ships with the program, from the executable or from the package folder.
 *
 * @param name path in the package, with forward slashes: `rules/00-common.yaml`
 */
export function readAsset(name: string): string {
  return executable?.getAsset(name, 'utf8') ?? readFileSync(new URL(name, ROOT), 'utf8');
}

/** Names of the shipped files that lie directly in a folder and end in `extension`, in byte order. */
export function listAssets(folder: string, extension: string): string[] {
  if (executable !== undefined) {
    index ??= JSON.parse(executable.getAsset(INDEX, 'utf8')) as string[];
  }
  const names =
    index === undefined
      ? readdirSync(new URL(`${folder}/`, ROOT)).map((name) => `${folder}/${name}`)
      : index.filter((name) => name.slice(0, name.lastIndexOf('/')) === folder);
  return names.filter((name) => name.endsWith(extension)).toSorted();
}

/** True in the compiled module; false in the bundle, and in the source, whose threads Node 20 cannot run. */
const IS_COMPILED = import.meta.url.endsWith('/dist/cli/assets.js');

/** Programs of threads: of a scan, and of `serve`. */
const WORKERS = {
  scan: { compiled: 'dist/cli/run/worker.js', bundled: 'dist/program/worker.cjs' },
  live: { compiled: 'dist/cli/serve/live-worker.js', bundled: 'dist/program/live-worker.cjs' },
} as const;

/** The code of a thread: its text inside a standalone executable, else its place. */
export function workerScript(kind: keyof typeof WORKERS): {
  readonly script: string | URL;
  readonly isText: boolean;
} {
  const { compiled, bundled } = WORKERS[kind];
  const script = executable?.getAsset(compiled, 'utf8');
  const place = IS_COMPILED ? compiled : bundled;
  return script === undefined
    ? { script: new URL(place, ROOT), isText: false }
    : { script, isText: true };
}
