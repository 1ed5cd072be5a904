import { Worker } from 'node:worker_threads';
import type { ScanPlan } from '../../scan/plan.ts';
import type {
  FromWorker,
  ScanThreads,
  ToThread,
  WorkerThread,
} from '../../scan/threads/contract.ts';
import { Unpacker } from '../../scan/threads/unpacker.ts';
import { workerScript } from '../assets.ts';
import { holdMemory, releaseMemory } from '../terminal/engine-flags.ts';

/**
 * V8's nursery per thread, and after how many of its messages heap growth stops in all threads: by then a
 * thread has grown to what it needs.
 */
const ROOMY = { maxYoungGenerationSizeMb: 24, warmAfter: 4 };
const TIGHT = { maxYoungGenerationSizeMb: 4, warmAfter: 0 };

interface StartedThreads extends ScanThreads {
  /** Says to all threads that nobody asks for the facts of further findings; may be called again. */
  leaveOutFacts(): void;
}

/** The threads of a scan; undefined when it is to have one. */
export function threadsFor(plan: ScanPlan): StartedThreads | undefined {
  if (plan.threads < 2) return undefined;
  const size = plan.threads > 2 ? TIGHT : ROOMY;
  const started: ReturnType<typeof startWorker>[] = [];
  let needsFacts = plan.facts === true;
  return {
    count: plan.threads - 1,
    start(receive, failed) {
      const thread = startWorker(plan, size, receive, failed);
      if (!needsFacts) thread.post({ kind: 'leave-out-facts' });
      started.push(thread);
      return thread;
    },
    rest: (alone) => (alone ? releaseMemory() : holdMemory()),
    leaveOutFacts() {
      if (!needsFacts) return;
      needsFacts = false;
      for (const thread of started) thread.post({ kind: 'leave-out-facts' });
    },
  };
}

/** Starts a thread with the plan as it is: what would be left out of it here, the thread would not do. */
function startWorker(
  plan: ScanPlan,
  { maxYoungGenerationSizeMb, warmAfter }: typeof TIGHT,
  receive: (message: FromWorker) => void,
  failed: (error: unknown) => void,
): WorkerThread & { post(message: ToThread): void } {
  const { script, isText } = workerScript('scan');
  const worker = new Worker(script, {
    eval: isText,
    workerData: plan,
    resourceLimits: { maxYoungGenerationSizeMb },
  });
  let stopped = false;
  let messages = -1;
  const heard = (): void => {
    if (++messages === warmAfter) holdMemory();
  };
  // Not before: V8 resets this for every thread that starts.
  worker.on('online', heard);
  const unpacker = new Unpacker();
  worker.on('message', (message: Parameters<Unpacker['unpack']>[0]) => {
    heard();
    receive(unpacker.unpack(message));
  });
  worker.on('error', failed);
  worker.on('messageerror', failed);
  worker.on('exit', (code) => {
    if (!stopped) failed(new Error(`it ended early, with code ${code}`));
  });
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
    post: (message) => worker.postMessage(message),
    stop() {
      stopped = true;
      return worker.terminate();
    },
  };
}
