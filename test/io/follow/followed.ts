import { setTimeout as sleep } from 'node:timers/promises';
import type { Problem } from '../../../src/events/problems.ts';
import type { FollowOptions } from '../../../src/io/follow/follow-steps.ts';
import { followFiles } from '../../../src/io/follow/follow.ts';
import { followedFiles } from '../../../src/io/follow/followed-files.ts';
import { eachLine, LineBuffer } from '../../../src/io/lines.ts';
import { expandSources } from '../../../src/io/sources.ts';

export interface Followed {
  /** Lines as `number:text`. */
  readonly lines: string[];
  readonly problems: string[];
  readonly replayed: string[];
  /** Waits for so many lines. */
  until(count: number): Promise<void>;
  stop(): Promise<void>;
  /** Waits for its own end. */
  end(): Promise<void>;
}

/** Follows a file as it is in the process. */
export function follow(path: string, options: Partial<FollowOptions> = {}): Followed {
  const controller = new AbortController();
  const lines: string[] = [];
  const replayed: string[] = [];
  const problems: string[] = [];
  const target = new LineBuffer({ maxLine: 1 << 20, onLongLine: () => undefined });
  const run = async (): Promise<void> => {
    const steps = followFiles(
      followedFiles(expandSources([path]).sources),
      {
        signal: controller.signal,
        once: false,
        rotateWait: 60_000,
        maxEventSize: 1 << 20,
        onProblem: (file, { reason, line, detail }: Problem) =>
          void problems.push(
            `${file.slice(file.lastIndexOf('/') + 1)}:${line} ${reason} ${detail}`,
          ),
        onNote: () => undefined,
        onBytes: () => undefined,
        now: () => performance.now(),
        date: () => Date.now(),
        ...options,
      },
      target,
    );
    for await (const { answer: block, generation, start, end, replayed: again, ...step } of steps) {
      if (block === undefined) continue;
      eachLine(
        block,
        1 << 20,
        (from, to, line) => {
          const text = `${line}:${block.buffer.toString('utf8', from, to)}`;
          lines.push(text);
          if (end - (block.end - from) < start + again) replayed.push(text);
        },
        () => undefined,
      );
      const line = generation.line + step.lines;
      generation.kept = { position: end, line, events: 0, unended: step.unended };
    }
  };
  const done = run();
  return {
    lines,
    problems,
    replayed,
    until: async (count) => {
      while (lines.length < count) await sleep(2);
    },
    stop: async () => {
      controller.abort();
      await done;
    },
    end: () => done,
  };
}
