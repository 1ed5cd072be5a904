import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type Sea from 'node:sea';

/** The package folder, two folders up from this module in both src and dist. */
const ROOT = new URL('../../', import.meta.url);
/** In the executable: the names of all other assets, as a JSON list. */
const INDEX = 'assets.json';

let sea: typeof Sea | null | undefined;
let index: readonly string[] | undefined;

/** The interface to assets inside a standalone executable; undefined when this is not one. */
function executable(): typeof Sea | undefined {
  if (sea === undefined) {
    try {
      const found = createRequire(import.meta.url)('node:sea') as typeof Sea;
      sea = found.isSea() ? found : null;
    } catch {
      // Node before 20.12 has no such module.
      sea = null;
    }
  }
  return sea ?? undefined;
}

/**
 * The text of a file that ships with the program, from the executable or from the package folder.
 *
 * @param name path in the package, with forward slashes: `rules/00-common.yaml`
 */
export function readAsset(name: string): string {
  return executable()?.getAsset(name, 'utf8') ?? readFileSync(new URL(name, ROOT), 'utf8');
}

/** Names of the shipped files that lie directly in a folder and end in `extension`, in byte order. */
export function listAssets(folder: string, extension: string): string[] {
  const assets = executable();
  if (assets !== undefined) index ??= JSON.parse(assets.getAsset(INDEX, 'utf8')) as string[];
  const names =
    index === undefined
      ? readdirSync(new URL(`${folder}/`, ROOT)).map((name) => `${folder}/${name}`)
      : index.filter((name) => name.slice(0, name.lastIndexOf('/')) === folder);
  return names.filter((name) => name.endsWith(extension)).toSorted();
}

/** The code of a scan's threads: its text inside a standalone executable, else its place. */
export function workerScript(): { readonly script: string | URL; readonly isText: boolean } {
  const script = executable()?.getAsset('dist/cli/worker.js', 'utf8');
  return script === undefined
    ? { script: new URL('dist/program/worker.cjs', ROOT), isText: false }
    : { script, isText: true };
}
