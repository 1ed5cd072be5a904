// Licences of the packages that are bundled into the program.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What stands between two licences in one file. */
export const LICENCE_RULE = `\n${'-'.repeat(70)}\n\n`;

/** Packages that the page of HTML reports is made with: in the program too, though they are only needed to build it. */
export const PAGE_PACKAGES = ['@preact/signals', '@preact/signals-core', 'fflate', 'preact'];

/** Name, version and licence of every package that ships, as texts. `root` is the project's folder. */
export function licences(root) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(lock.packages)
    .filter(
      ([path, { dev, optional }]) =>
        (path !== '' && !dev && !optional) ||
        PAGE_PACKAGES.some((name) => path === `node_modules/${name}`),
    )
    .map(([path, { version }]) => {
      const folder = join(root, path);
      const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
      const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
      return `${path.slice(path.lastIndexOf('node_modules/') + 13)} ${version}\n\n${text}\n`;
    });
}
