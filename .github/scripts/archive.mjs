// Packs the executable that `npm run pkg` built into build/k8s-audit-VERSION-PLATFORM.tar.gz, on Windows .zip.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { archiveName } from './archive-name.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const build = join(ROOT, 'build');
const folder = join(build, 'archive');
const executable = process.platform === 'win32' ? 'k8s-audit.exe' : 'k8s-audit';
const FILES = [
  `build/${executable}`,
  'build/THIRD-PARTY-LICENSES.txt',
  'dist/k8s-audit.1',
  'LICENSE',
  'NOTICE',
];

const archive = archiveName(version, `${process.platform}-${process.arch}`);
if (archive.endsWith('.zip')) {
  const entries = FILES.map((file) => [file.split('/').at(-1), new Uint8Array(readFileSync(join(ROOT, file)))]);
  writeFileSync(join(build, archive), zipSync(Object.fromEntries(entries)));
} else {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of FILES) copyFileSync(join(ROOT, file), join(folder, file.split('/').at(-1)));
  execFileSync('tar', ['-czf', join(build, archive), '-C', folder, '.']);
}
process.stdout.write(`build/${archive}\n`);
