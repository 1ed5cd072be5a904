// Runs in a thread of its own: evaluates ranges of a large file for the thread that writes.
import { hostname } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { RangeWorker } from '../../scan/threads/range-worker.ts';
import type { FromWorker, ToWorker } from '../../scan/threads/ranges.ts';
import { prepareScan } from './prepare-scan.ts';
import { rangeWork } from './range-work.ts';
import type { WorkerData } from './start-threads.ts';
import { SILENT_STREAM } from '../terminal/terminal.ts';

async function prepare(
  data: WorkerData,
  post: (message: FromWorker) => void,
): Promise<RangeWorker> {
  const { settings, stdoutIsTTY, now } = data;
  const terminal = {
    stdout: { ...SILENT_STREAM, isTTY: stdoutIsTTY },
    stderr: SILENT_STREAM,
    stdinIsTTY: false,
    env: data.env,
    cwd: data.cwd,
    now: () => now,
    interrupted: new AbortController().signal,
  };
  const invocation = { ...data, terminal, given: new Map(), commands: [] };
  const fieldSettings = { timezone: settings.timezone, hostname: hostname() };
  const prepared = await prepareScan(invocation, fieldSettings, () => undefined);
  const worker = new RangeWorker(rangeWork(prepared, settings, data.duplicates), post);
  post({ kind: 'ready' });
  return worker;
}

const port = parentPort!;
const post = (message: FromWorker): void => port.postMessage(message);
const ready = prepare(workerData as WorkerData, post);
port.on('message', (message: ToWorker) => {
  ready.then(
    (worker) => worker.receive(message),
    (error: unknown) => {
      post({ kind: 'failed', text: error instanceof Error ? error.message : String(error) });
    },
  );
});
