// Ways in which a log arrives, made of the plain one: share.mjs measures each against it. To add one, add a row.
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** The time of the i-th line, as kubectl and container runtimes write it: RFC3339Nano, without zeros at the end. */
function time(i) {
  const nanos = String((i * 7_919_317) % 1_000_000_000)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const seconds = new Date(1_767_323_045_000 + i * 10).toISOString().slice(0, 19);
  return `${seconds}${nanos === '' ? '' : `.${nanos}`}Z`;
}

const json = JSON.stringify;

/** A text cut every 16 KB, as container runtimes do. */
function parts(text) {
  const list = [];
  for (let at = 0; at < text.length; at += 16_384) list.push(text.slice(at, at + 16_384));
  return list;
}

const journald = (more) => (line, i) =>
  json({
    __CURSOR: `s=1f2e;i=${i.toString(16)}`,
    __REALTIME_TIMESTAMP: String(1_767_323_045_678_901 + i),
    _HOSTNAME: 'control-plane-1',
    _PID: '812',
    SYSLOG_IDENTIFIER: 'kube-apiserver',
    ...more,
    PRIORITY: '6',
    MESSAGE: line,
    _SYSTEMD_UNIT: 'kube-apiserver.service',
  });

/**
 * Name, the share of a plain scan's bytes a CPU second that is aimed at, and a line (from 0) in this wrapping.
 *
 * @type {readonly (readonly [string, number, (line: string, i: number) => string])[]}
 */
export const WAYS_IN = [
  ['kubectl logs --timestamps', 0.5, (line, i) => `${time(i)} ${line}`],
  ['kubectl logs --prefix', 0.5, (line) => `[pod/kube-apiserver-n1/kube-apiserver] ${line}`],
  ['CRI', 0.5, (line, i) => `${time(i)} stdout F ${line}`],
  [
    'CRI, lines cut',
    0.5,
    (line, i) =>
      parts(line)
        .map((part, at, all) => `${time(i)} stdout ${at === all.length - 1 ? 'F' : 'P'} ${part}`)
        .join('\n'),
  ],
  ['node name', 0.5, (line) => `master-0.ocp.example ${line}`],
  [
    'syslog',
    0.5,
    (line, i) => `<134>Jan 12 ${time(i).slice(11, 19)} n1 kube-apiserver[812]: ${line}`,
  ],
  ['journald short', 0.5, (line, i) => `Jan 12 ${time(i).slice(11, 19)} n1 k3s[812]: ${line}`],
  ['journald', 0.25, journald({})],
  ['journald of a service', 0.25, journald({ _STREAM_ID: '9f2c71', _TRANSPORT: 'stdout' })],
  ['docker', 0.25, (line, i) => json({ log: `${line}\n`, stream: 'stdout', time: time(i) })],
  [
    'docker, lines cut',
    0.25,
    (line, i) =>
      parts(`${line}\n`)
        .map((log) => json({ log, stream: 'stdout', time: time(i) }))
        .join('\n'),
  ],
  [
    'CloudWatch event',
    0.25,
    (line, i) =>
      json({
        logStreamName: 'kube-apiserver-audit-0123',
        timestamp: 1_767_323_045_678 + i,
        message: line,
        ingestionTime: 1_767_323_046_000 + i,
        eventId: String(3_700_000_000 + i),
      }),
  ],
  [
    'Fluent Bit, log',
    0.25,
    (line, i) =>
      json({
        date: 1_767_323_045.5 + i,
        log: line,
        kubernetes: {
          host: 'n1',
          pod_name: 'kube-apiserver-n1',
          labels: { tier: 'control-plane' },
        },
      }),
  ],
  [
    'Filebeat, message',
    0.25,
    (line, i) =>
      json({
        '@timestamp': time(i),
        log: { offset: i * 2700, file: { path: '/var/log/kubernetes/audit.log' } },
        message: line,
        agent: { hostname: 'n1', type: 'filebeat', version: '8.12.0' },
      }),
  ],
  [
    'AKS storage',
    0.25,
    (line, i) =>
      json({
        time: time(i),
        category: 'kube-audit',
        operationName: 'Microsoft.ContainerService/managedClusters/diagnosticLogs/Read',
        resourceId: '/SUBSCRIPTIONS/0000/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/PROD',
        properties: { log: line, stream: 'stdout', pod: 'kube-apiserver-1' },
      }),
  ],
  ['Loki', 0.25, (line, i) => json({ labels: { cluster: 'prod' }, line, timestamp: time(i) })],
  ['nested', 0.25, (line, i) => json({ ts: i, body: line })],
];

/**
 * Name, the share that is aimed at, and the command that reads a plain log in this way; `halves` has its lines by turns.
 *
 * @type {readonly (readonly [string, number, (scan: string, files: { log: string, halves: string[] }) => string])[]}
 */
export const MODES = [
  ['--input-format event', 0.5, (scan, { log }) => `${scan} --input-format event ${log}`],
  ['--dedupe', 0.5, (scan, { log }) => `${scan} --dedupe ${log}`],
  ['--sort time, two logs', 0.4, (scan, { halves }) => `${scan} --sort time ${halves.join(' ')}`],
  [
    '--checkpoint',
    0.4,
    (scan, { log }) => `rm -f ${log}.checkpoint; ${scan} --checkpoint ${log}.checkpoint ${log}`,
  ],
  // Following ends by a signal; what is read by then is all, and waiting costs next to nothing.
  [
    '--follow',
    0.4,
    (scan, { log }) => `timeout --preserve-status -s INT 10 ${scan} --follow ${log}`,
  ],
];

/** Writes the lines of a log to two others by turns, as two API servers would write them. */
export async function writeHalves(plain, halves) {
  const files = halves.map((path) => openSync(path, 'w'));
  let i = 0;
  for await (const line of createInterface({ input: createReadStream(plain) })) {
    writeSync(files[i++ % 2], `${line}\n`);
  }
  for (const file of files) closeSync(file);
}

/** Writes a plain log in another way, `count` events a line. @param {string} plain @param {string} target */
export async function writeWay(plain, target, count, wrap) {
  const file = openSync(target, 'w');
  let lines = [];
  let i = 0;
  const flush = () => {
    if (lines.length > 0) writeSync(file, `${wrap(lines, i++)}\n`);
    lines = [];
  };
  for await (const line of createInterface({ input: createReadStream(plain) })) {
    lines.push(line);
    if (lines.length === count) flush();
  }
  flush();
  closeSync(file);
}
