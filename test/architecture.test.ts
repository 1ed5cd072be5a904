import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

interface Layer {
  /** Folders, or single files of data and types, that it may import. */
  readonly may: readonly string[];
  /** Packages and built-in modules; `node:*` stands for all of them. */
  readonly packages?: readonly string[];
  readonly why: string;
}

const CORE = ['util', 'json', 'yaml', 'events', 'fields', 'condition', 'rules'];

/** The direction of imports: what each folder of src may know. docs/architecture.md quotes it. */
const LAYERS: Readonly<Record<string, Layer>> = {
  util: { may: [], why: 'text, time, errors: knows nothing of the subject' },
  json: { may: ['util'], why: 'values and their source spelling' },
  yaml: {
    may: ['util'],
    packages: ['js-yaml'],
    why: 'YAML as nodes that know their place in the file; it knows no kind of file',
  },
  events: { may: ['util', 'json'], why: 'what an event is; no rules, no files' },
  fields: { may: ['util', 'json', 'events'], why: 'a catalogue of values of an event' },
  condition: {
    may: ['util', 'json', 'events/event.ts', 'fields/field.ts'],
    packages: ['re2js'],
    why: 'a language over fields it gets from a resolver: of fields it knows the types only',
  },
  rules: {
    may: ['util', 'json', 'yaml', 'events', 'fields', 'condition'],
    why: 'rules files, bound to the field catalogue',
  },
  policies: { may: CORE, why: 'where rules apply; knows rules by name, not what they find' },
  config: { may: [...CORE, 'policies'], why: 'the text of config files' },
  engine: { may: [...CORE, 'policies'], why: 'rules on one event; findings; the summary' },
  fast: {
    may: [...CORE, 'policies', 'engine'],
    packages: ['node:buffer'],
    why: 'the same findings, faster: derived from rules and the engine, never known to them',
  },
  outputs: {
    may: [
      'util',
      'json',
      'engine/finding.ts',
      'engine/summary.ts',
      'rules/priority.ts',
      'policies/severity.ts',
    ],
    packages: ['chalk', 'cli-table3', 'node:crypto'],
    why: 'findings and summaries as data; of the engine it knows nothing else',
  },
  activity: {
    may: [...CORE, 'engine', 'outputs'],
    why: 'requests and sessions; shown with the same tables and escapes',
  },
  setup: {
    may: [...CORE, 'policies', 'outputs'],
    why: 'audit policies and platforms: what rules need logged; shown with the same tables',
  },
  baseline: { may: ['util', 'json', 'engine/finding.ts', 'outputs'], why: 'reads reports back' },
  'rule-tests': {
    may: [...CORE, 'policies', 'config', 'engine', 'outputs'],
    why: 'test files for rules: events built, expectations judged; reading files is left to cli',
  },
  io: {
    may: ['util', 'json', 'events'],
    packages: ['node:*', 'fzstd'],
    why: 'bytes to lines, beside the engine: it knows records but no rules',
  },
  scan: {
    may: [...CORE, 'policies', 'engine', 'fast', 'io'],
    packages: ['node:*'],
    why: 'drives inputs through an engine; what is done with findings is not its business',
  },
  cli: {
    may: ['*'],
    packages: ['node:*', 'commander', 'js-yaml'],
    why: 'the only folder that knows the process',
  },
  'index.ts': {
    may: [...CORE, 'policies', 'engine', 'fast', 'outputs'],
    why: 'the library: the pure part, so neither io nor cli',
  },
};

/** Files that may be longer than the limit, each with its reason. */
const LONG_FILES: Readonly<Record<string, string>> = {
  'cli/flags/options.ts': 'one table: every option is declared once, a record each',
  'cli/commands/index.ts': 'one table: every command is declared once, a record each',
};
const MAX_LINES = 250;

interface SourceFile {
  /** Path in src, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Modules it imports: paths in src, or names of packages. */
  readonly imports: readonly string[];
}

// The scanner's sources are AssemblyScript: another language with rules of its own.
const FILES: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts') && !path.startsWith('fast/wasm/assembly/'))
  .toSorted()
  .map((path) => {
    const text = readFileSync(join(SRC, path), 'utf8');
    return { path, text, imports: importsOf(path, text) };
  });

function importsOf(path: string, text: string): string[] {
  const found = text.matchAll(
    /^(?:import|export)\b[^'"`;]*?from\s*'([^']+)'|^import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm,
  );
  return [...found].map(([, from, bare, dynamic]) => {
    const name = (from ?? bare ?? dynamic)!;
    return name.startsWith('.') ? posix.normalize(posix.join(dirname(path), name)) : name;
  });
}

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
    const reached = new Set(['index.ts']);
    for (const path of reached) {
      for (const name of FILES.find((file) => file.path === path)?.imports ?? []) reached.add(name);
    }
    const impure = [...reached].filter(
      (name) =>
        /^(?:io|scan|cli)\//.test(name) ||
        (name.startsWith('node:') && name !== 'node:crypto' && name !== 'node:buffer'),
    );
    expect(impure).toEqual([]);
    expect(reached.size).toBeGreaterThan(50);
  });

  test('name own modules by their .ts file', () => {
    const unknown = FILES.flatMap(({ path, imports }) =>
      imports
        .filter((name) => name.includes('/') && !name.startsWith('node:') && !isOwn(name))
        .map((name) => `${path} imports ${name}`),
    );
    expect(unknown).toEqual([]);
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
    // The number of the process makes the names of temporary files differ.
    expect(uses.filter((use) => !/^cli\/.*\bprocess\.pid\b/.test(use))).toEqual([]);
  });

  test('has no any', () => {
    expect(lines(/(?::\s*|<|\bas\s+|[|,]\s*)any(?=\s*(?:[;,)>=|[\]{}]|$))/)).toEqual([]);
  });

  test('builds no V8 regular expression from a pattern at run time', () => {
    // These two join constants of their own.
    const constant = new Set(['events/wrappers/prefixes.ts', 'outputs/encode/redact.ts']);
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
        !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*(?:\.gen)?\.ts$/.test(path),
    );
    expect(odd).toEqual([]);
  });
});
