import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { followFile } from '../../src/io/follow.ts';
import type { FollowOptions } from '../../src/io/follow.ts';
import { eachLine } from '../../src/io/lines.ts';
import { temporaryFolder } from './temp.ts';

function follow(
  path: string,
  options: Partial<FollowOptions> = {},
): {
  lines: string[];
  resets: string[];
  reasons: string[];
  until(count: number): Promise<void>;
  stop(): Promise<void>;
} {
  const controller = new AbortController();
  const lines: string[] = [];
  const resets: string[] = [];
  const reasons: string[] = [];
  const run = async (): Promise<void> => {
    const blocks = followFile(path, {
      onProblem: (problem) => void reasons.push(problem.reason),
      onReset: (reason) => void resets.push(reason),
      signal: controller.signal,
      interval: 5,
      ...options,
    });
    for await (const block of blocks) {
      const onLine = (start: number, end: number, line: number): void =>
        void lines.push(`${line}:${block.buffer.toString('utf8', start, end)}`);
      eachLine(block, 1 << 20, onLine, () => {});
    }
  };
  const done = run();
  return {
    lines,
    resets,
    reasons,
    until: async (count) => {
      while (lines.length < count) await sleep(2);
    },
    stop: async () => {
      controller.abort();
      await done;
    },
  };
}

const file = (text: string): string => {
  const path = join(temporaryFolder(), 'audit.log');
  writeFileSync(path, text);
  return path;
};

describe('following a file', () => {
  it('reads what is there, what is appended, and the last line when it is stopped', async () => {
    const path = file('a\n');
    const followed = follow(path);
    await followed.until(1);
    appendFileSync(path, 'b\nc');
    await followed.until(2);
    await followed.stop();
    expect(followed.lines).toEqual(['1:a', '2:b', '3:c']);
  });

  it('starts at the end when told to', async () => {
    const path = file('old\n');
    const followed = follow(path, { fromEnd: true });
    // What is appended before the end is found is not read.
    while (followed.lines.length === 0) {
      appendFileSync(path, 'new\n');
      await sleep(5);
    }
    await followed.stop();
    expect(followed.lines).toContain('1:new');
    expect(followed.lines.filter((line) => !line.endsWith(':new'))).toEqual([]);
  });

  it('reads a rotated file to its end and goes on with the new one', async () => {
    const path = file('a\n');
    const followed = follow(path);
    await followed.until(1);
    appendFileSync(path, 'b\n');
    renameSync(path, `${path}.1`);
    appendFileSync(`${path}.1`, 'c');
    writeFileSync(path, 'd\n');
    await followed.until(4);
    await followed.stop();
    expect(followed.lines).toEqual(['1:a', '2:b', '3:c', '1:d']);
    expect(followed.resets).toEqual(['rotated']);
  });

  it('reads a truncated file from its start', async () => {
    const path = file('first line\n');
    const followed = follow(path);
    await followed.until(1);
    truncateSync(path);
    appendFileSync(path, 'b\n');
    await followed.until(2);
    await followed.stop();
    expect(followed.lines).toEqual(['1:first line', '1:b']);
    expect(followed.resets).toEqual(['truncated']);
  });

  it('reports a missing file', async () => {
    const followed = follow('/nonexistent/audit.log');
    await followed.stop();
    expect(followed.reasons).toEqual(['missing']);
  });
});
