import { describe, expect, it } from 'vitest';
import { SummaryBuilder } from '../../src/engine/summary.ts';
import { summary } from '../outputs/findings.ts';

describe('SummaryBuilder', () => {
  it('starts empty', () => {
    expect(new SummaryBuilder().build(0)).toEqual({
      inputs: [],
      inputCount: 0,
      events: 0,
      lines: 0,
      blankLines: 0,
      eventLines: 0,
      continuationLines: 0,
      problemLines: 0,
      bytes: 0,
      firstEventTime: undefined,
      lastEventTime: undefined,
      findings: 0,
      eventsWithFindings: 0,
      byPriority: [],
      byRule: [],
      filtered: [],
      problems: [],
      notes: [],
      interrupted: false,
      elapsedMs: 0,
    });
  });

  it('counts an event once however many rules it sets off', () => {
    const builder = new SummaryBuilder();
    builder.event(5n, [
      { rule: 'B', priority: 'Debug' },
      { rule: 'A', priority: 'Critical' },
    ]);
    builder.event(3n, [{ rule: 'B', priority: 'Debug' }]);
    builder.event(9n, []);
    expect(builder.build(1)).toMatchObject({
      events: 3,
      findings: 3,
      eventsWithFindings: 2,
      firstEventTime: 3n,
      lastEventTime: 9n,
      byPriority: [
        { priority: 'Critical', count: 1 },
        { priority: 'Debug', count: 2 },
      ],
      byRule: [
        { rule: 'B', priority: 'Debug', count: 2 },
        { rule: 'A', priority: 'Critical', count: 1 },
      ],
    });
  });

  it('does not take time 0 for the first event: such events have no time', () => {
    const builder = new SummaryBuilder();
    builder.event(0n, []);
    builder.event(7n, []);
    expect(builder.build(1)).toMatchObject({ firstEventTime: 7n, lastEventTime: 7n });
  });

  it('counts problems by reason and keeps the first three places', () => {
    const builder = new SummaryBuilder();
    for (let line = 1; line <= 5; line++) builder.problem('a', { reason: 'cut-json', line });
    expect(builder.build(1).problems).toEqual([
      {
        reason: 'cut-json',
        kind: 'malformed',
        text: expect.any(String),
        count: 5,
        examples: [1, 2, 3].map((line) => ({ file: 'a', line, detail: undefined })),
      },
    ]);
  });

  it('stays bounded whatever the input contains', () => {
    const builder = new SummaryBuilder();
    for (let i = 0; i < 20_000; i++) {
      builder.input(`f${i}`);
      builder.filter(`reason ${i}`);
      builder.note(`note ${i}`);
    }
    const built = builder.build(1);
    expect(built.inputs).toHaveLength(10_000);
    expect(built.inputCount).toBe(20_000);
    expect(built.filtered).toHaveLength(101);
    expect(built.filtered[0]).toEqual({ reason: 'other reasons', count: 19_900 });
    expect(built.notes).toHaveLength(100);
  });

  it('merging parts gives the summary of the whole', () => {
    const builder = new SummaryBuilder();
    builder.merge(summary());
    builder.merge({ ...new SummaryBuilder().build(0), interrupted: true });
    expect(builder.build(1234)).toEqual({ ...summary(), interrupted: true });
  });
});
