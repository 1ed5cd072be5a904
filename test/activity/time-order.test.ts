import { describe, expect, it } from 'vitest';
import { TimeOrder } from '../../src/activity/time-order.ts';
import { eventLine, folder } from '../cli/events.ts';
import { runCli } from '../cli/run-cli.ts';
import { join } from 'node:path';

const NO_COLOR = { NO_COLOR: '1' };

function ordered(times: readonly number[], most?: number): { out: number[]; late: number } {
  const out: number[] = [];
  const order = new TimeOrder<number>(
    (time) => BigInt(Math.floor(time)),
    (time) => out.push(time),
    most,
  );
  for (const time of times) order.add(time);
  order.end();
  return { out, late: order.late };
}

describe('the order of time', () => {
  it('sorts what it is given, and keeps the order of equal times', () => {
    const times = Array.from({ length: 500 }, (_, i) => (i * 7919) % 251);
    expect(ordered(times)).toEqual({ out: times.toSorted((a, b) => a - b), late: 0 });
    expect(ordered([2.1, 1.1, 2.2, 1.2, 2.3]).out).toEqual([1.1, 1.2, 2.1, 2.2, 2.3]);
  });

  it('holds no more than its bound, and counts what came too late', () => {
    expect(ordered([5, 6, 7, 1, 8], 2)).toEqual({ out: [5, 1, 6, 7, 8], late: 1 });
    expect(ordered([5, 6, 1, 7, 8], 2)).toEqual({ out: [1, 5, 6, 7, 8], late: 0 });
  });
});

describe('activity stands in the order of time', () => {
  const line = (id: string, user: string, from: string, to: string, more = {}): string =>
    eventLine({
      auditID: id,
      user: { username: user },
      verb: 'create',
      requestURI: '/api/v1/namespaces/shop/pods/web/exec?command=id',
      objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'web' },
      requestReceivedTimestamp: `2026-03-03T${from}.000000Z`,
      stageTimestamp: `2026-03-03T${to}.000000Z`,
      ...more,
    });
  const dir = folder({
    // Logged at its end: the long one began first.
    'a.log': [
      line('a2', 'jane', '10:01:00', '10:01:01'),
      line('a1', 'jane', '10:00:00', '10:30:00'),
      line('a4', 'jane', '11:00:00', '11:00:00', { stage: 'ResponseStarted' }),
    ].join('\n'),
    'b.log': [
      line('b3', 'jane', '10:02:00', '10:02:00'),
      line('b5', 'jane', '12:00:00', '12:00:00'),
    ].join('\n'),
  });
  const ids = async (...args: string[]): Promise<string[]> => {
    const { stdout } = await runCli({
      args: [...args, join(dir, 'b.log'), join(dir, 'a.log'), '-f', 'csv'],
    });
    const [head, ...rows] = stdout.trim().split('\r\n');
    const at = head!.split(',').indexOf('audit_id');
    return rows.map((row) => row.split(',')[at]!);
  };

  it.each([[['activity']], [['activity', 'sessions']], [['activity', 'object', 'shop/pod/web']]])(
    '%j',
    async (args) => {
      expect(await ids(...args)).toEqual(['a1', 'a2', 'b3', 'a4', 'b5']);
    },
  );

  it('show lists what the user did before and after, by time', async () => {
    const args = ['show', 'b3', join(dir, 'b.log'), join(dir, 'a.log'), '-f', 'json'];
    const { stdout } = await runCli({ args });
    const page = JSON.parse(stdout) as Record<'before' | 'after', { audit_id: string }[]>;
    expect(page.before.map((each) => each.audit_id)).toEqual(['a2']);
    expect(page.after.map((each) => each.audit_id).toSorted()).toEqual(['a1', 'a4', 'b5']);
  });

  it('shows IDs that show takes, and counts by several keys', async () => {
    const args = ['activity', join(dir, 'a.log'), join(dir, 'b.log')];
    const table = await runCli({
      args: [...args, '-f', 'table'],
      tty: true,
      columns: 80,
      env: NO_COLOR,
    });
    expect(table.stdout).toMatch(/^TIME .* ID$/m);
    expect(table.stdout).toMatch(/^10:00:00 .* a1$/m);
    const counts = await runCli({ args: [...args, '--by', 'user,resource', '-f', 'csv'] });
    expect(counts.stdout).toMatch(/^user,resource,count,/);
    expect(counts.stdout).toMatch(/^jane,pods\/exec,5,/m);
    const wrong = await runCli({ args: [...args, '--by', 'user,resorce'] });
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("'resource'")]);
  });

  it('is Markdown on request, and fits the narrowest screen', async () => {
    for (const command of [
      ['activity'],
      ['activity', 'sessions'],
      ['activity', 'object', 'shop/pod/web'],
    ]) {
      const args = [...command, join(dir, 'a.log')];
      const { stdout } = await runCli({ args: [...args, '-f', 'markdown'] });
      const [head, rule, ...rows] = stdout.trim().split('\n');
      expect(head).toMatch(/^\| (?:TIME|START) \(UTC\) \| .* ID \|/);
      expect(rule).toMatch(/^(?:\| --- )+\|$/);
      expect(rows).toHaveLength(3);
      for (const columns of [40, 56, 80, 200]) {
        const table = await runCli({
          args: [...args, '-f', 'table'],
          tty: true,
          columns,
          env: NO_COLOR,
        });
        const lengths = table.stdout.split('\n').map((text) => text.length);
        expect(Math.max(...lengths)).toBeLessThanOrEqual(columns);
      }
    }
  });
});
