// Memory of correlations: a stream of many groups through one of each type, read from a pipe.
//
//   node bench/correlations.mjs [--events 10000000] [--groups 1000000] [-- options of scan]
//
// Prints the highest resident memory of the process, with -q and with the summary, and what was forgotten for room.
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: { events: { type: 'string' }, groups: { type: 'string' } },
  allowPositionals: true,
});
const EVENTS = Number(values.events ?? 10_000_000);
const GROUPS = Number(values.groups ?? 1_000_000);
const START = Date.UTC(2026, 0, 1);
/** Events of one second. */
const RATE = 1000;

const RULES = `
- macro: reading
  condition: ka.verb = get and ka.target.resource = secrets
${[
  'type: event_count, timespan: 1h, condition: {gte: 20}',
  'type: value_count, timespan: 1h, condition: {gte: 20}, field: ka.target.name',
  'type: new_value, field: ka.target.name',
]
  .map(
    (keys) =>
      `- {correlation: "${keys.split(',')[0].slice(6)}", events: [{read: reading}], group-by: [ka.user.name], priority: NOTICE, ${keys}}`,
  )
  .join('\n')}
- correlation: temporal_ordered
  type: temporal_ordered
  events: [{first: reading}, {second: ka.verb = delete}]
  group-by: [ka.user.name]
  timespan: 1h
  priority: NOTICE
`;

const folder = mkdtempSync(join(tmpdir(), 'k8s-audit-correlations-'));
const rules = join(folder, 'rules.yaml');
writeFileSync(rules, RULES);
try {
  for (const extra of [['-q'], []]) await measure(extra);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(extra) {
  const program = join(import.meta.dirname, '..', 'bin', 'k8s-audit.js');
  const child = spawn(
    process.execPath,
    [
      program,
      'scan',
      '-',
      '--no-default-rules',
      '-r',
      rules,
      '-f',
      'ndjson',
      ...extra,
      ...positionals,
    ],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (text) => (said += text));
  // A scan that fails says why itself.
  child.stdin.on('error', () => undefined);
  let highest = 0;
  const timer = setInterval(() => (highest = Math.max(highest, residentOf(child.pid))), 100);
  const ended = once(child, 'exit');
  for (let from = 0; from < EVENTS; from += RATE) {
    if (child.exitCode === null && !child.stdin.write(block(from, Math.min(RATE, EVENTS - from))))
      await Promise.race([once(child.stdin, 'drain'), ended]);
  }
  child.stdin.end();
  const [code] = await ended;
  clearInterval(timer);
  console.log(
    `${EVENTS} events, ${GROUPS} groups, ${extra[0] ?? 'with summary'}: ${highest} MB, exit code ${code}`,
  );
  if (said !== '') console.log(said);
}

/** The events of one second. Which group an event is of is spread by a multiplication that has no period before all. */
function block(from, count) {
  const time = new Date(START + (from / RATE) * 1000).toISOString().slice(0, 19);
  const lines = [];
  for (let at = from; at < from + count; at++) {
    const group = Number((BigInt(at) * 7_368_787n) % BigInt(GROUPS));
    const stamp = `${time}.${String(at - from).padStart(6, '0')}Z`;
    lines.push(
      `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"00000000-0000-4000-8000-${String(at).padStart(12, '0')}",` +
        `"stage":"ResponseComplete","requestURI":"/api/v1/namespaces/shop/secrets/s${at % 97}","verb":"get",` +
        `"user":{"username":"user-${group}@example.com","groups":["system:authenticated"]},"sourceIPs":["192.0.2.10"],` +
        `"userAgent":"kubectl/v1.34.1","objectRef":{"resource":"secrets","namespace":"shop","name":"s${at % 97}","apiVersion":"v1"},` +
        `"responseStatus":{"code":200},"requestReceivedTimestamp":"${stamp}","stageTimestamp":"${stamp}"}\n`,
    );
  }
  return Buffer.from(lines.join(''));
}

/** The highest resident memory of a process so far, in megabytes. */
function residentOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}
