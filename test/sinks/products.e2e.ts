import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { SINKS } from '../../src/sinks/table.ts';
import { SENT, type SinkPort } from '../../src/sinks/sink.ts';
import { freePort } from '../apiserver/cluster.ts';
import { folder } from '../cli/events.ts';
import { alert } from './alerts.ts';

/** Programs of others, where they are; a test is left out without its own. */
const ALERTMANAGER = process.env['K8S_AUDIT_ALERTMANAGER'] ?? '';
const RSYSLOGD = process.env['K8S_AUDIT_RSYSLOGD'] ?? '';

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

function start(program: string, args: readonly string[]): () => string {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
  running.push(child);
  return () => said;
}

function open(name: string, to: string): SinkPort {
  const target = { to, token: undefined, ca: undefined, size: 1e6, keep: 2 };
  return SINKS.find((each) => each.name === name)!.open(target, {
    hostname: 'node-1',
    write: () => undefined,
  });
}

/** Sends until the program listens. */
async function delivered(port: SinkPort, alerts: Parameters<SinkPort['send']>[0]): Promise<void> {
  const send = (): Promise<unknown> => port.send(alerts).catch((error: unknown) => String(error));
  await expect.poll(send).toEqual(SENT);
}

const HOSTILE = 'a "quoted" \\ back]slash\n<b>line</b> ünïcode \u{1F600}';

describe.skipIf(RSYSLOGD === '')('rsyslog', () => {
  test('takes messages with their length, structured data and text in UTF-8', async () => {
    const dir = folder();
    const port = await freePort();
    const out = join(dir, 'out');
    writeFileSync(
      join(dir, 'rsyslog.conf'),
      [
        `global(workDirectory="${dir}")`,
        'module(load="imtcp")',
        `input(type="imtcp" port="${port}" address="127.0.0.1")`,
        'template(name="all" type="string" string="%PRI%|%TIMESTAMP:::date-rfc3339%|%HOSTNAME%|%APP-NAME%|%MSGID%|%STRUCTURED-DATA%|%msg%\\n")',
        `*.* action(type="omfile" file="${out}" template="all")`,
        '',
      ].join('\n'),
    );
    start(RSYSLOGD, ['-n', '-f', join(dir, 'rsyslog.conf'), '-i', join(dir, 'pid')]);
    const alerts = [
      alert({ rule: 'First "one"', output: HOSTILE }),
      alert({ rule: 'Second]', output: 'x'.repeat(20_000) }),
      alert({ rule: 'Third' }),
    ];
    await delivered(open('syslog', `tcp://127.0.0.1:${port}`), alerts);
    await expect.poll(() => existsSync(out) && readFileSync(out, 'utf8')).toContain('Third');
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    // Each message is one, whatever is in it and however long it was.
    expect(lines).toHaveLength(3);
    const [first, second] = lines.map((line) => line.split('|'));
    expect(first![0]).toBe(String(13 * 8 + 5));
    expect(first!.slice(2, 5)).toEqual(['node-1', 'k8s-audit', 'alert']);
    expect(first![5]).toContain(String.raw`rule="First \"one\""`);
    expect(first![6]).toContain('ünïcode \u{1F600}');
    expect(second![5]).toContain(String.raw`rule="Second\]"`);
    expect(second![6]!.length).toBeGreaterThan(7000);
  });
});

describe.skipIf(ALERTMANAGER === '')('Alertmanager', () => {
  test('takes alerts, and shows them with their labels and annotations', async () => {
    const dir = folder();
    const [port, cluster] = [await freePort(), await freePort()];
    const config = join(dir, 'alertmanager.yaml');
    writeFileSync(config, 'route: {receiver: nobody}\nreceivers: [{name: nobody}]\n');
    start(ALERTMANAGER, [
      `--config.file=${config}`,
      `--storage.path=${dir}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--cluster.listen-address=127.0.0.1:${cluster}`,
    ]);
    const url = `http://127.0.0.1:${port}`;
    const alerts = [alert({ rule: 'First', output: HOSTILE }), alert({ rule: 'Second', user: '' })];
    await delivered(open('alertmanager', url), alerts);
    const shown = async (): Promise<Shown[]> =>
      (await fetch(`${url}/api/v2/alerts`).then((response) => response.json())) as Shown[];
    await expect.poll(async () => (await shown()).length).toBe(2);
    const first = (await shown()).find(({ labels }) => labels['alertname'] === 'First')!;
    expect(first.labels).toMatchObject({ severity: 'critical' });
    expect(JSON.stringify(first.annotations)).toContain('ünïcode');
  });
});

interface Shown {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
