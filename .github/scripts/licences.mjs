// Licences of the packages that are bundled into the program.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What stands between two licences in one file. */
export const LICENCE_RULE = `\n${'-'.repeat(70)}\n\n`;

/** Name, version and licence of every package that ships, as texts. `root` is the project's folder. */
export function licences(root) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(lock.packages)
    .filter(([path, { dev, optional }]) => path !== '' && !dev && !optional)
    .map(([path, { version }]) => {
      const folder = join(root, path);
      const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
      const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
      return `${path.slice(path.lastIndexOf('node_modules/') + 13)} ${version}\n\n${text}\n`;
    });
}
