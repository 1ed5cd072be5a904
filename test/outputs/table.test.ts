import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/engine/finding.ts';
import { createTableWriter } from '../../src/outputs/formats/table-format.ts';
import { displayWidth } from '../../src/outputs/table/width.ts';
import { context, finding, memorySink, summary } from './findings.ts';

function by(user: string, parts: Partial<Finding> = {}): Finding {
  const subject = { ...finding().subject, verb: 'get', resource: 'pods', ...parts.subject, user };
  return finding({ ...parts, subject });
}

async function table(findings: readonly Finding[], width: number, hidden = 0): Promise<string> {
  const sink = memorySink();
  const writer = await createTableWriter(sink, context({ width }));
  for (const one of findings) writer.finding(one);
  writer.end(summary(), hidden);
  return sink.text();
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
    expect(sink.text()).toBe(before);
  });

  it.each([
    ['narrower', 200, 40],
    ['wider', 40, 200],
    ['to another width with columns', 200, 240],
  ])('fits a window that gets %s', async (_, before, after) => {
    let width = before;
    const sink = memorySink();
    const now = Object.defineProperty(context(), 'width', { get: () => width });
    const writer = await createTableWriter(sink, now);
    const shown: string[] = [];
    for (width of [before, after]) {
      const from = sink.text().length;
      writer.finding(by('alice-with-a-long-name@somewhere.example.com'));
      writer.flush!();
      shown.push(sink.text().slice(from));
    }
    for (const [index, size] of [before, after].entries()) {
      const lines = shown[index]!.split('\n');
      expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(size);
      // Columns are named again where they moved.
      expect(lines[0]!.includes('EVIDENCE')).toBe(size >= 180);
    }
  });

  it('widens bars that a narrow terminal has no room for', async () => {
    const start = finding().time;
    const many = Array.from({ length: 90 }, (_, i) =>
      by('alice', { time: start + BigInt(i) * 1_000_000_000n }),
    );
    const [bars, ...scale] = (await table(many, 56)).trimEnd().split('\n').slice(-3);
    expect(bars).toMatch(/^[▁▂▃▄▅▆▇█]{18}$/);
    expect(scale.join(' ')).toMatch(/one bar is 5 s$/);
  });

  it.each([40, 60, 80, 109, 110, 179, 180, 200])(
    'shows at %i columns who did what, with what evidence, from where, and the ID',
    async (width) => {
      const text = await table(
        [
          by('system:serviceaccount:shop:web', {
            evidence: [['kx.command', ['cat', '/etc/shadow']]],
            auditId: 'ab74fe57-66ee-4c57-af4e-cb4f4041f5ee',
            subject: {
              ...finding().subject,
              verb: 'get',
              resource: 'pods',
              subresource: 'exec',
              namespace: 'shop',
              name: 'web-0',
              sourceIp: '203.0.113.9',
            },
          }),
        ],
        width,
      );
      for (const part of [
        'Attach/Exec Pod',
        '2026-01-02 03:04:05',
        'sa shop/web',
        'exec',
        'shop/pods/web-0',
        'cat /etc/shadow',
        '203.0.113.9',
        'ab74fe57',
        'k8s-audit show ID FILE',
      ]) {
        expect(text.replaceAll(/\s*\n\s*/g, ' ')).toContain(part);
      }
      expect(text).not.toContain('ab74fe57-');
    },
  );

  it('says how severe a finding is for the gate, and how many others the event has', async () => {
    const others = [finding({ rule: 'Other' })];
    const text = await table([by('alice', { severity: 'high', priority: 'Notice', others })], 80);
    expect(text).toMatch(/^HIGH {4}Attach\/Exec Pod \+1 /);
    expect(text).toContain('Notice');
  });

  it('never loses the end of a name, and breaks it between its parts only', async () => {
    const user = `arn:aws:sts::123456789012:assumed-role/${'very-long-role-name-'.repeat(12)}/jane@example.com`;
    for (const width of [40, 80, 120, 200]) {
      const text = await table([by(user)], width);
      expect(text.replaceAll(/\s/g, '')).toContain('jane@example.com');
      for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    }
    const narrow = await table(
      [
        by('alice', {
          subject: {
            ...finding().subject,
            resource: 'clusterrolebindings',
            name: 'grant-everything-to-everyone',
          },
        }),
      ],
      40,
    );
    expect(narrow).toMatch(/ clusterrolebindings\/grant-\n +everything-to-everyone\s/);
  });

  it('keeps its columns when later values are longer', async () => {
    const sink = memorySink();
    const writer = await createTableWriter(sink, context({ width: 200 }));
    writer.finding(by('al'));
    writer.flush!();
    writer.finding(by('system:kube-controller-manager-with-a-name-that-needs-two-lines'));
    writer.end(summary());
    const lines = sink.text().split('\n');
    const verb = columns(lines[0]!)[4]!;
    const rows = lines.filter((line) => line.startsWith('low'));
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row.slice(verb - 2, verb + 4)).toBe('  get ');
    expect(lines[0]!.match(/TIME/g)).toHaveLength(1);
  });

  it('aligns columns behind wide and combining characters', async () => {
    const users = ['日本', 'e\u0301e\u0301', '한', 'สวัสดี'];
    const text = await table(
      users.map((user) => by(user)),
      200,
    );
    const rows = text.split('\n').filter((line) => line.startsWith('low'));
    const gaps = rows.map((row) => / {2,}get/.exec(row)![0].length);
    // 4, 2, 2 and 4 columns of text, so the blanks up to the verb differ just as much.
    expect(gaps.map((gap) => gap - gaps[0]!)).toEqual([0, 2, 2, 0]);
  });

  it('says how many events a limit left out', async () => {
    const text = await table([by('alice')], 80, 14_705);
    expect(text).toContain('… 14,705 more events with findings: --limit 0 shows all');
  });

  it.each([80, 200])('colours severities without changing the layout at %i', async (width) => {
    const plain = memorySink();
    const colored = memorySink();
    for (const [sink, color] of [
      [plain, false],
      [colored, true],
    ] as const) {
      const writer = await createTableWriter(sink, context({ color, width }));
      writer.finding(by('alice'));
      writer.end(summary());
    }
    const escape = String.fromCodePoint(27);
    expect(colored.text()).toContain(`${escape}[38;5;31mlow${escape}[39m`);
    const stripped = colored
      .text()
      .split(escape)
      .map((part, i) => (i === 0 ? part : part.replace(/^\[[\d;]+m/, '')));
    expect(stripped.join('')).toBe(plain.text());
  });
});
