import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/engine/finding.ts';
import { numberColumn, textColumn } from '../../src/outputs/case/columns.ts';
import { actionOf, joinBlocks, objectOf, textOf } from '../../src/page/data/case-table.ts';
import { finding, FINDINGS, HOSTILE } from '../outputs/findings.ts';
import { manyFindings, readBack, reportOf, START } from './reports.ts';

const CONTROLS = /[\p{Cf}\p{Cs}]|(?![\t\n\0])\p{Cc}/u;
const ROOM = { rows: 1_000_000, bytes: 1e9, eventBytes: 1e9 };

/** Requests are larger than what is told of them, and none is like another. */
function withRequests(priority: Finding['priority'], count: number): Finding[] {
  return Array.from({ length: count }, (_, i) =>
    finding({
      priority,
      message: `${priority} ${i}`,
      raw: JSON.stringify({
        is: priority,
        noise: Array.from({ length: 300 }, (__, j) => `${(i * 7919 + j * 104_729) % 99_991}`),
      }),
    }),
  );
}

describe('columns', () => {
  it.each([[[1, 1, 1]], [[5, 3, 9, 9]], [[0]], [[1.5e9, 1.5e9 + 1, 1.5e9]], [[0, 7]]])(
    'numbers %j come back',
    (numbers) => {
      const columns = { order: numberColumn(numbers) } as never;
      const table = joinBlocks([{ rows: numbers.length, texts: {}, numbers: columns }]);
      expect([...table.numbers.order]).toEqual(numbers);
    },
  );

  it.each([[['a']], [['a', 'a']], [['a', 'b', 'a']], [['a', 'b', 'c']], [['', 'b']]])(
    'texts %j come back, in one block and in two',
    (texts) => {
      const block = { rows: texts.length, texts: { user: textColumn(texts) } };
      const table = joinBlocks([block, block]);
      const rows = Array.from({ length: table.rows }, (_, row) => textOf(table, 'user', row));
      expect(rows).toEqual([...texts, ...texts]);
    },
  );
});

describe('what a row says was done', () => {
  it.each([
    ['get', 'pods', 'exec', 'exec ns/pods/web'],
    ['create', 'pods', 'portforward', 'port-forward ns/pods/web'],
    ['get', 'pods', 'log', 'get ns/pods/web/log'],
    ['create', 'services', 'proxy', 'create ns/services/web/proxy'],
  ])('%s of %s/%s is %s', (verb, resource, subresource, done) => {
    const subject = { ...finding().subject, namespace: 'ns', name: 'web' };
    const { table } = readBack([finding({ subject: { ...subject, verb, resource, subresource } })]);
    expect(actionOf(table, 0)).toBe(done);
    // What is filtered by and linked to is the whole object.
    expect(objectOf(table, 0)).toBe(`ns/${resource}/web/${subresource}`);
  });
});

describe('the data of a case file', () => {
  it('tells of every finding what was logged, redacted and escaped', () => {
    const { table } = readBack(FINDINGS);
    expect(table.rows).toBe(FINDINGS.length);
    const row = Array.from({ length: table.rows }, (_, i) => i).find(
      (i) => textOf(table, 'user', i) === 'alice@example.com',
    )!;
    expect(textOf(table, 'message', row)).toBe('Exec in pod (user=alice pod=web-0)');
    expect(table.numbers.seconds[row]).toBe(Number(START / 1_000_000_000n));
    const texts = Object.values(table.texts).flatMap(({ values }) => values);
    for (const text of texts) expect(text).not.toMatch(CONTROLS);
    expect(texts.join('\n')).not.toMatch(/hunter2|AKIAIOSFODNN7EXAMPLE/);
    expect(texts.some((text) => text.includes('<script>alert(1)</script>'))).toBe(true);
  });

  it('shows credentials on request only', () => {
    const raw = '{"password":"hunter2hunter2"}';
    const one = finding({ raw, message: 'password=hunter2hunter2' });
    const event = (secrets: boolean): string =>
      JSON.stringify(readBack([one], { showSecrets: secrets }).events);
    expect(event(false)).not.toContain('hunter2');
    expect(event(true)).toContain('hunter2hunter2');
  });

  it('leaves out requests that are very large, and says so', () => {
    const { events, info } = readBack([finding({ raw: `"${'x'.repeat(70_000)}"` })]);
    expect(events).toEqual([undefined]);
    expect(info.withoutRequest).toBe(1);
  });

  it('knows where the zone of the report is', () => {
    const { table } = readBack([finding()], { formatTime: () => '2026-01-02 08:34:05' });
    expect([...table.numbers.offset]).toEqual([5.5 * 3600]);
  });

  it('takes texts of every length', () => {
    const long = 'x'.repeat(100_000);
    const subject = { ...finding().subject, user: long, name: long };
    const fields = Array.from({ length: 20 }, (_, i) => [`f${i}`, long] as const);
    const { parts, table } = readBack([
      finding({ rule: long, message: long, subject, outputFields: fields }),
    ]);
    const size = Object.values(table.texts).reduce((sum, { values }) => sum + values[0]!.length, 0);
    expect(size).toBeLessThan(20_000);
    expect(parts.length).toBe(4);
  });

  it('is the same bytes for the same findings', () => {
    expect(readBack(manyFindings(5000)).parts).toEqual(readBack(manyFindings(5000)).parts);
  });

  it('needs less than 300 bytes a finding beyond its texts, in blocks of any number', () => {
    const bare = manyFindings(20_000).map((one) => ({ ...one, raw: undefined }));
    const size = readBack(bare).parts.reduce((sum, { text }) => sum + text.length, 0);
    expect(size / bare.length).toBeLessThan(300);
  });
});

