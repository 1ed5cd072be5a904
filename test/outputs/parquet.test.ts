import { parquetMetadata, parquetReadObjects, parquetSchema, type FileMetaData } from 'hyparquet';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REQUEST_LIST } from '../../src/activity/request/request-list.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { wellFormed } from '../../src/outputs/encode/json-string.ts';
import { createWriter } from '../../src/outputs/create-writer.ts';
import { findingSchema, listSchema } from '../../src/outputs/parquet/schema-text.ts';
import type { OutputContext, Sink } from '../../src/outputs/writer.ts';
import { formatRfc3339Nano } from '../../src/util/time.ts';
import { runCli } from '../cli/run-cli.ts';
import { context, finding, FINDINGS, memorySink, summary } from './findings.ts';

type Row = Record<string, unknown>;

const FOLDER = mkdtempSync(join(tmpdir(), 'parquet-'));

/** A sink for bytes. */
function byteSink(): Sink & { readonly parts: Uint8Array[] } {
  const parts: Uint8Array[] = [];
  return {
    parts,
    write: () => expect.unreachable('Parquet is no text'),
    bytes: (data) => void parts.push(data),
  };
}

function joined(parts: readonly Uint8Array[]): ArrayBuffer {
  return new Uint8Array(Buffer.concat(parts)).buffer;
}

async function write(
  findings: readonly Finding[],
  parts: Partial<OutputContext> = {},
): Promise<ArrayBuffer> {
  const sink = byteSink();
  const writer = await createWriter('parquet', sink, context(parts));
  writer.start?.();
  for (const each of findings) writer.finding(each);
  writer.end(summary());
  return joined(sink.parts);
}

/** Times are RFC 3339 with microseconds: a Date has none. */
const PARSERS = {
  timestampFromMicroseconds: (micros: bigint) => formatRfc3339Nano(micros * 1000n).slice(0, -4),
};

async function rowsOf(file: ArrayBuffer): Promise<Row[]> {
  return (await parquetReadObjects({ file, parsers: PARSERS })) as Row[];
}

function notesOf({ key_value_metadata: notes = [] }: FileMetaData): Map<string, string> {
  return new Map(notes.map(({ key, value = '' }) => [key, value]));
}

async function alertsOf(findings: readonly Finding[]): Promise<Row[]> {
  const sink = memorySink();
  const writer = await createWriter('ndjson', sink, context());
  for (const each of findings) writer.finding(each);
  return sink
    .text()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

const RAW = '{"kind":"Event","user":{"username":"ann"}}';
const WHOLE = [
  ...FINDINGS,
  finding({
    severity: 'high',
    policies: ['One', 'Two'],
    ruleId: 'exec',
    raw: RAW,
    origin: { file: 'a.log', line: 2 ** 40, replayed: true },
  }),
  finding({ time: -1n, policies: [] }),
];

/** Half of a surrogate pair has no UTF-8. */
const formed = (text: unknown): unknown =>
  typeof text === 'string'
    ? wellFormed(text)
    : Array.isArray(text)
      ? text.map(formed)
      : (text ?? null);

describe('findings as Parquet', () => {
  it('hold what the NDJSON lines hold', async () => {
    const rows = await rowsOf(await write(WHOLE, { showSecrets: true }));
    const alerts = await alertsOf(WHOLE);
    expect(rows).toHaveLength(alerts.length);
    for (const [index, row] of rows.entries()) {
      const { output, time, rule, priority, source, tags, output_fields: fields } = alerts[index]!;
      const own = alerts[index]!['k8s_audit'] as Row;
      expect({ ...row, policies: row['policies'] ?? null }).toMatchObject({
        rule: formed(rule),
        priority,
        source: formed(source),
        tags: formed(tags),
        audit_id: formed(own['auditID']),
        stage: formed(own['stage']),
        file: formed(own['file']),
        line: BigInt(own['line'] as number),
        cluster: formed(own['cluster']),
        node: formed(own['node']),
        stream: formed(own['stream']),
        replayed: own['replayed'] ?? null,
        fingerprint: own['fingerprint'],
        policies: own['policies'] ?? null,
        severity: own['severity'] ?? null,
        event: own['event'] === undefined ? null : RAW,
      });
      expect(formed(output)).toContain(`${priority as string} ${row['message'] as string}`);
      expect(row['time']).toBe((time as string).slice(0, -4));
      const shown = JSON.parse(row['output_fields'] as string) as Row;
      expect(Object.keys(shown).map(formed)).toEqual(Object.keys(fields as Row).map(formed));
    }
    expect(rows.at(-2)).toMatchObject({
      rule_id: 'exec',
      policies: ['One', 'Two'],
      severity: 'high',
    });
    expect(rows.at(-1)).toMatchObject({ policies: [] });
  });

  it('have the columns and types that the documentation lists', async () => {
    const { schema } = parquetMetadata(await write([]));
    const named = parquetSchema({ schema }).children.map(({ element }) => {
      const { name, type, logical_type: logical } = element;
      if (logical?.type === 'LIST') return { name, type: 'LIST of STRING' };
      if (logical?.type === 'TIMESTAMP') return { name, type: `TIMESTAMP(${logical.unit}, UTC)` };
      return { name, type: logical?.type ?? type };
    });
    const documented = findingSchema().map(({ name, type }) => ({
      name,
      type: type.replace(', a JSON object', ''),
    }));
    expect(named).toEqual(documented);
    expect(named.slice(0, 3)).toEqual([
      { name: 'time', type: 'TIMESTAMP(MICROS, UTC)' },
      { name: 'priority', type: 'STRING' },
      { name: 'severity', type: 'STRING' },
    ]);
  });

  it('show no credentials unless they are asked for', async () => {
    const secret = finding({ message: 'token=hunter2hunter2', raw: '{"token":"hunter2hunter2"}' });
    expect(Buffer.from(await write([secret])).includes('hunter2')).toBe(false);
    expect(Buffer.from(await write([secret], { showSecrets: true })).includes('hunter2')).toBe(
      true,
    );
  });

  it('leave in groups, and no group is longer than its bound', async () => {
    const sink = byteSink();
    const writer = await createWriter('parquet', sink, context({ showSecrets: true }));
    const long = 'x'.repeat(1_000_000);
    for (let i = 0; i < 20_001; i++) writer.finding(finding({ auditId: String(i) }));
    const first = sink.parts.length;
    for (let i = 0; i < 20; i++) writer.finding(finding({ auditId: `${i}`, message: long }));
    expect(first).toBe(1);
    expect(sink.parts.length).toBe(2);
    // Nobody takes a file that ends here for a whole one.
    expect(() => parquetMetadata(joined(sink.parts))).toThrow(/footer|parquet/i);
    writer.end(summary());
    const file = joined(sink.parts);
    const metadata = parquetMetadata(file);
    expect(metadata.row_groups.map(({ num_rows: rows }) => Number(rows))).toEqual([20_000, 18, 3]);
    const ids = (await rowsOf(file)).map((row) => row['audit_id']);
    expect(ids.slice(19_999, 20_003)).toEqual(['19999', '20000', '0', '1']);
    expect(file.byteLength).toBeLessThan(3_000_000);
    // Long texts do not wait in memory for the end of the file.
    const messages = metadata.row_groups.map(
      ({ columns }) =>
        columns.find(({ meta_data: meta }) => meta?.path_in_schema[0] === 'message')?.meta_data
          ?.statistics,
    );
    expect(messages.map((statistics) => statistics !== undefined)).toEqual([true, false, false]);
  });

  it('come with the summary, also without any finding', async () => {
    const metadata = parquetMetadata(await write([]));
    expect(metadata.num_rows).toBe(0n);
    const notes = notesOf(metadata);
    expect(notes.get('k8s_audit.version')).toBe('1.2.3');
    expect(JSON.parse(notes.get('k8s_audit.summary')!)).toMatchObject({ interrupted: false });
  });

  it('are the same bytes twice', async () => {
    expect(Buffer.from(await write(WHOLE)).equals(Buffer.from(await write(WHOLE)))).toBe(true);
  });
});

const LOG = 'samples/privileged-pod.log';

function bytesOf(stdout: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(stdout, 'latin1')).buffer;
}

