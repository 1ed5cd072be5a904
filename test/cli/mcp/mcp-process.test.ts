import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect, test } from 'vitest';
import { BIN, ROOT, runCli, spawnCli, startCli } from '../run-cli.ts';

const SAMPLES = join(ROOT, 'samples/exec-session.log');
const HELLO = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 't', version: '1' },
  },
});
const PING = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'ping' });

interface Told {
  readonly total: number;
  readonly rows: readonly { readonly rule: string; readonly priority: string }[];
}

describe('the server as a process', () => {
  test("tells the SDK's client what the command line prints", async () => {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [BIN, 'mcp', SAMPLES],
      stderr: 'pipe',
    });
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(transport);
    try {
      const { tools } = await client.listTools();
      expect(tools.length).toBeGreaterThan(5);
      const { content } = await client.callTool({ name: 'findings', arguments: { limit: 200 } });
      const [{ text }] = content as [{ text: string }];
      const { rows, total } = JSON.parse(text) as Told;
      const { stdout } = await runCli({
        args: ['scan', SAMPLES, '--no-fold', '-f', 'ndjson', '-q'],
      });
      const printed = stdout.split('\n').filter((line) => line !== '');
      expect(total).toBe(printed.length);
      expect(rows.map(({ rule }) => rule)).toEqual(
        printed.map((line) => (JSON.parse(line) as { rule: string }).rule),
      );
    } finally {
      await client.close();
    }
  });

  test('ends when its input ends, and answers lines that are no messages', async () => {
    const lines = [
      HELLO,
      'no message',
      '{"jsonrpc":"2.0"}',
      '{"jsonrpc":"1.0","id":7,"method":"ping"}',
      '{"jsonrpc":"2.0","id":"a"}',
      `[${PING},${PING}]`,
      '[]',
      '  ',
      'null',
      '{"jsonrpc":"2.0","id":null,"method":"ping"}',
      '{"jsonrpc":"2.0","id":8,"method":"no/such"}',
      'x'.repeat(3 * 1024 * 1024),
      PING,
      // A message without end.
      'x'.repeat(2 * 1024 * 1024),
    ];
    const { stdout, stderr, code } = await spawnCli({
      args: ['mcp', SAMPLES],
      stdin: lines.join('\n'),
    });
    expect(code).toBe(0);
    const said = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: unknown; error?: { code: number } });
    const refused = said.filter(({ error }) => error !== undefined);
    // A method is answered in its own time, a line that is no message at once.
    const byCode = refused.toSorted((a, b) => a.error!.code - b.error!.code);
    expect(byCode.map(({ id, error }) => [id, error!.code])).toEqual([
      [null, -32700],
      [8, -32601],
      [null, -32600],
      [7, -32600],
      ['a', -32600],
      [null, -32600],
      [null, -32600],
      [null, -32600],
      [null, -32600],
      [null, -32600],
    ]);
    expect(said.filter(({ error }) => error === undefined).map(({ id }) => id)).toEqual([1, 2]);
    expect(stderr).toBe('answering questions about 1 input on standard input and output\n');
  });

  test('answers what was asked before it ends, also in a last line without its line end', async () => {
    const ask = (id: number, name: string): string =>
      JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: {} } });
    const cancel = '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}}';
    const { stdout, code } = await spawnCli({
      args: ['mcp', SAMPLES],
      stdin: [HELLO, ask(3, 'incidents'), cancel, ask(4, 'findings'), ask(5, 'activity')].join(
        '\n',
      ),
    });
    const said = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: unknown; result?: { isError?: boolean } });
    expect(said.map(({ id, result }) => [id, result?.isError])).toEqual([
      [1, undefined],
      [4, undefined],
      [5, undefined],
    ]);
    expect(code).toBe(0);
  });

  test('ends with a signal', async () => {
    const running = startCli(['mcp', SAMPLES]);
    await running.shows('answering questions');
    running.child.kill('SIGTERM');
    expect(await running.done).toMatchObject({ code: 143, stdout: '' });
  });

  test('stops a scan that is cancelled, and answers what comes behind it', async () => {
    // A pipe that is open and silent: a scan waits for it until it is cancelled.
    const pipe = join(mkdtempSync(join(tmpdir(), 'mcp-pipe-')), 'audit.pipe');
    execFileSync('mkfifo', [pipe]);
    const writer = openSync(pipe, 'r+');
    const running = startCli(['mcp', pipe, SAMPLES]);
    const send = (message: object): void => {
      running.child.stdin!.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    };
    running.child.stdin!.write(`${HELLO}\n`);
    await running.shows('"id":1');
    send({ method: 'notifications/initialized' });
    send({ id: 3, method: 'tools/call', params: { name: 'activity', arguments: {} } });
    send({ id: 4, method: 'tools/call', params: { name: 'rules', arguments: { limit: 1 } } });
    send({ id: 5, method: 'ping' });
    await running.shows('"id":5');
    expect(running.output.stdout).not.toContain('"id":4');
    send({ method: 'notifications/cancelled', params: { requestId: 3 } });
    await running.shows('"id":4');
    expect(running.output.stdout).not.toContain('"id":3');
    running.child.stdin!.end();
    expect(await running.done).toMatchObject({ code: 0 });
    closeSync(writer);
  });
});

describe('a command line', () => {
  test.each([
    [[], /missing required argument 'paths'/],
    [['-'], /standard input is where questions come from/],
    [['nowhere.log'], /nowhere\.log: no such file/],
    [[SAMPLES, '--show-secrets'], /unknown option '--show-secrets'/],
    [[SAMPLES, '-r', 'nowhere.yaml'], /nowhere\.yaml/],
  ])('%j is refused', async (args, message) => {
    const { stderr, stdout, code } = await runCli({ args: ['mcp', ...args] });
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toMatch(message);
  });
});
