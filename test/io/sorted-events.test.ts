import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { eventsByTime } from '../../src/io/sorted-events.ts';
import { expandSources } from '../../src/io/sources.ts';
import { temporaryFolder } from './temp.ts';

const log = (name: string, ...seconds: number[]): string =>
  seconds
    .map((second) => {
      const stageTimestamp = `2026-01-02T03:04:${String(second).padStart(2, '0')}Z`;
      return `${JSON.stringify({ kind: 'Event', auditID: `${name}${second}`, stageTimestamp })}\n`;
    })
    .join('');

describe('events by time', () => {
  it('merges files, compressed ones too, and reports problems once', async () => {
    const folder = temporaryFolder();
    const paths = ['a.log', 'b.log.gz', 'empty.log'].map((name) => join(folder, name));
    writeFileSync(paths[0]!, `not JSON\n${log('a', 1, 5, 3, 9)}`);
    writeFileSync(paths[1]!, gzipSync(log('b', 2, 4, 10)));
    writeFileSync(paths[2]!, '');
    const problems: string[] = [];
    const late: unknown[] = [];
    const order: unknown[] = [];
    const merged = eventsByTime(
      expandSources(paths).sources,
      () => ({ onProblem: (problem) => problems.push(problem.reason) }),
      ({ event }) => late.push(event.value['auditID']),
    );
    for await (const batch of merged) {
      for (const { event, source } of batch) {
        order.push(event.value['auditID']);
        expect(source.name).toContain(folder);
      }
    }
    expect(order).toEqual(['a1', 'b2', 'b4', 'a5', 'a3', 'a9', 'b10']);
    expect(late).toEqual(['a3']);
    expect(problems).toEqual(['text']);
  });
});
