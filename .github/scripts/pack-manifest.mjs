// What npm packs is package.json without the scripts that build: a package is built already, and npm warns of
// install scripts. `prepack` writes it so, `postpack` (--undo) puts the original back.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** npm runs the scripts of a package in its folder. */
const ROOT = process.cwd();
const MANIFEST = join(ROOT, 'package.json');
/** The original; it is there while packing goes on, or after packing was broken off. */
const KEPT = join(ROOT, 'dist', 'package.json.original');

if (process.argv[2] === '--undo') {
  if (existsSync(KEPT)) {
    writeFileSync(MANIFEST, readFileSync(KEPT));
    rmSync(KEPT);
  }
} else {
  // Left by a run that was broken off: what lies there is the original.
  const text = readFileSync(existsSync(KEPT) ? KEPT : MANIFEST, 'utf8');
  const manifest = JSON.parse(text);
  const aside = `${KEPT}.new`;
  writeFileSync(aside, text);
  renameSync(aside, KEPT);
  for (const name of ['scripts', 'devDependencies', 'knip']) delete manifest[name];
  writeFileSync(MANIFEST, `${JSON.stringify(manifest, undefined, 2)}\n`);
}
