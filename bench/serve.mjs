// Measures the live receiver: `node bench/serve.mjs [--seconds 10] [--json]`.
//
// Prints the most EventLists a second that `serve` takes, and at half of that the time from a POST to its alert, to its
// answer and to an answer of /healthz; then the same at full load, with one body of 48 MiB, and the memory under a burst of
// ten times what a slow sink takes. One machine runs both sides: the times are those of a loaded one.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { corpusLines } from './corpus.mjs';

const CLI = join(dirname(fileURLToPath(import.meta.url)), '../bin/k8s-audit.js');
const EVENTS = 400;
const RULES = `- rule: Marked
  desc: An event that the benchmark put there
  condition: ka.user.name startswith "mark-"
  output: "%ka.user.name"
  priority: WARNING
  source: k8s_audit
`;
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const agent = new Agent({ keepAlive: true, maxSockets: 32 });

const lines = corpusLines('normal', 7);
const bodies = Array.from({ length: 20 }, () =>
  Array.from({ length: EVENTS - 1 }, () => lines.next().value),
);
let marks = 0;
/** An EventList with one event that makes an alert. Events are new each time: what came twice is dropped. */
function eventList(count = 1) {
  const mark = `mark-${++marks}`;
  const items = Array.from({ length: count }, (_, part) =>
    bodies[(marks + part) % bodies.length].map((line, at) =>
      line.replace(/"auditID":"[^"]*"/, `"auditID":"${mark}-${part}-${at}"`),
    ),
  ).flat();
  const own = `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"${mark}","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/shop/pods/web","verb":"get","user":{"username":"${mark}"},"sourceIPs":["10.0.0.1"],"objectRef":{"resource":"pods","namespace":"shop","name":"web","apiVersion":"v1"},"responseStatus":{"code":200},"requestReceivedTimestamp":"2026-11-28T07:00:00.000000Z","stageTimestamp":"2026-11-28T07:00:00.000000Z"}`;
  const text = `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${[...items, own].join(',')}]}\n`;
  return { mark, text };
}

const folder = mkdtempSync(join(tmpdir(), 'k8s-audit-bench-'));
const rulesFile = join(folder, 'rules.yaml');
writeFileSync(rulesFile, RULES);
process.on('exit', () => rmSync(folder, { recursive: true }));

/** Starts the program. */
async function started(...args) {
  const child = spawn(
    process.execPath,
    [CLI, 'serve', '--listen', '127.0.0.1:0', '-r', rulesFile, '-f', 'ndjson', ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const alerts = new Map();
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    const at = performance.now();
    const parts = (rest + text).split('\n');
    rest = parts.pop();
    for (const line of parts) {
      const mark = /"rule":"Marked"/.test(line) && /mark-\d+/.exec(line)?.[0];
      if (mark && !alerts.has(mark)) alerts.set(mark, at);
    }
  });
  let said = '';
  const port = await new Promise((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
      const found = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(said);
      if (found !== null) resolve(Number(found[1]));
    });
    child.on('exit', () => reject(new Error(`serve ended: ${said}`)));
  });
  const memory = () => {
    const text = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(text)[1]) / 1024;
  };
  const cpu = () => {
    const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  };
  const end = () =>
    new Promise((resolve) => {
      child.on('exit', resolve);
      child.kill('SIGTERM');
    });
  return { port, alerts, memory, cpu, end };
}

