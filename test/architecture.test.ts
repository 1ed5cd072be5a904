import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LAYERS } from './house/layers.ts';
import { ROOMS, STOREYS } from './house/rooms.ts';
import { circles, FILES, reachedFrom } from './house/source-files.ts';

/** Files that may be longer than the limit, each with its reason. */
const LONG_FILES: Readonly<Record<string, string>> = {
  'fast/wasm/layout.gen.ts': 'generated: a line for each number that the scanner shares',
  'cli/flags/options.ts': 'one table: every option is declared once, a record each',
  'cli/commands/index.ts': 'one table: every command is declared once, a record each',
};
const MAX_LINES = 250;
/** A folder of more is no room that one can look over. */
const MAX_FILES = 20;

const isOwn = (name: string): boolean => FILES.some(({ path }) => path === name);
const layerOf = (path: string): string => path.split('/')[0]!;

function allowed(from: string, name: string): boolean {
  const layer = LAYERS[layerOf(from)];
  if (layer === undefined) return false;
  if (isOwn(name)) {
    const folder = layerOf(name);
    if (folder === layerOf(from)) return true;
    return [name, folder, '*'].some((entry) => layer.may.includes(entry)) && folder !== 'cli';
  }
  const packages = layer.packages ?? [];
  return packages.includes(name) || (name.startsWith('node:') && packages.includes('node:*'));
}

