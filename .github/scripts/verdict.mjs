// What the fast engine makes of each line of a log, for debugging it: decided in WebAssembly, evaluated in
// JavaScript, or read by the decoder first (odd). Lines that make one value are shown together. The first lines of a
// wrapping are odd: what the next ones may look like is learned from them. Needs what `npm run dev` or a build compiles.
//
// node .github/scripts/verdict.mjs LOG [RULES.yaml…]    without rules: those that are bundled and enabled
import { readFileSync } from 'node:fs';
import { bundledRules } from '../../dist/cli/library/rules-input.js';
import { partRules, withParts } from '../../dist/engine/parts/correlation-parts.js';
import { createDecoder } from '../../dist/events/decode/decoder.js';
import { FastScanner } from '../../dist/fast/fast-scanner.js';
import { loadRules } from '../../dist/rules/load.js';
import { formatDiagnostic } from '../../dist/rules/diagnostics.js';
import { openInput } from '../../dist/scan/open-input.js';
import { takeWrapped } from '../../dist/scan/wrapped-lines.js';

const [log, ...paths] = process.argv.slice(2);
if (log === undefined) {
  console.error('usage: verdict.mjs LOG [RULES.yaml…]');
  process.exit(2);
}
const sources =
  paths.length === 0
    ? bundledRules()
    : paths.map((name) => ({ name, text: readFileSync(name, 'utf8') }));
const { ruleSet, files, unmet } = await loadRules(sources);
if (ruleSet === undefined) {
  const errors = files.flatMap((file) => file.errors.map(formatDiagnostic));
  console.error([...errors, unmet ?? ''].join('\n'));
  process.exit(2);
}

const enabled = ruleSet.rules.filter((rule) => rule.enabled);
/** Of the lines that are judged. `parsed`: events that only the decoder can read. */
const seen = { odd: 0, evaluated: 0, parsed: 0, names: new Set(), problems: new Set() };
const maxLine = 64 * 1024 * 1024;
const found = {
  event(event) {
    if (!scanner.takes(event)) seen.parsed++;
  },
  problem: ({ reason }) => seen.problems.add(reason),
};
const open = (memory) => openInput({ maxEventSize: maxLine }, log, found, { memory });
let input = open();
const scanner = new FastScanner({
  rules: withParts(enabled, partRules(enabled)),
  matching: 'all',
  timeField: 'evt.time',
  settings: { timezone: 'UTC', hostname: '' },
  maxLine,
  shapes: () => input.odd,
  sink: {
    event(_event, findings) {
      seen.evaluated++;
      for (const { rule } of findings) seen.names.add(rule);
    },
    odd(text, line) {
      seen.odd++;
      input.odd.line(text, line);
    },
    wrapped: (line) => takeWrapped(line, input, (memory) => (input = open(memory))) !== undefined,
    longLine: () => seen.problems.add('line-too-long'),
    holdsNext: () => input.holdsNext(),
    origin: (line) => ({ file: log, line }),
  },
});

/** The verdict on lines, each with its line feed, that make one value. */
function judge(lines) {
  Object.assign(seen, { odd: 0, evaluated: 0, parsed: 0, names: new Set(), problems: new Set() });
  const before = scanner.counts.rejected;
  const bytes = Buffer.from(lines.join(''));
  for (let at = 0; at < bytes.length; ) {
    const count = bytes.copy(scanner.space(), 0, at);
    scanner.filled(count);
    at += count;
  }
  scanner.flush();
  const rejected = scanner.counts.rejected - before;
  const { evaluated, parsed } = seen;
  const names = [...seen.names].join(', ');
  const fires = names === '' ? 'no rule fires' : `fires ${names}`;
  const count = (events, text) => (rejected + evaluated + parsed === 1 ? text : `${events} ${text}`);
  const parts = [
    seen.odd > 0 ? 'odd: read by the decoder' : '',
    rejected > 0 ? count(rejected, 'rejected: no rule can match') : '',
    evaluated > 0 ? count(evaluated, `evaluated, ${fires}`) : '',
    parsed > 0 ? count(parsed, 'left to the reference engine') : '',
    ...seen.problems,
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'blank' : parts.join('; ');
}

scanner.begin();
const lines = readFileSync(log, 'utf8').split('\n');
if (lines.at(-1) === '') lines.pop();
/** Tells which lines make one value. */
const decoder = createDecoder();
const ignored = { event() {}, problem() {} };
let first = 0;
for (const [index, line] of lines.entries()) {
  decoder.line(line, index + 1, ignored);
  if (decoder.pending && index + 1 < lines.length) continue;
  const place = first === index ? `${index + 1}` : `${first + 1}–${index + 1}`;
  console.log(`${place}: ${judge(lines.slice(first, index + 1).map((text) => `${text}\n`))}`);
  first = index + 1;
}
