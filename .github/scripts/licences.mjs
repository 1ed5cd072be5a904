// Licences of the packages that are bundled into the program.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What stands between two licences in one file. */
export const LICENCE_RULE = `\n${'-'.repeat(70)}\n\n`;

/** Packages that the page of HTML reports is made with: in the program too, though they are only needed to build it. */
export const PAGE_PACKAGES = ['@preact/signals', '@preact/signals-core', 'fflate', 'preact'];

/** Packages of the server of `k8s-audit mcp`: in the program, and only needed to build it. The SDK installs many more. */
export const MCP_PACKAGES = ['@modelcontextprotocol/sdk', 'zod'];

/** The package of a module; undefined for one of our own. */
export function packageOf(id) {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id.replaceAll('\\', '/')) ?? [];
  return name;
}

/** Optional packages of others that are in the program all the same. */
const OPTIONAL_PACKAGES = ['@colors/colors'];

/** Name, version and licence of every package that ships, as texts. `root` is the project's folder. */
export function licences(root) {
  return shipped(root).map(([path, { version }]) => {
    const folder = join(root, path);
    const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
    const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
    return `${nameOf(path)} ${version}\n\n${text}\n`;
  });
}

/** Fails when a module of the program is of a package whose licence would not lie beside it. */
export function checkLicensed(root, modules) {
  const known = new Set(shipped(root).map(([path]) => nameOf(path)));
  const missing = new Set(
    modules.map(packageOf).filter((name) => name !== undefined && !known.has(name)),
  );
  if (missing.size > 0) {
    throw new Error(`the program holds ${[...missing].join(', ')}: licences.mjs must name them`);
  }
}

function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 13);
}

function shipped(root) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(lock.packages).filter(
    ([path, { dev, optional }]) =>
      (path !== '' && !dev && !optional) ||
      [...PAGE_PACKAGES, ...MCP_PACKAGES, ...OPTIONAL_PACKAGES].some(
        (name) => path === `node_modules/${name}`,
      ),
  );
}
