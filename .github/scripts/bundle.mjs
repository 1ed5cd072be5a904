// Bundles what tsc compiled into dist/program, a few CommonJS files that bin/k8s-audit.js runs: loading a
// hundred modules took longer than a small scan. `import()` becomes a file of its own, so that a command
// loads no other command's code. Then the program runs a few commands and keeps the code that V8 compiled
// for them (see code-cache.cjs). The last step of `npm run build`.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { checkLicensed, LICENCE_RULE, licences } from './licences.mjs';
import { bundlePage } from './page.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PROGRAM = join(ROOT, 'dist/program');

rmSync(PROGRAM, { recursive: true, force: true });
await bundlePage(ROOT);
/** Modules that are always loaded together share a file: every file takes time to open. */
const GROUPS = [
  ['start', ['cli/main.js']],
  ['scan', ['cli/settings/invocation.js', 'cli/commands/scan/scan.js', 'outputs/formats/ndjson.js']],
];

/**
 * The SDK of the Model Context Protocol brings a validator of JSON Schema along, for answers of users whom a server asks.
 * `k8s-audit mcp` asks none: the validator and its packages stay out.
 */
const VALIDATOR = /\/validation\/ajv-provider\.js$/;
const leaveOut = {
  name: 'leave out',
  load: {
    filter: { id: VALIDATOR },
    handler: () => `export class AjvJsonSchemaValidator {
      getValidator() { throw new Error('users are asked nothing here'); }
    }`,
  },
};

/** What each module imports, without `import()`. */
const imports = new Map();
const remember = {
  name: 'remember',
  moduleParsed: ({ id, importedIds }) => void imports.set(id, importedIds),
};

/** The modules that these load, and those that they load. */
function closure(names) {
  const found = new Set(names.map((name) => join(ROOT, 'dist', name)));
  for (const id of found) for (const imported of imports.get(id) ?? []) found.add(imported);
  return found;
}

const build = await rolldown({
  plugins: [remember, leaveOut],
  input: {
    main: join(ROOT, 'dist/cli/main.js'),
    thread: join(ROOT, 'dist/cli/run/worker.js'),
    live: join(ROOT, 'dist/cli/serve/live-worker.js'),
  },
  platform: 'node',
  logLevel: 'warn',
});
const { output } = await build.write({
  dir: PROGRAM,
  format: 'cjs',
  comments: false,
  // People can read it: names and lines stay as they are, and the stack of a bug quotes them. Text of one byte a
  // character takes half the time to read; bin/k8s-audit.js reads it so.
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: false, asciiOnly: true } },
  codeSplitting: {
    groups: GROUPS.map(([name, entries], index) => {
      let modules;
      const test = (id) => (modules ??= closure(entries)).has(id);
      return { name, test, priority: GROUPS.length - index };
    }),
  },
  // What the loader would put around them: joining texts of this size takes as long as reading them.
  banner: '(function(exports,require,module,__filename){',
  footer: '})',
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name].cjs',
});
await build.close();
checkLicensed(
  ROOT,
  output.flatMap(({ moduleIds = [] }) => moduleIds),
);
// Node loads the files of threads itself.
for (const [file, script] of [
  ['worker.cjs', './thread.cjs'],
  ['live-worker.cjs', './live.cjs'],
]) {
  writeFileSync(join(PROGRAM, file), `require('../../bin/k8s-audit.js').load('${script}');\n`);
}
writeFileSync(join(PROGRAM, 'THIRD-PARTY-LICENSES.txt'), licences(ROOT).join(LICENCE_RULE));

execFileSync(process.execPath, [fileURLToPath(new URL('code-cache.cjs', import.meta.url))], {
  cwd: ROOT,
  // What the commands say is only shown when one of them fails.
  stdio: ['ignore', 'ignore', 'pipe'],
});
