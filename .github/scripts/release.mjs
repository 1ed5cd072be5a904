// Writes what a release needs beside its archives: SHA256SUMS, the krew manifest and the Homebrew
// formula. `node .github/scripts/release.mjs HOMEPAGE BASE-URL FOLDER`; FOLDER holds the archives.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { archiveName, PLATFORMS } from './archive-name.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TEMPLATES = ['packaging/krew/audit-log.yaml', 'packaging/homebrew/k8s-audit.rb'];

const [homepage, base, folder] = process.argv.slice(2);
if (homepage === undefined || base === undefined || folder === undefined) {
  process.stderr.write('release.mjs HOMEPAGE BASE-URL FOLDER\n');
  process.exit(2);
}
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const ARCHIVES = new Set(PLATFORMS.map((platform) => archiveName(version, platform)));
const sums = new Map(
  readdirSync(folder)
    .filter((name) => ARCHIVES.has(name))
    .toSorted()
    .map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
);

/** What stands for a placeholder: `version`, `archive linux-x64`. */
function value(name, platform) {
  if (name === 'version') return version;
  if (name === 'homepage') return homepage;
  if (name === 'base') return base;
  const archive = archiveName(version, platform);
  const sum = sums.get(archive);
  if (sum === undefined) throw new Error(`${folder} lacks ${archive}`);
  return name === 'archive' ? archive : sum;
}

for (const template of TEMPLATES) {
  const text = readFileSync(join(ROOT, template), 'utf8')
    .replace(/^(?:#.*\n)+/, '')
    .replace(/\{\{(\w+)(?: ([\w-]+))?\}\}/g, (_, name, platform) => value(name, platform));
  writeFileSync(join(folder, basename(template)), text);
}
const lines = [...sums].map(([name, sum]) => `${sum}  ${name}\n`);
writeFileSync(join(folder, 'SHA256SUMS'), lines.join(''));