describe('imports', () => {
  test('every folder of src has a layer', () => {
    const layers = new Set(FILES.map(({ path }) => layerOf(path)));
    expect([...layers].filter((layer) => !Object.hasOwn(LAYERS, layer))).toEqual([]);
  });

  test('go in the direction of the table', () => {
    const wrong = FILES.flatMap(({ path, imports }) =>
      imports.filter((name) => !allowed(path, name)).map((name) => `${path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test('the table has no cycle and no entry that leads nowhere', () => {
    const entries = Object.values(LAYERS).flatMap(({ may }) => may);
    const unknown = entries.filter(
      (entry) => entry !== '*' && !isOwn(entry) && !Object.hasOwn(LAYERS, entry),
    );
    expect(unknown).toEqual([]);
    const before = new Map(Object.keys(LAYERS).map((layer, index) => [layer, index]));
    for (const [layer, { may }] of Object.entries(LAYERS)) {
      for (const folder of may.filter((entry) => before.has(entry))) {
        expect(before.get(folder), `${layer} before ${folder}`).toBeLessThan(before.get(layer)!);
      }
    }
  });

  test('what the library reaches is pure', () => {
    // Files are for those who ask for them: only what `import()` brings may read some.
    const reached = reachedFrom('index.ts', 'first');
    const impure = [...reached].filter(
      (name) =>
        /^(?:io|scan|cli)\//.test(name) ||
        (name.startsWith('node:') && name !== 'node:crypto' && name !== 'node:buffer'),
    );
    expect(impure).toEqual([]);
    expect(reached.size).toBeGreaterThan(50);
  });

  test('what a thread of a scan loads has no way to the settings', () => {
    const reached = reachedFrom('cli/run/worker.ts', 'loads');
    const settings = /^cli\/(?:flags|settings|commands|terminal)\//;
    expect([...reached].filter((name) => settings.test(name))).toEqual([]);
    expect([...reached]).toContain('cli/library/resource-input.ts');
  });

  test('name own modules by their file', () => {
    const packages = new Set(Object.values(LAYERS).flatMap((layer) => layer.packages ?? []));
    const unknown = FILES.flatMap(({ path, imports }) =>
      imports
        .filter((name) => name.includes('/') && !name.startsWith('node:'))
        .filter((name) => !isOwn(name) && !packages.has(name))
        .map((name) => `${path} imports ${name}`),
    );
    expect(unknown).toEqual([]);
  });
});

// Commands of one group share a folder, but not a room.
const isPart = (folder: string): boolean => folder.startsWith('cli/commands/');

const FOLDERS = [
  ...new Set(
    FILES.flatMap(({ path }) => {
      const parts = path.split('/').slice(0, -1);
      return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    }),
  ),
].toSorted();
const importsOf = new Map(FILES.map(({ path, imports }) => [path, imports.filter(isOwn)]));

describe('rooms', () => {
  test('no file leads back to itself, not even by a type', () => {
    const found = circles(importsOf.keys(), (path) => importsOf.get(path) ?? []);
    expect(found).toEqual([]);
  });

  test('no folder leads back to itself; a file beside folders counts singly', () => {
    const parents = new Set(FOLDERS.map((folder) => dirname(folder)));
    const room = (path: string): string => (parents.has(dirname(path)) ? path : dirname(path));
    const next = new Map<string, Set<string>>();
    for (const [path, imports] of importsOf) {
      const to = next.get(room(path)) ?? new Set();
      for (const name of imports) if (room(name) !== room(path)) to.add(room(name));
      next.set(room(path), to);
    }
    const found = circles(next.keys(), (node) => next.get(node) ?? []);
    expect(found).toEqual([]);
  });

  test('have storeys that are imported from above only', () => {
    for (const [folder, storeys] of Object.entries(STOREYS)) {
      const storey = (path: string): number =>
        storeys.indexOf(path.slice(folder.length + 1).split('/')[0]!);
      const own = [...importsOf].filter(([path]) => path.startsWith(`${folder}/`));
      const wrong = own.flatMap(([path, imports]) =>
        imports
          .filter((name) => name.startsWith(`${folder}/`) && storey(name) > storey(path))
          .map((name) => `${path} imports ${name}`),
      );
      expect(wrong).toEqual([]);
      const missing = storeys.filter((_, index) => !own.some(([path]) => storey(path) === index));
      expect(missing).toEqual([]);
    }
  });

  test('each folder is one, and says what it is for', () => {
    expect(Object.keys(ROOMS).filter((room) => !FOLDERS.includes(room))).toEqual([]);
    const rooms = FOLDERS.filter((folder) => !isPart(folder));
    expect(rooms.filter((folder) => !Object.hasOwn(ROOMS, folder))).toEqual([]);
    for (const [room, { main }] of Object.entries(ROOMS)) {
      const text = FILES.find(({ path }) => path === `${room}/${main}`)?.text ?? '';
      const header = text.slice(0, text.indexOf('\n\n'));
      expect(header, `${room}/${main}`).toMatch(
        /^\/\/ Room \S+: .+(?:\n\/\/ .+)*\n\/\/ Door: .+(?:\n\/\/ .+)*\n\/\/ Neighbours: .+(?:\n\/\/ .+)*$/,
      );
      expect(header.startsWith(`// Room ${room}: `), `${room}/${main}`).toBe(true);
    }
  });

  test('each stands in the table of docs/architecture.md, with the file that tells of it', () => {
    const rows = readFileSync('docs/architecture.md', 'utf8').split('\n');
    for (const [room, { main }] of Object.entries(ROOMS)) {
      const own = rows.some((row) => row.startsWith(`| \`${room}\` (\`${main}\`) |`));
      const part = rows.some(
        (row) =>
          row.startsWith(`| \`${dirname(room)}\` (`) && row.includes(`\`${basename(room)}\``),
      );
      expect(own || part, `a row for ${room}`).toBe(true);
    }
  });

  test('are entered by their doors', () => {
    for (const [room, { doors, also = {} }] of Object.entries(ROOMS)) {
      if (doors === undefined) continue;
      const entered = new Set(
        [...importsOf]
          .filter(([path]) => !path.startsWith(`${room}/`))
          .flatMap(([, imports]) => imports.filter((name) => name.startsWith(`${room}/`)))
          .map((name) => name.slice(room.length + 1)),
      );
      const known = [...doors, ...Object.keys(also)];
      expect([...entered].toSorted(), `doors of ${room}`).toEqual(known.toSorted());
    }
  });

  test(`hold at most ${MAX_FILES} files`, () => {
    const count = new Map<string, number>();
    for (const root of ['src', 'test']) {
      for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) count.set(entry.parentPath, (count.get(entry.parentPath) ?? 0) + 1);
      }
    }
    expect(count.size).toBeGreaterThan(60);
    expect([...count].filter(([, files]) => files > MAX_FILES)).toEqual([]);
  });

  test('no two files of src have one name', () => {
    const names = FILES.map(({ path }) => basename(path)).filter((name) => name !== 'index.ts');
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('only cli knows of settings, flags and environment variables', () => {
    const outside = (path: string): boolean => path.startsWith('cli/');
    expect(lines(/\bInvocation\b|\bSettings<|\bOptionName\b|\bK8S_AUDIT_/, outside)).toEqual([]);
  });
});

/** Lines outside comments that match. */
function lines(pattern: RegExp, except: (path: string) => boolean = () => false): string[] {
  return FILES.filter(({ path }) => !except(path)).flatMap(({ path, text }) =>
    text
      .split('\n')
      .map((line, index) => ({ line, place: `${path}:${index + 1}` }))
      .filter(({ line }) => !/^\s*(?:\/\/|\/?\*)/.test(line) && pattern.test(line))
      .map(({ line, place }) => `${place} ${line.trim()}`),
  );
}

describe('code', () => {
  test('prints nothing behind the back of the terminal', () => {
    expect(lines(/\bconsole\./)).toEqual([]);
  });

  test('touches the process in one file', () => {
    const uses = lines(/\bprocess\.\w/, (path) => path === 'cli/terminal/process-terminal.ts');
    expect(uses).toEqual([]);
  });

  test('has no any', () => {
    expect(lines(/(?::\s*|<|\bas\s+|[|,]\s*)any(?=\s*(?:[;,)>=|[\]{}]|$))/)).toEqual([]);
  });

  test('builds no V8 regular expression from a pattern at run time', () => {
    // These join constants of their own.
    const constant = new Set([
      'events/wrappers/prefixes.ts',
      'redact/token-shapes.ts',
      'redact/programs.ts',
    ]);
    expect(lines(/\bRegExp\(/, (path) => constant.has(path))).toEqual([]);
  });

  test(`stays within ${MAX_LINES} lines a file`, () => {
    const long = FILES.map(({ path, text }) => ({ path, count: text.split('\n').length - 1 }))
      .filter(({ path, count }) => count > MAX_LINES && !Object.hasOwn(LONG_FILES, path))
      .map(({ path, count }) => `${path}: ${count}`);
    expect(long).toEqual([]);
    expect(Object.keys(LONG_FILES).filter((path) => !isOwn(path))).toEqual([]);
  });

  test('has kebab-case file names', () => {
    const odd = FILES.map(({ path }) => path).filter(
      (path) =>
        !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*(?:\.gen)?\.tsx?$/.test(path),
    );
    expect(odd).toEqual([]);
  });
});
