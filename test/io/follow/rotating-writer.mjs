// Writes audit events into a log and rotates it, as its own process.
// node rotating-writer.mjs FILE MODE SEED EVENTS RATE ROTATIONS; prints how many it wrote.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const [file, mode, seed, events, rate, rotations] = process.argv.slice(2);
const total = Number(events);
const parts = Number(rotations) + 1;
// What is deleted before it was read is lost: a reader that gets no processor must still find all of it.
const KEPT = 3 * parts;
let state = Number(seed) * 2654435761 + 12345;
/** Numbers from 0 to n - 1, the same for the same seed. */
const random = (n) => {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return (state >>> 8) % n;
};
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const event = (i) =>
  `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"${String(i).padStart(8, '0')}-0000-0000-0000-000000000000",` +
  `"stage":"ResponseComplete","requestURI":"/api/v1/namespaces/shop/pods","verb":"create","user":{"username":"mallory@example.com"},` +
  `"sourceIPs":["198.51.100.23"],"userAgent":"${'x'.repeat(i % 7 === 0 ? 5000 : 20)}","objectRef":{"resource":"pods","namespace":"shop","name":"w"},` +
  `"responseStatus":{"code":201},"requestReceivedTimestamp":"2026-03-05T13:20:23.000000Z","stageTimestamp":"2026-03-05T13:20:23.100000Z"}\n`;

const directory = path.dirname(file);
const base = path.basename(file);
const stem = base.replace(/\.log$/, '');
let fd = fs.openSync(file, 'a');
let count = 0;
const reopen = () => {
  fs.closeSync(fd);
  fd = fs.openSync(file, 'a');
};
const moveTo = (name) => {
  fs.renameSync(file, path.join(directory, name));
  reopen();
};
const pack = (name) => {
  const from = path.join(directory, name);
  const part = `${from}.gz`;
  const { atime, mtime } = fs.statSync(from);
  fs.writeFileSync(part, zlib.gzipSync(fs.readFileSync(from)));
  if (mode !== 'lumberjack-compress') fs.utimesSync(part, atime, mtime);
  fs.unlinkSync(from);
};
const shift = (keep, suffix = '') => {
  for (let i = keep; i >= 1; i--) {
    const from = `${file}.${i}${i === 1 ? '' : suffix}`;
    if (!fs.existsSync(from)) continue;
    if (i === keep) fs.unlinkSync(from);
    else fs.renameSync(from, `${file}.${i + 1}${i === 1 ? '' : suffix}`);
  }
};
const write = (n) => {
  let text = '';
  for (let i = 0; i < n; i++) text += event(count++);
  // As buffers of a writer do, a write may end inside a line.
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    const size = Math.min(bytes.length - at, 1 + random(20_000));
    fs.writeSync(fd, bytes, at, size);
    at += size;
  }
};
const stamp = (r) =>
  `2026-04-01T12-${String(Math.floor(r / 60)).padStart(2, '0')}-${String(r % 60).padStart(2, '0')}.000`;

const MODES = {
  /** audit.log.1, audit.log.2, … each newer than the one before. */
  rising: (r) => moveTo(`${base}.${r}`),
  /** logrotate create: the highest number is the oldest; few are kept, so that inodes come back. */
  logrotate: () => {
    shift(KEPT);
    moveTo(`${base}.1`);
  },
  /** Each is compressed at the next rotation. */
  delaycompress: (r) => {
    if (r > 1) pack(`${base}.${r - 1}`);
    moveTo(`${base}.${r}`);
  },
  compress: (r) => {
    moveTo(`${base}.${r}`);
    pack(`${base}.${r}`);
  },
  /** kube-apiserver */
  lumberjack: (r) => moveTo(`${stem}-${stamp(r)}.log`),
  'lumberjack-compress': (r) => {
    moveTo(`${stem}-${stamp(r)}.log`);
    pack(`${stem}-${stamp(r)}.log`);
  },
  dateext: (r) => moveTo(`${base}-${20260400 + r}`),
  copytruncate: (r) => {
    fs.copyFileSync(file, `${file}.${r}`);
    fs.truncateSync(file, 0);
  },
  'copytruncate-compress': (r) => {
    fs.copyFileSync(file, `${file}.${r}`);
    fs.truncateSync(file, 0);
    pack(`${base}.${r}`);
  },
  /** The writer goes on with the old file for a while. */
  lazy: async (r) => {
    fs.renameSync(file, `${file}.${r}`);
    fs.writeFileSync(file, '');
    for (let i = 0; i < 5; i++) {
      write(1 + random(20));
      await sleep(random(60));
    }
    reopen();
  },
  /** Several rotations without a pause. */
  burst: (r) => {
    for (let i = 0; i < 4; i++) {
      moveTo(`${base}.${r}.${i}`);
      write(1 + random(3));
    }
  },
  'burst-copytruncate': (r) => {
    for (let i = 0; i < 4; i++) {
      fs.copyFileSync(file, `${file}.${r}.${i}`);
      fs.truncateSync(file, 0);
      write(1 + random(3));
    }
  },
  /** Nothing keeps what was not read. */
  truncate: () => fs.truncateSync(file, 0),
  remove: () => {
    fs.unlinkSync(file);
    reopen();
  },
};

for (let r = 0; r < parts; r++) {
  const until = Math.floor((total * (r + 1)) / parts);
  for (let left = until - count; left > 0; left = until - count) {
    const n = Math.min(left, 1 + random(Math.max(2, Math.floor(Number(rate) / 50))));
    const start = Date.now();
    write(n);
    const due = (n * 1000) / Number(rate);
    if (due > 1) await sleep(Math.max(0, due - (Date.now() - start)));
  }
  if (r < parts - 1) await MODES[mode](r + 1);
}
fs.closeSync(fd);
process.stdout.write(`${count}\n`);
