import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { findingSet, readFindings } from './finding-set.ts';
import { runCli, startCli } from '../cli/run-cli.ts';
import { ApiServer } from './api-server.ts';

/** A folder of bodies and headers that a real API server sent; the test is left out without one. */
const RECORDED = process.env['K8S_AUDIT_RECORDED'] ?? '';
let stop = (): void => undefined;
afterEach(() => stop());

interface RecordedRequest {
  readonly line: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

describe.skipIf(RECORDED === '')('what a real API server sent', () => {
  const bodies = (): string[] =>
    readdirSync(RECORDED)
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(RECORDED, name));

  test('is found as in a file, sent in parallel, twice, and with the headers as recorded', async () => {
    const run = startCli(['serve', '--listen', '127.0.0.1:0']);
    stop = () => void run.child.kill('SIGKILL');
    await Promise.race([run.shows('listening on http://'), run.done]);
    const base = /listening on (http:\S+)/.exec(run.output.stderr)![1];
    const texts = bodies().map((file) => readFileSync(file, 'utf8'));
    expect(texts.length).toBeGreaterThan(2);
    const server = new ApiServer({
      url: () => new URL('/audit/lab', base),
      wait: () => Promise.resolve(),
    });
    await server.send([...texts, ...texts]);
    expect(server.answers).toEqual(texts.flatMap(() => [200, 200]));

    const [single] = texts.toSorted((a, b) => a.length - b.length);
    const requests = readdirSync(RECORDED)
      .filter((name) => name.endsWith('.ndjson'))
      .flatMap((name) => readFileSync(join(RECORDED, name), 'utf8').trimEnd().split('\n'))
      .map((line) => JSON.parse(line) as RecordedRequest);
    expect(requests.length).toBeGreaterThan(100);
    for (const recorded of requests) expect(await replay(base!, recorded, single!)).toBe(200);

    run.child.kill('SIGTERM');
    const { stdout, stderr, code } = await run.done;
    const scanned = await runCli({
      args: [
        'scan',
        ...bodies(),
        '--dedupe',
        '--engine',
        'reference',
        '-f',
        'ndjson',
        '--cluster',
        'lab',
      ],
    });
    expect(findingSet(readFindings(scanned.stdout)).length).toBeGreaterThan(10);
    expect(findingSet(readFindings(stdout))).toEqual(findingSet(readFindings(scanned.stdout)));
    expect(stderr).toContain('0 problems, 0 requests refused');
    expect(code).toBe(0);
  });
});

/** Sends a body with the request line and headers of a recorded request, but to another path. */
function replay(base: string, { line, headers }: RecordedRequest, body: string): Promise<number> {
  const [method, target] = line.split(' ');
  const url = new URL(`/audit/lab?${target!.split('?')[1]!}`, base);
  const kept = headers.filter(([name]) => !['host', 'content-length'].includes(name.toLowerCase()));
  return new Promise((resolve, reject) => {
    const length = String(Buffer.byteLength(body));
    const sent = request(
      url,
      { method, headers: { ...Object.fromEntries(kept), 'content-length': length } },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode!));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
