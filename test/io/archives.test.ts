import { Buffer } from 'node:buffer';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { decodeInput } from '../../src/io/decode-input.ts';
import { expandSources } from '../../src/io/sources.ts';
import { line } from '../events/decode.ts';
import { temporaryFolder } from './temp.ts';

type Entry = readonly [name: string, content: string | Buffer, type?: 'symlink' | 'directory'];

async function tar(...entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const [name, content, type = 'file'] of entries) {
    archive.entry(
      { name, type, linkname: type === 'symlink' ? '/etc/passwd' : undefined },
      content,
    );
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const LOG = (...ids: string[]): string => ids.map((id) => `${line(id)}\n`).join('');

async function read(bytes: Buffer, name = 'x.tar') {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  const reasons: string[] = [];
  const inputs: string[] = [];
  const events: string[] = [];
  const options = {
    onProblem: ({ line: at, reason }: { line: number; reason: string }) =>
      reasons.push(`${at}:${reason}`),
    onEntry: (entry: string) => inputs.push(entry.slice(path.length)),
  };
  for await (const batch of decodeInput({ name: path, path, size: bytes.length }, options)) {
    for (const { file, line: at, value } of batch) {
      events.push(
        `${file?.slice(path.length)}:${at} ${JSON.stringify(value['auditID']).slice(1, -1)}`,
      );
    }
  }
  return { inputs, events, reasons };
}

/** The first header with another type, and the checksum that goes with it. */
function headerOf(archive: Buffer, type: string): Buffer {
  const header = Buffer.from(archive.subarray(0, 512));
  header.write(type, 156, 'latin1');
  header.write('        ', 148, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

const MUST_GATHER = (): Promise<Buffer> =>
  tar(
    ['./must-gather/', '', 'directory'],
    ['./must-gather/version', 'text'],
    ['./must-gather/audit_logs/n1-audit.log', LOG('a', 'b')],
    ['./must-gather/audit_logs/n2-audit.log.gz', gzipSync(LOG('c'))],
    ['./must-gather/audit_logs/link.log', '', 'symlink'],
    ['./must-gather/audit_logs/.hidden.log', LOG('z')],
    ['./must-gather/empty.log', ''],
    ['./must-gather/pods.yaml', 'kind: List'],
    ['./must-gather/no-line-feed.log', line('d')],
    ['./must-gather/last.log', LOG('e')],
  );

const EVENTS = [
  '!must-gather/audit_logs/n1-audit.log:1 a',
  '!must-gather/audit_logs/n1-audit.log:2 b',
  '!must-gather/audit_logs/n2-audit.log.gz:1 c',
  '!must-gather/no-line-feed.log:1 d',
  '!must-gather/last.log:1 e',
];

describe('tar archives', () => {
  it('are read file by file', async () => {
    const { inputs, events, reasons } = await read(await MUST_GATHER());
    expect(events).toEqual(EVENTS);
    expect(reasons).toEqual([]);
    expect(inputs).toHaveLength(5);
  });

  it('are read when they are compressed, and inside each other', async () => {
    const bytes = await MUST_GATHER();
    expect((await read(gzipSync(bytes), 'x.tar.gz')).events).toEqual(EVENTS);
    const outer = await tar(['deep/in.tar.gz', gzipSync(bytes)], ['after.log', LOG('f')]);
    expect((await read(outer)).events).toEqual([
      ...EVENTS.map((event) => `!deep/in.tar.gz${event}`),
      '!after.log:1 f',
    ]);
  });

  it('inside each other are bounded', async () => {
    let bytes: Buffer = Buffer.from(LOG('a'));
    for (let i = 0; i < 8; i++) bytes = await tar(['x.tar', bytes]);
    expect(await read(bytes)).toMatchObject({ events: [], reasons: ['0:binary'] });
  });

  it('have long and hostile names', async () => {
    const long = `${'d/'.repeat(150)}audit.log`;
    const bytes = await tar(
      [long, LOG('a')],
      ['../../evil\u001b[31m.log', LOG('b')],
      ['/etc/x.log', LOG('c')],
    );
    const { events } = await read(bytes);
    expect(events).toEqual([`!${long}:1 a`, '!../../evil\u001b[31m.log:1 b', '!/etc/x.log:1 c']);
    expect(existsSync('/etc/x.log')).toBe(false);
  });

  it('of many large files are read in order', async () => {
    const ids = Array.from({ length: 3000 }, (_, i) => `e${i}`);
    const bytes = await tar(
      ['skipped.bin', Buffer.alloc(3_000_000, 1)],
      ['one.log', LOG(...ids)],
      ['two.log', LOG(...ids)],
    );
    const { events, reasons } = await read(gzipSync(bytes));
    expect(reasons).toEqual([]);
    expect(events).toHaveLength(6000);
    expect(events[2999]).toBe('!one.log:3000 e2999');
    expect(events[5999]).toBe('!two.log:3000 e2999');
  });

  it('that are cut give what is whole, and say so', async () => {
    const bytes = await tar(['one.log', LOG('a')], ['two.log', LOG('b', 'c')]);
    const { events, reasons } = await read(bytes.subarray(0, bytes.indexOf('two.log') + 512 + 700));
    expect(events.slice(0, 2)).toEqual(['!one.log:1 a', '!two.log:1 b']);
    expect(reasons.filter((reason) => reason === '0:archive-error')).toHaveLength(1);
  });

  it('that are damaged say so', async () => {
    const bytes = await tar(['one.log', LOG('a')], ['two.log', LOG('b')]);
    bytes.fill(0x41, bytes.indexOf('two.log'), bytes.indexOf('two.log') + 100);
    const { events, reasons } = await read(bytes);
    expect(events).toEqual(['!one.log:1 a']);
    expect(reasons).toEqual(['0:archive-error']);
  });

  it('without logs say so', async () => {
    expect(await read(await tar(['a.yaml', 'x']))).toMatchObject({ reasons: ['0:no-entries'] });
  });

  it('name logs that are kept as sparse files', async () => {
    const bytes = await tar(['one.log', LOG('a')], ['two.log', LOG('b')]);
    const { events, inputs, reasons } = await read(
      Buffer.concat([headerOf(bytes, 'S'), bytes.subarray(512)]),
    );
    expect([events, reasons]).toEqual([['!two.log:1 b'], ['0:binary']]);
    expect(inputs).toEqual(['!one.log', '!two.log']);
  });

  it('do not make a header grow without bounds', async () => {
    // A pax header of 40 MB.
    const forged = headerOf(await tar(['x', Buffer.alloc(40_000_000)]), 'x');
    const { reasons } = await read(Buffer.concat([forged, Buffer.alloc(40_000_000, 0x41)]));
    expect(reasons).toEqual(['0:archive-error']);
  });

  it('are found in directories', async () => {
    const folder = temporaryFolder();
    for (const name of ['a.tar', 'b.tgz', 'c.tar.gz', 'd.csv', 'e.log.xz', 'f.log.bz2', 'g.bin']) {
      writeFileSync(join(folder, name), 'x');
    }
    expect(
      expandSources([folder]).sources.map(({ name }) => name.slice(folder.length + 1)),
    ).toEqual(['a.tar', 'b.tgz', 'c.tar.gz', 'd.csv', 'e.log.xz', 'f.log.bz2']);
  });
});
