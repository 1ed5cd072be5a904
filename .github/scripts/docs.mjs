// Writes the generated parts of the documentation and the manual page from the compiled program.
// `npm run docs` writes all; with the argument `man` only dist/k8s-audit.1, as a build does.
import { readFileSync, writeFileSync } from 'node:fs';
import { currentManPage, generatedParts, withPart } from '../../dist/cli/reference.js';

const ROOT = new URL('../../', import.meta.url);

writeFileSync(new URL('dist/k8s-audit.1', ROOT), currentManPage());
if (process.argv[2] !== 'man') {
  for (const part of await generatedParts()) {
    const file = new URL(part.file, ROOT);
    writeFileSync(file, withPart(readFileSync(file, 'utf8'), part));
  }
}