describe('a full case file', () => {
  const severities = ({ table }: ReturnType<typeof readBack>): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (let row = 0; row < table.rows; row++) {
      const name = textOf(table, 'priority', row);
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  };

  it('lets the least severe rows go, whenever the others come', () => {
    const back = readBack(
      [...withRequests('Debug', 5000), ...withRequests('Notice', 10), ...withRequests('Alert', 50)],
      {},
      { ...ROOM, rows: 4500 },
    );
    const counts = severities(back);
    expect(counts).toMatchObject({ Notice: 10, Alert: 50 });
    expect(counts['Debug']).toBeGreaterThan(1000);
    expect(back.table.rows).toBeLessThanOrEqual(4500);
    expect(back.info.dropped).toBe(5060 - back.table.rows);
  });

  it('never keeps what is less severe than what it left out', () => {
    const mixed = Array.from({ length: 3000 }, (_, i) =>
      finding({ priority: (['Debug', 'Warning', 'Alert', 'Error'] as const)[(i * 7) % 4]! }),
    );
    const counts = severities(readBack(mixed, {}, { ...ROOM, rows: 1000 }));
    expect(counts).toEqual({ Alert: 750, ...(counts['Error'] ? { Error: counts['Error'] } : {}) });
  });

  it('stays below its bytes', () => {
    const back = readBack(withRequests('Notice', 9000), {}, { ...ROOM, bytes: 20_000 });
    const size = back.parts
      .filter(({ part }) => part === 'rows' || part === 'details')
      .reduce((sum, { text }) => sum + text.length, 0);
    expect(size).toBeLessThanOrEqual(20_000);
    expect(back.info.dropped + back.table.rows).toBe(9000);
    expect(back.table.rows).toBeGreaterThan(0);
  });

  it('lets requests of the least severe go first, and keeps their rows', () => {
    const all = [...withRequests('Debug', 4000), ...withRequests('Alert', 200)];
    const full = readBack(all);
    const sizes = full.parts.filter(({ part }) => part === 'events').map(({ text }) => text.length);
    const back = readBack(all, {}, { ...ROOM, eventBytes: sizes[0]! + 10 });
    expect(back.table.rows).toBe(4200);
    const alert = back.events.map((columns) => columns?.texts.event?.values[0]?.slice(0, 13));
    expect(alert).toEqual(['{"is":"Alert"', ...sizes.slice(1).map(() => undefined)]);
    expect(back.info.withoutRequest).toBe(4000);
  });
});

describe('in the page', () => {
  it('no text ends the element that holds the data', async () => {
    const texts = HOSTILE.map(([, text]) => finding({ rule: text, raw: JSON.stringify(text) }));
    const closing = '</script><script>alert(1)</script><!-- <script ';
    const page = await reportOf([...texts, finding({ rule: closing, message: closing })]);
    const bodies = [
      ...page.matchAll(/<script type="text\/plain" data-part="[a-z]+">([^<]*)<\/script>/g),
    ];
    expect(bodies.length).toBeGreaterThan(3);
    for (const [, body] of bodies) expect(body).toMatch(/^[A-Za-z0-9+/]*={0,2}$/);
    expect(page.match(/<script\b/g)).toHaveLength(bodies.length + 1);
  });

  it('nothing may load, and only the page itself may run', async () => {
    const page = await reportOf([finding()]);
    expect(page).toMatch(
      /Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[^' ]+' 'sha256-[^' ]+'; script-src 'sha256-[^' ]+'; base-uri 'none'; form-action 'none'"/,
    );
  });
});
