// Runs in a thread of its own: evaluates ranges of large files for the thread that writes. It is given the
// plan of the scan and makes of it what that thread makes of it. It lies in cli, not in scan/threads, since
// the bundled rules are loaded from the program's files, which only cli knows.
import { parentPort, workerData } from 'node:worker_threads';
import type { ScanPlan } from '../../scan/plan.ts';
import type { FromWorker, ToWorker } from '../../scan/threads/contract.ts';
import { RangeWorker } from '../../scan/threads/range-worker.ts';
import { toldFailure } from '../../util/errors.ts';
import { evaluatePlan } from './evaluate-plan.ts';

async function start(plan: ScanPlan, post: (message: FromWorker) => void): Promise<RangeWorker> {
  // The thread that writes has warned already.
  const { evaluation } = await evaluatePlan(plan, () => undefined);
  const worker = new RangeWorker(plan, evaluation, post);
  post({ kind: 'ready' });
  return worker;
}

const port = parentPort!;
const post = (message: FromWorker): void =>
  port.postMessage(message, message.kind === 'part' ? [message.open.bytes.buffer] : []);
const started = start(workerData as ScanPlan, post);
port.on('message', (message: ToWorker) => {
  started.then(
    (worker) => worker.receive(message),
    (error: unknown) => post({ kind: 'failed', ...toldFailure(error) }),
  );
});
