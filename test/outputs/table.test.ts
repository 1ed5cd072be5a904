import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/engine/finding.ts';
import { createTableWriter } from '../../src/outputs/formats/table-format.ts';
import { context, finding, memorySink, summary } from './findings.ts';

function by(user: string): Finding {
  return finding({ subject: { ...finding().subject, user, verb: 'get', resource: 'pods' } });
}

/** Where each column of the header line starts. */
function columns(header: string): number[] {
  return [...header.matchAll(/\S+/g)].map(({ index }) => index);
}

describe('table', () => {
  it('writes in blocks while findings come, not at the end', async () => {
    const sink = memorySink();
    const writer = await createTableWriter(sink, context());
    for (let i = 0; i < 39; i++) writer.finding(by('alice'));
    expect(sink.text()).toBe('');
    writer.finding(by('alice'));
    expect(sink.text().match(/alice/g)).toHaveLength(40);
  });

  it('shows what is held back on flush', async () => {
    const sink = memorySink();
    const writer = await createTableWriter(sink, context());
    writer.finding(by('alice'));
    writer.flush!();
    expect(sink.text()).toContain('alice');
    const before = sink.text();
    writer.flush!();
    writer.end(summary());
    expect(sink.text()).toBe(before);
  });

  it('widens bars that a narrow terminal has no room for', async () => {
    const sink = memorySink();
    const writer = await createTableWriter(sink, context({ width: 56 }));
    const start = finding().time;
    for (let i = 0; i < 90; i++) {
      writer.finding({ ...by('alice'), time: start + BigInt(i) * 1_000_000_000n });
    }
    writer.end(summary());
    const [bars, ...scale] = sink.text().trimEnd().split('\n').slice(-3);
    expect(bars).toMatch(/^[▁▂▃▄▅▆▇█]{18}$/);
    expect(scale.join(' ')).toMatch(/one bar is 5 s$/);
  });

  it('keeps its columns when later values are longer', async () => {
    const sink = memorySink();
    const writer = await createTableWriter(sink, context());
    writer.finding(by('al'));
    writer.flush!();
    writer.finding(by('system:serviceaccount:kube-system:horizontal-pod-autoscaler-controller'));
    writer.end(summary());
    const lines = sink.text().split('\n');
    const verb = columns(lines[0]!)[4]!;
    const rows = lines.filter((line) => line.startsWith('03:'));
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row.slice(verb - 2, verb + 4)).toBe('  get ');
    expect(lines[0]!.match(/TIME/g)).toHaveLength(1);
  });

  it('aligns columns behind wide and combining characters', async () => {
    const sink = memorySink();
    const writer = await createTableWriter(sink, context());
    for (const user of ['日本', 'e\u0301e\u0301', '한', 'สวัสดี']) writer.finding(by(user));
    writer.end(summary());
    const rows = sink
      .text()
      .split('\n')
      .filter((line) => line.startsWith('03:'));
    const gaps = rows.map((row) => / {2,}get/.exec(row)![0].length);
    // 4, 2, 2 and 4 columns of text, so the blanks up to the verb differ just as much.
    expect(gaps.map((gap) => gap - gaps[0]!)).toEqual([0, 2, 2, 0]);
  });

  it('shows the message below on a wide terminal only', async () => {
    for (const [width, shown] of [
      [109, false],
      [110, true],
    ] as const) {
      const sink = memorySink();
      const writer = await createTableWriter(sink, context({ width }));
      writer.finding(finding());
      writer.end(summary());
      expect(sink.text().includes('Exec in pod (user=alice')).toBe(shown);
    }
  });

  it('colours priorities without changing the layout', async () => {
    const plain = memorySink();
    const colored = memorySink();
    for (const [sink, color] of [
      [plain, false],
      [colored, true],
    ] as const) {
      const writer = await createTableWriter(sink, context({ color }));
      writer.finding(by('alice'));
      writer.end(summary());
    }
    const escape = String.fromCodePoint(27);
    expect(colored.text()).toContain(`${escape}[36mNotice${escape}[39m`);
    const stripped = colored
      .text()
      .split(escape)
      .map((part, i) => (i === 0 ? part : part.replace(/^\[\d+m/, '')));
    expect(stripped.join('')).toBe(plain.text());
  });
});
