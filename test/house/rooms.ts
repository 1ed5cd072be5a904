export interface Room {
  /** The file whose first comment says what the room is for, its door and its neighbours. */
  readonly main: string;
  /** The files that others import. Left out where each file is a door of its own. */
  readonly doors?: readonly string[];
  /** Further files that others import, each with the reason why it is no door. */
  readonly also?: Readonly<Record<string, string>>;
}

/** Every folder of src. What is neither a door nor named with a reason is known inside the room only. */
export const ROOMS: Readonly<Record<string, Room>> = {
  util: { main: 'errors.ts' },
  json: { main: 'value.ts' },
  yaml: { main: 'yaml-node.ts', doors: ['yaml-node.ts', 'yaml-parser.ts', 'source-text.ts'] },
  events: {
    main: 'event.ts',
    doors: ['event.ts', 'parsed-event.ts', 'decoded.ts', 'problems.ts', 'decode/decoder.ts'],
    also: {
      'decode/parse-text.ts': 'the library decodes texts in memory',
      'decode/unwrap-line.ts': 'scan unwraps a line whose events the fast engine decides on',
      'decode/stand-in.ts': 'the fast engine puts stand-ins in the places of events',
      'decode/describe.ts': 'scan says what an input without events looks like',
      'wrappers/formats.ts': 'cli lists the input formats and checks --input-format',
      'shapes/learn-shape.ts': 'the fast engine learns what wrapped lines are like',
      'shapes/line-shape.ts': 'the fast engine has its scanner compare lines with it',
      'limits.ts': 'io and the options show and default to the same bounds',
      'dedupe.ts': 'scan decides whether copies of an event are dropped',
      'parsed-node.ts': 'fields and the fast engine read one value of an event',
      'context.ts': 'the fast engine reads the same context from a span',
      'event-time.ts': 'tests of rules check the time of the event they build',
    },
  },
  'events/convert': {
    main: 'gke.ts',
    doors: ['aks.ts', 'bigquery.ts', 'gke.ts', 'legacy.ts', 'rancher.ts', 'restore.ts'],
  },
  'events/text': {
    main: 'line-text.ts',
    doors: [
      'assembler.ts',
      'csv-row.ts',
      'fragments.ts',
      'line-text.ts',
      'recognise.ts',
      'split.ts',
      'text-record.ts',
    ],
  },
  'events/wrappers': {
    main: 'envelopes.ts',
    doors: ['unwrapper.ts', 'unwrapping.ts', 'formats.ts'],
    also: {
      'prefixes.ts': 'shapes know where the groups of a prefix are',
      'record-output.ts': 'decode makes it, the unwrapper writes to it',
      'hidden-events.ts': 'decode asks whether a value holds an event in some member',
      'envelope-finder.ts': 'decode asks it whether a value is known, and keeps its memory',
    },
  },
  'events/wrappers/families': { main: 'other.ts' },
  'events/shapes': { main: 'line-shape.ts', doors: ['line-shape.ts', 'learn-shape.ts'] },
  'events/decode': {
    main: 'decoder.ts',
    doors: ['decoder.ts', 'parse-text.ts', 'describe.ts', 'unwrap-line.ts', 'stand-in.ts'],
  },
  fields: {
    main: 'catalog.ts',
    doors: ['catalog.ts', 'field.ts'],
    also: {
      'argument.ts': "rules check a field's brackets as Falco words it",
      'ip.ts': 'the facts of findings tell public addresses from private ones',
      'kx.ts': 'activity tells the outcome of a request as kx.outcome does',
      'uri.ts': 'activity and setup read the query of a request URI',
      'ka-scalars.ts': 'activity shows lists as the fields do',
    },
  },
  condition: {
    main: 'condition.ts',
    doors: [
      'ast.ts',
      'compile.ts',
      'condition-error.ts',
      'condition.ts',
      'operand.ts',
      'parse/parser.ts',
      'template.ts',
    ],
    also: {
      'bind-operand.ts': 'rules bind the fields that a file names outside conditions',
      'print.ts': 'cli and activity show conditions',
      'parse/literal.ts': 'sigma quotes the values of conditions that it writes',
      'match/glob.ts':
        'the fast engine looks for literals of a glob; activity matches names with it',
      'match/regex.ts': 'rules load it only when a rule has a regex: it is large',
    },
  },
  'condition/parse': {
    main: 'parser.ts',
    doors: ['parser.ts'],
    also: {
      'literal.ts': 'printing quotes what parsing unquotes',
      'field-hint.ts': 'binding knows the fields that may have been meant',
    },
  },
  'condition/match': {
    main: 'operators.ts',
    doors: ['operators.ts', 'transformers.ts', 'regex.ts', 'glob.ts'],
    also: { 'path-prefix.ts': 'pmatch compares with a whole list, so compile calls it itself' },
  },
  sigma: {
    main: 'sigma.ts',
    doors: ['sigma.ts', 'sigma-rule.ts'],
    also: {
      'sigma-fields.ts': 'the reference quotes its table',
      'sigma-modifiers.ts': 'the reference quotes its table',
      'sigma-tags.ts': 'the reference quotes its table',
    },
  },
  rules: {
    main: 'load.ts',
    doors: [
      'load.ts',
      'select.ts',
      'rule.ts',
      'resolver.ts',
      'priority.ts',
      'notes.ts',
      'diagnostics.ts',
    ],
    also: {
      'correlation-output.ts': 'the engine fills in what a correlation tells',
      'rule-evidence.ts':
        'the engine reads what several parts of correlations are told apart by at once',
      'rules-snapshot.ts': 'the build stores the bundled rules parsed, cli reads them',
      'compile/lists.ts': 'conditions of options may use lists',
      'compile/expand.ts': 'rules show prints conditions with macros put in place',
    },
  },
  correlate: {
    main: 'correlation.ts',
    doors: ['bounds.ts', 'correlation.ts', 'correlator.ts', 'group-key.ts', 'known-values.ts'],
  },
  'rules/collect': { main: 'collector.ts' },
  'rules/compile': {
    main: 'compile-rules.ts',
    doors: ['compile-rules.ts'],
    also: {
      'exceptions.ts': 'reading checks exceptions at once, as Falco does',
      'lists.ts': 'conditions of options may use lists',
      'expand.ts': 'rules show prints conditions with macros put in place',
    },
  },
  'rules/read': {
    main: 'reader.ts',
    doors: ['reader.ts'],
    also: {
      'reader-context.ts': 'load.ts hands in what reads Sigma, which it imports when needed',
    },
  },
  policies: { main: 'policy.ts' },
  'policies/resource': {
    main: 'resource-rules.ts',
    doors: ['resource-rules.ts', 'resource-filter.ts', 'resource-lint.ts', 'resource-mode.ts'],
    also: { 'built-in-resources.ts': 'blind rules are looked for among all kinds of requests' },
  },
  config: { main: 'read-config.ts' },
  engine: { main: 'engine.ts' },
  'engine/facts': { main: 'link-facts.ts' },
  fast: { main: 'fast-scanner.ts', doors: ['fast-scanner.ts', 'line-times.ts'] },
  'fast/verdicts': { main: 'verdicts.ts', doors: ['verdicts.ts', 'event-judge.ts'] },
  'fast/body-search': {
    main: 'body-clauses.ts',
    doors: ['body-clauses.ts', 'header-tokens.ts'],
    also: { 'needed-texts.ts': 'verdicts look for texts in other values too' },
  },
  'fast/shapes': { main: 'shape-table.ts', doors: ['lessons.ts'] },
  'fast/event': { main: 'lazy-event.ts', doors: ['lazy-event.ts', 'utf8.ts'] },
  'fast/wasm': {
    main: 'wasm-scanner.ts',
    doors: ['wasm-scanner.ts', 'layout.gen.ts', 'slots.ts'],
    also: {
      'annotation-slots.ts': 'verdicts know which annotations the rules ask for',
      'pattern-tables.ts': 'body-search makes the tables that the scanner searches with',
      'repeat-memory.ts': 'a scanner goes on with what another one remembered',
    },
  },
  incidents: {
    main: 'incident-entry.ts',
    doors: ['incident-collector.ts', 'incident.ts', 'links.ts'],
  },
  tune: {
    main: 'tuner.ts',
    doors: ['tuner.ts', 'tuning-file.ts', 'tuning-entries.ts', 'entry-form.ts'],
  },
  redact: { main: 'redact.ts', doors: ['redact.ts'] },
  'first-seen': { main: 'first-seen.ts' },
  outputs: { main: 'index.ts' },
  'outputs/parquet': { main: 'parquet.ts', doors: ['parquet.ts', 'schema-text.ts'] },
  'outputs/card': { main: 'card.ts' },
  'outputs/case': {
    main: 'case-data.ts',
    doors: ['case-writer.ts', 'case-data.ts', 'case-texts.ts', 'case-blocks.ts'],
  },
  'outputs/encode': { main: 'escape.ts' },
  'outputs/formats': { main: 'table-format.ts' },
  'outputs/incidents': { main: 'incident-card.ts' },
  'outputs/table': { main: 'table-layout.ts' },
  page: { main: 'main.tsx', doors: [] },
  'page/data': { main: 'case-table.ts' },
  'page/parts': { main: 'shown-parts.tsx' },
  'page/views': { main: 'app.tsx' },
  activity: { main: 'request.ts' },
  'activity/count': { main: 'top.ts' },
  'activity/request': { main: 'find-request.ts' },
  'activity/identity': { main: 'identity.ts' },
  'activity/case': { main: 'case-gatherer.ts', doors: ['case-gatherer.ts'] },
  'activity/object': {
    main: 'object-history.ts',
    doors: ['object-history.ts', 'object-list.ts', 'object-spec.ts'],
  },
  setup: { main: 'needs.ts' },
  'setup/policy': { main: 'audit-policy.ts' },
  'setup/platforms': {
    main: 'platforms.ts',
    doors: ['platform-text.ts', 'platform.ts', 'platforms.ts'],
  },
  'setup/webhook': {
    main: 'webhook-settings.ts',
    doors: [
      'feed-text.ts',
      'feeds.ts',
      'kubeconfig.ts',
      'manifests.ts',
      'serve-steps.ts',
      'webhook-settings.ts',
    ],
  },
  baseline: { main: 'baseline.ts' },
  'rule-tests': {
    main: 'rule-test.ts',
    doors: ['rule-test.ts', 'read-tests.ts', 'judge-test.ts', 'test-report.ts'],
  },
  io: {
    main: 'read-input.ts',
    doors: ['error-text.ts', 'output.ts', 'read-input.ts', 'sources.ts'],
    also: {
      'follow/follow.ts': 'scan loads it only when it follows',
      'follow/follow-steps.ts': 'scan takes what following hands over',
      'follow/followed-files.ts': 'scan tells rotated files from those that are written',
      'follow/checkpoint.ts': 'cli opens it, scan hands it on, cli closes it when all is written',
      'follow/generation.ts': 'scan says behind which lines of a generation a restart goes on',
      'lines.ts': 'scan decodes block by block',
      'merge.ts': 'scan merges what its fast engine reads of inputs, in the order of time',
      'decode-input.ts': 'scan says how inputs are decoded that it takes in the order of time',
      'payload-codec.ts': 'scan hands it to the decoder, which is pure',
      'plain-file.ts': 'threads read ranges of plain files only',
      'read-range.ts': 'threads read ranges',
      'rotation.ts': 'small inputs and threads tell compressed files by their names',
      'sorted-events.ts': 'scan loads it only for --sort time',
      'write/locked.ts': 'cli merges a state with what another run wrote',
      'write/whole-file.ts': 'cli replaces configuration and baselines whole',
      'write/write-place.ts': 'cli finds out before a scan whether a baseline can be written',
    },
  },
  'io/follow': {
    main: 'follow.ts',
    doors: ['checkpoint.ts', 'follow-steps.ts', 'follow.ts', 'followed-files.ts'],
    also: { 'generation.ts': 'scan says behind which lines of a generation a restart goes on' },
  },
  'io/content': { main: 'read-content.ts', doors: ['read-content.ts', 'content-kind.ts'] },
  'io/expand': {
    main: 'decompress.ts',
    doors: ['decompress.ts', 'gzip-start.ts', 'tar-entries.ts'],
  },
  'io/write': { main: 'whole-file.ts', doors: ['locked.ts', 'whole-file.ts', 'write-place.ts'] },
  scan: {
    main: 'plan.ts',
    doors: ['plan.ts', 'hooks.ts', 'run-scan.ts', 'ask-events.ts', 'read-events.ts'],
    also: {
      'choosing-rule.ts': 'cli has a scan hand over what controllers do',
      'evaluation.ts': 'cli makes it from rules and policies, which scan does not load',
      'log-end.ts': 'cli counts --last from it',
      'threads/contract.ts': 'cli starts threads and passes their messages on',
      'threads/jobs.ts': 'cli starts threads only for inputs that are worth it',
      'threads/range-worker.ts': 'the program of a thread runs it',
    },
  },
  'scan/follow': {
    main: 'read-followed.ts',
    doors: ['read-followed.ts', 'followed-lines.ts', 'followed-bytes.ts'],
  },
  'scan/merge': {
    main: 'read-merged.ts',
    doors: ['read-merged.ts', 'merged-bytes.ts', 'input-parts.ts'],
  },
  'scan/threads': {
    main: 'threads.ts',
    doors: ['contract.ts', 'range-worker.ts', 'threads.ts'],
    also: { 'jobs.ts': 'cli starts threads only for inputs that are worth it' },
  },
  sinks: { main: 'sink.ts', doors: ['sinks.ts', 'sink-spec.ts'] },
  'sinks/kinds': {
    main: 'http.ts',
  },
  serve: {
    main: 'receiver.ts',
    doors: [
      'body-source.ts',
      'counters.ts',
      'intake.ts',
      'key-files.ts',
      'listen.ts',
      'memory-intake.ts',
      'receiver-options.ts',
      'receiver.ts',
      'spool.ts',
    ],
  },
  library: { main: 'file-scan.ts' },
  cli: { main: 'main.ts', doors: [] },
  'cli/commands': {
    main: 'index.ts',
    doors: ['index.ts'],
    also: {
      'fields.ts': 'the reference quotes its table',
      'inputs.ts': 'the reference quotes its table',
    },
  },
  'cli/docs': { main: 'completion-model.ts' },
  'cli/flags': {
    main: 'command.ts',
    doors: ['command.ts', 'command-options.ts', 'options.ts', 'option-keys.ts', 'program.ts'],
    also: {
      'near-command.ts': 'errors name the command that may have been meant',
      'option-groups.ts': 'the reference and the man page list options by group',
      'output-target.ts': 'reports open what --output names',
      'values.ts': 'sinks have durations and sizes in their text, as options are written',
    },
  },
  'cli/mcp': { main: 'mcp-server.ts', doors: ['mcp-server.ts', 'stdio-transport.ts'] },
  'cli/queries': {
    main: 'query.ts',
    doors: [
      'answers.ts',
      'captured-terminal.ts',
      'page-json.ts',
      'query-inputs.ts',
      'query.ts',
      'shown-row.ts',
      'tool-arguments.ts',
      'tools.ts',
    ],
  },
  'cli/ui': { main: 'ui-server.ts', doors: ['ui-routes.ts', 'ui-server.ts'] },
  'page/live': { main: 'live-page.tsx', doors: [] },
  'cli/library': { main: 'policies-input.ts' },
  'cli/past': { main: 'first-seen-file.ts' },
  'cli/run': { main: 'reading.ts' },
  'cli/case': { main: 'case-file.ts', doors: ['case-file.ts'] },
  'cli/scope': { main: 'event-scope.ts' },
  'cli/serve': {
    main: 'live-scan.ts',
    doors: [
      'alerts.ts',
      'live-scan.ts',
      'prepare.ts',
      'reloading.ts',
      'start-live.ts',
      'watched-files.ts',
    ],
  },
  'cli/settings': {
    main: 'settings.ts',
    doors: ['config-paths.ts', 'invocation.ts', 'settings.ts'],
    also: {
      'config-template.ts': 'config init writes it',
      'environment.ts': 'config show tells what variables give to other commands',
    },
  },
  'cli/terminal': { main: 'terminal.ts' },
};

/**
 * Rooms of one folder, each above all before it: it may import from those, never from those behind it.
 * What is not named is the ground.
 */
export const STOREYS: Readonly<Record<string, readonly string[]>> = {
  events: ['convert', 'text', 'wrappers', 'decode', 'shapes'],
  rules: ['collect', 'compile', 'read', 'load.ts'],
  activity: ['count', 'request', 'identity', 'object', 'case'],
  scan: [
    'follow',
    'merge',
    'fast-scan.ts',
    'read-events.ts',
    'log-end.ts',
    'threads',
    'run-scan.ts',
    'ask-events.ts',
  ],
  cli: [
    'terminal',
    'flags',
    'settings',
    'library',
    'docs',
    'scope',
    'run',
    'case',
    'serve',
    'queries',
    'mcp',
    'ui',
    'commands',
    'main.ts',
    'reference.ts',
  ],
};
