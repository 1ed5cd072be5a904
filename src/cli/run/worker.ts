// Runs in a thread of its own: evaluates ranges of large files for the thread that writes. It is given the
// plan of the scan and makes of it what that thread makes of it. It lies in cli, not in scan/threads, since
// the bundled rules are loaded from the program's files, which only cli knows.
import { parentPort, workerData } from 'node:worker_threads';
import type { ScanPlan } from '../../scan/plan.ts';
import type { FromWorker, ToThread } from '../../scan/threads/contract.ts';
import { Packer } from '../../scan/threads/packer.ts';
import { RangeWorker } from '../../scan/threads/range-worker.ts';
import { evaluatePlan } from './evaluate-plan.ts';

async function start(
  plan: ScanPlan,
  post: (message: FromWorker) => void,
): Promise<(message: ToThread) => void> {
  // The thread that writes has warned already.
  const evaluated = await evaluatePlan(plan, () => undefined);
  const worker = new RangeWorker(plan, evaluated.evaluation, post);
  post({ kind: 'ready' });
  return (message) => {
    if (message.kind === 'leave-out-facts') evaluated.leaveOutFacts();
    else worker.receive(message);
  };
}

const port = parentPort!;
const packer = new Packer();
const post = (message: FromWorker): void => port.postMessage(packer.pack(message));
const started = start(workerData as ScanPlan, post);
port.on('message', (message: ToThread) => {
  started.then(
    (receive) => receive(message),
    (error: unknown) => {
      post({ kind: 'failed', text: error instanceof Error ? error.message : String(error) });
    },
  );
});
