// What the fast engine makes of each line of a log, for debugging it: decided in WebAssembly, evaluated in
// JavaScript, or left to the decoder. Needs what `npm run dev` or a build compiles.
//
// node .github/scripts/verdict.mjs LOG [RULES.yaml…]    without rules: those that are bundled and enabled
import { readFileSync } from 'node:fs';
import { bundledRules } from '../../dist/cli/library/rules-input.js';
import { FastScanner } from '../../dist/fast/fast-scanner.js';
import { loadRules } from '../../dist/rules/load.js';
import { formatDiagnostic } from '../../dist/rules/diagnostics.js';

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

let verdict = '';
const scanner = new FastScanner({
  rules: ruleSet.rules.filter(({ enabled }) => enabled),
  matching: 'all',
  timeField: 'evt.time',
  settings: { timezone: 'UTC', hostname: '' },
  maxLine: 64 * 1024 * 1024,
  sink: {
    event(_event, findings) {
      const names = findings.map(({ rule }) => rule).join(', ');
      verdict = `evaluated, ${names === '' ? 'no rule fires' : `fires ${names}`}`;
    },
    odd: () => (verdict = 'odd: left to the decoder and the reference engine'),
    longLine: () => (verdict = 'too long'),
    holdsNext: () => false,
    origin: (line) => ({ file: log, line }),
  },
});

/** The verdict on one line, which has its line feed. */
function judge(line) {
  verdict = line.trim() === '' ? 'blank' : 'rejected: no rule can match';
  const bytes = Buffer.from(line);
  for (let at = 0; at < bytes.length; ) {
    const count = bytes.copy(scanner.space(), 0, at);
    scanner.filled(count);
    at += count;
  }
  scanner.flush();
  return verdict;
}

scanner.begin();
const lines = readFileSync(log, 'utf8').split('\n');
if (lines.at(-1) === '') lines.pop();
for (const [index, line] of lines.entries()) console.log(`${index + 1}: ${judge(`${line}\n`)}`);
