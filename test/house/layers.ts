export interface Layer {
  /** Folders, or single files of data and types, that it may import. */
  readonly may: readonly string[];
  /** Packages and built-in modules; `node:*` stands for all of them. */
  readonly packages?: readonly string[];
  readonly why: string;
}

const CORE = [
  'util',
  'json',
  'yaml',
  'events',
  'fields',
  'condition',
  'correlate',
  'sigma',
  'rules',
];

/** The direction of imports: what each folder of src may know. docs/architecture.md quotes it. */
export const LAYERS: Readonly<Record<string, Layer>> = {
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
  correlate: {
    may: ['util', 'yaml'],
    why: 'streams of matches: what matched, and why, is not its business',
  },
  sigma: {
    may: ['util', 'yaml', 'fields/field.ts', 'condition', 'correlate'],
    why: "Sigma rules as conditions of Falco's language; it knows fields by name only",
  },
  rules: {
    may: ['util', 'json', 'yaml', 'events', 'fields', 'condition', 'correlate', 'sigma'],
    why: 'rules files, bound to the field catalogue',
  },
  policies: { may: CORE, why: 'where rules apply; knows rules by name, not what they find' },
  config: { may: [...CORE, 'policies'], why: 'the text of config files' },
  engine: { may: [...CORE, 'policies'], why: 'rules on one event; findings; the summary' },
  fast: {
    may: [...CORE, 'policies', 'engine'],
    packages: ['node:buffer', 'node:crypto'],
    why: 'the same findings, faster: derived from rules and the engine, never known to them',
  },
  sql: {
    may: ['util', 'json', 'condition', 'fast/body-search/needed-texts.ts'],
    why: 'compiled conditions as SQL; of bodies it knows what the fast engine knows: the texts they must hold',
  },
  incidents: {
    may: [
      'util',
      'engine/finding.ts',
      'engine/facts/link-facts.ts',
      'policies/severity.ts',
      'rules/priority.ts',
    ],
    packages: ['node:crypto'],
    why: 'findings as data, joined into stories; it knows no rules and no screens',
  },
  tune: {
    may: [...CORE, 'policies/severity.ts', 'engine'],
    why: 'what would silence findings, as text of a rules file; reading and writing files is left to cli',
  },
  redact: { may: ['json'], why: 'what people do not get to see of a text; it knows no formats' },
  'first-seen': {
    may: ['util', 'json', 'correlate', 'rules', 'redact'],
    packages: ['node:crypto'],
    why: 'what correlations know of values, as a text; it opens no file',
  },
  outputs: {
    may: [
      'util',
      'json',
      'redact',
      'engine/finding.ts',
      'engine/summary.ts',
      'rules/notes.ts',
      'incidents',
      'rules/priority.ts',
      'policies/severity.ts',
    ],
    packages: ['chalk', 'cli-table3', 'hyparquet-writer', 'node:crypto', 'node:zlib'],
    why: 'findings and summaries as data; of the engine it knows nothing else',
  },
  page: {
    may: ['util', 'json', 'policies/severity.ts', 'rules/priority.ts', 'outputs'],
    packages: ['preact', 'preact/hooks', '@preact/signals', 'fflate'],
    why: 'what HTML reports run in a browser: it reads the data that outputs packs, and knows nothing of Node',
  },
  activity: {
    may: [...CORE, 'policies/severity.ts', 'engine', 'redact', 'outputs'],
    why: 'requests and sessions; shown with the same tables and escapes, findings by the same severities',
  },
  setup: {
    may: [...CORE, 'policies', 'outputs'],
    why: 'audit policies and platforms: what rules need logged; shown with the same tables',
  },
  baseline: {
    may: ['util', 'json', 'engine/finding.ts', 'redact', 'outputs'],
    why: 'reads reports back',
  },
  'rule-tests': {
    may: [...CORE, 'policies', 'config', 'engine', 'outputs'],
    why: 'test files for rules: events built, expectations judged; reading files is left to cli',
  },
  io: {
    may: ['util', 'json', 'events'],
    packages: ['node:*', 'fzstd', 'tar-stream', 'xxhash-wasm'],
    why: 'bytes to lines, beside the engine: it knows records but no rules',
  },
  sinks: {
    may: [
      'util',
      'json',
      'redact',
      'policies/severity.ts',
      'engine/finding.ts',
      'outputs',
      'io/error-text.ts',
      'io/pem.ts',
      'io/text-file.ts',
      'io/torn-end.ts',
    ],
    packages: ['node:*'],
    why: 'alerts to other programs; what they are about is data to it',
  },
  serve: {
    may: [
      'util',
      'json',
      'io/error-text.ts',
      'io/pem.ts',
      'io/text-file.ts',
      'io/write/run-lock.ts',
    ],
    packages: ['node:*'],
    why: 'receives bytes and holds them; what they mean is known to scan',
  },
  scan: {
    may: [...CORE, 'policies', 'engine', 'fast', 'io'],
    packages: ['node:*'],
    why: 'drives inputs through an engine; what is done with findings is not its business',
  },
  cli: {
    may: ['*'],
    packages: [
      'node:*',
      'commander',
      'js-yaml',
      '@modelcontextprotocol/sdk/server/index.js',
      '@modelcontextprotocol/sdk/shared/stdio.js',
      '@modelcontextprotocol/sdk/shared/transport.js',
      '@modelcontextprotocol/sdk/types.js',
    ],
    why: 'the only folder that knows the process',
  },
  library: {
    may: [...CORE, 'policies', 'engine', 'io', 'scan'],
    packages: ['node:*'],
    why: 'what the library does with files; loaded when it is asked for',
  },
  'index.ts': {
    may: [...CORE, 'policies', 'engine', 'fast', 'outputs', 'library'],
    why: 'the library: the pure part, so neither io nor cli',
  },
};
