import { Worker } from 'node:worker_threads';
import { workerScript } from '../assets.ts';
import type { StartEvaluating } from './live-scan.ts';
import type { FromLive, ToLive } from './live-messages.ts';

/** Starts the thread that evaluates what is received. */
export const startLive: StartEvaluating = (setup, receive, failed) => {
  const { script, isText } = workerScript('live');
  const worker = new Worker(script, { eval: isText, workerData: setup });
  let isStopped = false;
  worker.on('message', (message: FromLive) => {
    if (message.kind === 'ended') isStopped = true;
    receive(message);
  });
  worker.on('error', failed);
  worker.on('messageerror', failed);
  worker.on('exit', (code) => {
    if (!isStopped) failed(new Error(`the thread that evaluates ended early, with code ${code}`));
  });
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
    post: (message: ToLive) => worker.postMessage(message),
    stop() {
      isStopped = true;
      return worker.terminate();
    },
  };
};