function ask(port, path, body) {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path,
        agent,
        method: body === undefined ? 'GET' : 'POST',
        headers: body === undefined ? {} : { 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => (text += part));
        response.on('end', () =>
          resolve({ status: response.statusCode, text, took: performance.now() - start }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const quantile = (all, q) =>
  all.toSorted((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * q))];
const times = (all) => ({
  count: all.length,
  p50: Math.round(quantile(all, 0.5) * 10) / 10,
  p95: Math.round(quantile(all, 0.95) * 10) / 10,
  max: Math.round(Math.max(...all) * 10) / 10,
});

async function total(port, name) {
  const { text } = await ask(port, '/metrics');
  return text
    .split('\n')
    .filter((line) => line.startsWith(name))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** Sends EventLists at a pace (a second), asks for /healthz meanwhile. Infinity: as soon as answers come. */
async function load(server, pace, length) {
  const { port, alerts } = server;
  const sent = new Map();
  const answers = [];
  const health = [];
  let refused = 0;
  let bytes = 0;
  const post = async () => {
    const { mark, text } = eventList();
    bytes += text.length;
    sent.set(mark, performance.now());
    const { status, took } = await ask(port, '/audit', text);
    if (status === 200) answers.push(took);
    else {
      refused++;
      sent.delete(mark);
      await wait(20);
    }
  };
  const until = performance.now() + length * 1000;
  const cpu = server.cpu();
  const probing = (async () => {
    while (performance.now() < until) {
      health.push((await ask(port, '/healthz')).took);
      await wait(50);
    }
  })();
  if (pace === Infinity) {
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        while (performance.now() < until) await post();
      }),
    );
  } else {
    const running = [];
    for (let n = 0; performance.now() < until; n++) {
      running.push(post());
      const next = until - length * 1000 + ((n + 1) * 1000) / pace;
      await wait(Math.max(0, next - performance.now()));
    }
    await Promise.all(running);
  }
  await probing;
  const taken = performance.now();
  while ((await total(port, 'k8s_audit_queue_bodies ')) > 0) await wait(20);
  const drained = performance.now();
  const used = server.cpu() - cpu;
  await wait(200);
  const alert = [...sent].flatMap(([mark, at]) =>
    alerts.has(mark) ? [alerts.get(mark) - at] : [],
  );
  return {
    lists: answers.length,
    refused,
    alertsMissing: sent.size - alert.length,
    listsPerSecond: Math.round((answers.length / (length + (drained - taken) / 1000)) * 10) / 10,
    megabytesPerCpuSecond: Math.round(bytes / 1e6 / used),
    alert: times(alert),
    answer: times(answers),
    health: times(health),
  };
}

const results = {};
{
  const server = await started();
  await load(server, 5, 2);
  results.full = await load(server, Infinity, seconds);
  results.half = await load(server, results.full.listsPerSecond / 2, seconds);
  // One body like those of a server that was shut off for long.
  const { mark, text } = eventList(Math.ceil((48 * 1024 ** 2) / eventList().text.length));
  const start = performance.now();
  const health = [];
  const probing = (async () => {
    while (!server.alerts.has(mark)) {
      health.push((await ask(server.port, '/healthz')).took);
      await wait(5);
    }
  })();
  const { took } = await ask(server.port, '/audit', text);
  while (!server.alerts.has(mark)) await wait(5);
  await probing;
  results.large = {
    megabytes: Math.round(text.length / 1e6),
    answer: Math.round(took),
    alert: Math.round(server.alerts.get(mark) - start),
    health: times(health),
    memory: Math.round(server.memory()),
  };
  await server.end();
}
{
  // A sink that takes ten alerts a second, and ten times as many.
  const slow = createServer((incoming, response) => {
    incoming.resume().on('end', () => setTimeout(() => response.end(), 100));
  });
  await new Promise((resolve) => slow.listen(0, '127.0.0.1', resolve));
  const to = `http=http://127.0.0.1:${slow.address().port}/`;
  const server = await started('--queue-size', '64MiB', '--max-event-size', '16MiB', '--to', to);
  const burst = await load(server, 100, seconds);
  results.burst = {
    lists: burst.lists,
    refused: burst.refused,
    answer: burst.answer,
    waiting: await total(server.port, 'k8s_audit_alerts_waiting'),
    dropped: await total(server.port, 'k8s_audit_alerts_dropped_total'),
    memory: Math.round(server.memory()),
  };
  slow.close();
  slow.closeAllConnections();
  await server.end();
}
agent.destroy();
if (values.json) console.log(JSON.stringify(results, undefined, 2));
else {
  const row = (name, { p50, p95, max, count }) =>
    console.log(
      `  ${name.padEnd(8)} ${String(p50).padStart(7)} ${String(p95).padStart(7)} ${String(max).padStart(7)}  ms (p50, p95, max of ${count})`,
    );
  for (const name of ['full', 'half']) {
    const { lists, refused, listsPerSecond, megabytesPerCpuSecond, alertsMissing } = results[name];
    console.log(
      `${name} load: ${lists} lists of ${EVENTS} events, ${listsPerSecond}/s, ${megabytesPerCpuSecond} MB a CPU second, ${refused} refused, ${alertsMissing} alerts missing`,
    );
    for (const what of ['alert', 'answer', 'health']) row(what, results[name][what]);
  }
  const { large, burst } = results;
  console.log(
    `one body of ${large.megabytes} MB: answer ${large.answer} ms, alert ${large.alert} ms, memory ${large.memory} MB`,
  );
  row('health', large.health);
  console.log(
    `burst: ${burst.lists} lists, ${burst.refused} refused, ${burst.waiting} alerts wait, ${burst.dropped} dropped, memory ${burst.memory} MB`,
  );
  row('answer', burst.answer);
}
