// Builds build/k8s-audit, a standalone executable: Node itself with the program, the rules and the
// policies inside (Node's single executable applications). Run `npm run pkg`, which compiles first.
// The executable is for the platform and the Node version that run this script. An argument names
// another folder than build.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'postject';
import { rolldown } from 'rolldown';
import { LICENCE_RULE, licences } from './licences.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const BUILD = resolve(process.argv[2] ?? join(ROOT, 'build'));
const WORK = join(BUILD, 'sea');
const PRODUCT = join(BUILD, process.platform === 'win32' ? 'k8s-audit.exe' : 'k8s-audit');
/** What src/cli/assets.ts may be asked for. */
const ASSETS = ['package.json', 'rules', 'dist/bundled-rules.json', 'dist/bundled-notes.json', 'dist/bundled-policies.json', 'dist/page'];
/** Constant of Node's own build, by which postject finds the place. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** Paths of all files below, relative to the package, with forward slashes. */
function filesBelow(name) {
  const path = join(ROOT, name);
  if (!statSync(path).isDirectory()) return [name];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .toSorted();
}

/** One CommonJS file with everything that `code` imports. */
async function bundle(code, file) {
  const entry = file.replace(/\.cjs$/, '.entry.mjs');
  const first = join(ROOT, '.github/scripts/use-executable.mjs');
  writeFileSync(entry, `import ${JSON.stringify(first)};\n${code}`);
  const build = await rolldown({ input: entry, platform: 'node', logLevel: 'warn' });
  await build.write({ file, format: 'cjs', codeSplitting: false });
  await build.close();
}

/** Files that run in threads of their own: src/cli/assets.ts hands out their text. */
function workers() {
  return filesBelow('dist').filter((name) => /(?:^|[/-])worker\.js$/.test(name));
}

/** Licences of the packages that end up in the executable, and those of Node and what it contains. */
function allLicences() {
  const texts = licences(ROOT);
  // Some distributions keep Node's elsewhere.
  const node = join(dirname(realpathSync(process.execPath)), '..', 'LICENSE');
  if (existsSync(node)) texts.push(`Node.js ${process.version}\n\n${readFileSync(node, 'utf8')}`);
  return texts.join(LICENCE_RULE);
}

function log(text) {
  process.stdout.write(`${text}\n`);
}

rmSync(WORK, { recursive: true, force: true });
mkdirSync(WORK, { recursive: true });

const main = join(WORK, 'main.cjs');
await bundle(
  `import { optimizeLess, optimizeWhatLasts } from ${JSON.stringify(join(ROOT, 'bin/v8-flags.cjs'))};\n` +
    `import { endProcess, main } from ${JSON.stringify(join(ROOT, 'dist/cli/main.js'))};\n` +
    'optimizeLess();\noptimizeWhatLasts();\nmain(process.argv.slice(2)).then(endProcess);\n',
  main,
);

const assets = {};
for (const name of ASSETS.flatMap(filesBelow)) assets[name] = join(ROOT, name);
for (const name of workers()) {
  const file = join(WORK, name.replaceAll('/', '-').replace(/\.js$/, '.cjs'));
  await bundle(`import ${JSON.stringify(join(ROOT, name))};\n`, file);
  assets[name] = file;
}
const index = join(WORK, 'assets.json');
writeFileSync(index, JSON.stringify(Object.keys(assets)));
assets['assets.json'] = index;

const blob = join(WORK, 'main.blob');
const config = join(WORK, 'sea.json');
writeFileSync(
  config,
  JSON.stringify({
    main,
    output: blob,
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    useCodeCache: true,
    assets,
  }),
);
execFileSync(process.execPath, ['--experimental-sea-config', config], { stdio: 'ignore' });

rmSync(PRODUCT, { force: true });
copyFileSync(process.execPath, PRODUCT);
chmodSync(PRODUCT, 0o755);
// Debug symbols are half of Node; without strip the executable is only larger.
if (process.platform === 'linux') spawnSync('strip', [PRODUCT], { stdio: 'ignore' });
if (process.platform === 'darwin') execFileSync('codesign', ['--remove-signature', PRODUCT]);
// postject prints what it does, and a warning for every section that strip has moved.
const streams = [process.stdout, process.stderr].map((stream) => [stream, stream.write]);
for (const [stream] of streams) stream.write = () => true;
try {
  await inject(PRODUCT, 'NODE_SEA_BLOB', readFileSync(blob), {
    sentinelFuse: FUSE,
    ...(process.platform === 'darwin' ? { machoSegmentName: 'NODE_SEA' } : {}),
  });
} finally {
  for (const [stream, write] of streams) stream.write = write;
}
// macOS starts no program without a signature on Apple's processors. A release is signed again: sign-macos.sh.
if (process.platform === 'darwin') execFileSync('codesign', ['--sign', '-', PRODUCT]);
writeFileSync(join(BUILD, 'THIRD-PARTY-LICENSES.txt'), allLicences());

// A copy of node that ignores the blob also exits with 0: ask for what only our program knows.
const elsewhere = mkdtempSync(join(tmpdir(), 'k8s-audit-'));
const { SystemRoot } = process.env;
const run = (...args) =>
  spawnSync(PRODUCT, args, {
    cwd: elsewhere,
    // Without SystemRoot, programs on Windows find no source of random numbers.
    env: { PATH: '', ...(SystemRoot === undefined ? {} : { SystemRoot }) },
    encoding: 'utf8',
  });
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const said = run('--version');
const rules = run('rules', 'list');
rmSync(elsewhere, { recursive: true });
if (said.stdout !== `${version}\n` || rules.status !== 0 || rules.stdout.length === 0) {
  process.stderr.write(`${PRODUCT} does not work\n${said.stderr}${rules.stderr}\n`);
  process.exitCode = 1;
} else {
  log(`${relative(process.cwd(), PRODUCT)}: ${(statSync(PRODUCT).size / 1e6).toFixed(0)} MB`);
}
