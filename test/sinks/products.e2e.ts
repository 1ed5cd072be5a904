import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { SINKS } from '../../src/sinks/table.ts';
import { SENT, type SinkPort } from '../../src/sinks/sink.ts';
import { freePort } from '../apiserver/cluster.ts';
import { Counters, type MetricName } from '../../src/serve/counters.ts';
import { eventLine, folder } from '../cli/events.ts';
import { startCli } from '../cli/run-cli.ts';
import { alert } from './alerts.ts';
import { recorder } from './recorder.ts';

/** Programs of others, where build.sh puts them; a test is left out without its own. */
const BUILT = process.env['K8S_AUDIT_SINKS'] ?? '';
const built = (name: string): string => (BUILT === '' ? '' : join(BUILT, 'bin', name));
const ALERTMANAGER = built('alertmanager');
const PROMTOOL = built('promtool');
const OTELCOL = built('otelcol');
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
    now: () => Date.now(),
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

describe.skipIf(PROMTOOL === '')('promtool', () => {
  const checked = (text: string): { status: number | null; said: string } => {
    const { status, stdout, stderr } = spawnSync(PROMTOOL, ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    });
    return { status, said: `${stdout}${stderr}` };
  };

  test('has nothing to say of /metrics, whatever names rules and senders have', async () => {
    const names = ['plain', 'a "quoted" \\ one', 'ünïcode \u{1F600}', '{a="b"} 1'];
    const rules = names
      .map(
        (name) =>
          `- {rule: ${JSON.stringify(name)}, desc: x, condition: ka.verb = delete, output: x, priority: ERROR, source: k8s_audit}\n`,
      )
      .join('');
    const dir = folder({ 'rules.yaml': rules });
    const run = startCli([
      'serve',
      '--listen=127.0.0.1:0',
      '--no-default-rules',
      `--spool=${join(dir, 'spool')}`,
      `--rules=${join(dir, 'rules.yaml')}`,
      '--to=http=http://127.0.0.1:9/?a="b",min=high',
    ]);
    running.push(run.child);
    await run.shows('listening on http://');
    const url = /http:\S+/.exec(run.output.stderr)![0];
    const body = `${eventLine({ verb: 'delete' })}\nno event\n`;
    for (const path of ['/audit', '/events/lab', '/none'])
      await fetch(new URL(path, url), { method: 'POST', body });
    const metrics = (): Promise<string> =>
      fetch(new URL('/metrics', url)).then((response) => response.text());
    await expect.poll(metrics).toContain('ünïcode');
    const text = await metrics();
    expect(text).toContain('k8s_audit_problems_total{reason=');
    expect(text).toContain('k8s_audit_alerts_waiting{sink=');
    expect(checked(text)).toEqual({ status: 0, said: '' });
    // It would say so.
    expect(checked(`${text}k8s_audit_x{a="\n"} 1\n`).status).toBe(1);
  });

  test('nor of any number that there is', () => {
    const counters = new Counters();
    const names = [...counters.text().matchAll(/^# HELP (\S+)/gm)].map((match) => match[1]!);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) counters.add(name as MetricName, 1, 'a\nb', '"c\\');
    expect(checked(counters.text())).toEqual({ status: 0, said: '' });
  });
});

describe.skipIf(OTELCOL === '')('OpenTelemetry Collector', () => {
  test('takes logs, and hands on each record with all that is in it', async () => {
    const dir = folder();
    const port = await freePort();
    const next = await recorder();
    const config = join(dir, 'otelcol.yaml');
    writeFileSync(
      config,
      `receivers: {otlp: {protocols: {http: {endpoint: '127.0.0.1:${port}'}}}}
exporters: {otlp_http: {endpoint: '${next.url}', encoding: json, compression: none}}
service:
  telemetry: {metrics: {level: none}}
  pipelines: {logs: {receivers: [otlp], exporters: [otlp_http]}}
`,
    );
    const said = start(OTELCOL, [`--config=file:${config}`]);
    const alerts = [
      alert({ rule: 'First', output: HOSTILE, auditID: 'id-"1"\\' }),
      alert({ rule: 'Second', output: 'x'.repeat(100_000), user: '' }),
      alert({ rule: 'Third', user: '\u0000\u{1F600}' }),
    ];
    await delivered(open('otlp', `http://127.0.0.1:${port}`), alerts);
    await expect.poll(() => next.requests.length, { message: said() }).toBeGreaterThan(0);
    const { path, body } = next.requests[0]!;
    expect(path).toBe('/v1/logs');
    const [{ resource, scopeLogs }] = (JSON.parse(body) as Logs).resourceLogs;
    expect(valuesOf(resource)).toEqual({ 'service.name': 'k8s-audit', 'host.name': 'node-1' });
    expect(scopeLogs).toHaveLength(1);
    const records = scopeLogs[0]!.logRecords;
    expect(records.map((record) => record.body.stringValue)).toEqual(
      alerts.map(({ text }) => text),
    );
    expect(records.map((record) => valuesOf(record)['rule'])).toEqual(['First', 'Second', 'Third']);
    expect(records[0]).toMatchObject({
      timeUnixNano: '1772704800123456789',
      severityNumber: 10,
      severityText: 'Notice',
    });
    expect(valuesOf(records[0]!)).toMatchObject({
      severity: 'high',
      tags: 'k8s,T1609',
      'k8s.cluster.name': 'lab',
      'k8s_audit.auditID': 'id-"1"\\',
      'ka.target.namespace': 'shop',
    });
    expect(valuesOf(records[2]!)['ka.user.name']).toBe('\u0000\u{1F600}');
    await next.close();
  });

  test('what is no log is refused, and counted as such', async () => {
    const port = await freePort();
    const dir = folder();
    const config = join(dir, 'otelcol.yaml');
    writeFileSync(
      config,
      `receivers: {otlp: {protocols: {http: {endpoint: '127.0.0.1:${port}'}}}}
exporters: {otlp_http: {endpoint: 'http://127.0.0.1:9'}}
service:
  telemetry: {metrics: {level: none}}
  pipelines: {logs: {receivers: [otlp], exporters: [otlp_http]}}
`,
    );
    start(OTELCOL, [`--config=file:${config}`]);
    const post = async (body: string): Promise<number> =>
      fetch(`http://127.0.0.1:${port}/v1/logs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      }).then(
        ({ status }) => status,
        () => 0,
      );
    // It reads what it is sent: the test above would fail for a wrong form.
    await expect.poll(() => post('{"resourceLogs":[{"scopeLogs":5}]}')).toBe(400);
    expect(await post('{"resourceLogs":[{"resource":{"attributes":[{"key":1}]}}]}')).toBe(400);
  });
});

interface Attributed {
  readonly attributes: readonly {
    readonly key: string;
    readonly value: { readonly stringValue?: string };
  }[];
}

interface Logs {
  readonly resourceLogs: readonly [
    {
      readonly resource: Attributed;
      readonly scopeLogs: readonly {
        readonly logRecords: readonly (Attributed & {
          readonly body: { readonly stringValue: string };
        })[];
      }[];
    },
  ];
}

function valuesOf({ attributes }: Attributed): Record<string, string | undefined> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));
}

interface Shown {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