describe('the command line', () => {
  it('writes requests with the values of NDJSON', async () => {
    const parquet = await runCli({ args: ['activity', LOG, '-f', 'parquet', '--noise'] });
    const ndjson = await runCli({ args: ['activity', LOG, '-f', 'ndjson', '--noise'] });
    const lines = ndjson.stdout.trimEnd().split('\n');
    const rows = await rowsOf(bytesOf(parquet.stdout));
    expect(rows.length).toBeGreaterThan(1);
    const texts = rows.map((row) =>
      Object.entries(row).flatMap(([name, value]): [string, unknown][] => {
        if (value === null) return [];
        return [[name, typeof value === 'bigint' ? Number(value) : value]];
      }),
    );
    const expected = lines.map((line) =>
      Object.entries(JSON.parse(line) as Row).map(([name, value]) =>
        name === 'time' || name === 'end' ? [name, (value as string).slice(0, -4)] : [name, value],
      ),
    );
    expect(texts).toEqual(expected);
    expect(Object.keys(rows[0]!)).toEqual(listSchema(REQUEST_LIST).map(({ name }) => name));
    expect(notesOf(parquetMetadata(bytesOf(parquet.stdout))).get('k8s_audit.summary')).toContain(
      '"requests":',
    );
  });

  it('writes the same bytes to a file and to standard output', async () => {
    const file = join(FOLDER, 'f.parquet');
    const named = await runCli({ args: ['scan', LOG, '-o', file] });
    const piped = await runCli({ args: ['scan', LOG, '-f', 'parquet'] });
    expect([named.code, piped.code]).toEqual([0, 0]);
    expect(readFileSync(file).toString('latin1')).toBe(piped.stdout);
    expect(await rowsOf(bytesOf(piped.stdout))).not.toEqual([]);
  });

  it.each([['scan'], ['activity']])('%s sends no bytes to a terminal', async (command) => {
    const { stdout, stderr, code } = await runCli({
      args: [command, LOG, '-f', 'parquet'],
      tty: true,
    });
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toContain('parquet is binary, and standard output is a terminal');
  });

  it('refuses tables of counts, whose columns have no types', async () => {
    const by = await runCli({ args: ['activity', LOG, '-f', 'parquet', '--by', 'user'] });
    const file = join(FOLDER, 'g.parquet');
    const grouped = await runCli({ args: ['scan', LOG, '-o', file, '--group-by', 'user'] });
    expect([by.code, grouped.code, existsSync(file)]).toEqual([2, 2, false]);
    expect(by.stderr).toContain('have no parquet format');
    expect(grouped.stderr).toContain('--group-by has no parquet format');
  });
});
