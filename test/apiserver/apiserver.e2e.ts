import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'node:tls';
import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folder, ruleText } from '../cli/events.ts';
import { ROOT, runCli, startCli, type RunningCli } from '../cli/run-cli.ts';
import { recorder } from '../sinks/recorder.ts';
import { built, freePort, startCluster, type Cluster } from './cluster.ts';
import { act, changesOf } from './people.ts';

/** Seconds for which the sink is down. */
const DOWN = Number(process.env['K8S_AUDIT_DOWN'] ?? 60);

interface Alert {
  readonly rule: string;
  readonly k8s_audit: { readonly auditID: string; readonly stage: string; readonly file: string };
}

interface Event {
  readonly auditID: string;
  readonly stage: string;
  readonly requestURI: string;
  readonly stageTimestamp: string;
}

const numbers: Record<string, unknown> = {};
/** When each alert was seen, by audit ID and stage: of events that went into the log the latency is known. */
const seen = new Map<string, number>();
const runs: RunningCli[] = [];
const rules = folder({
  'rules.yaml':
    ruleText('Every', 'ka.auditid exists', { priority: 'INFORMATIONAL' }) +
    ruleText('Deleted', 'ka.verb = delete and ka.stage = ResponseComplete', { priority: 'ERROR' }),
});
const spool = join(folder(), 'spool');
const sink = { isUp: true, answered: new Map<string, number>() };
let port = 0;
let cluster: Cluster;
let chat: Awaited<ReturnType<typeof recorder>>;
let keys: { readonly cert: string; readonly key: string; readonly ca: string };

/** Starts the receiver anew, on the same port and spool. */
async function serve(): Promise<RunningCli> {
  const run = startCli([
    'serve',
    `--listen=127.0.0.1:${port}`,
    `--tls-cert=${keys.cert}`,
    `--tls-key=${keys.key}`,
    `--client-ca=${keys.ca}`,
    '--open-admission',
    `--spool=${spool}`,
    '--no-default-rules',
    `--rules=${join(rules, 'rules.yaml')}`,
    '--format=ndjson',
    `--to=http=${chat.url},min=high`,
  ]);
  run.child.stdout!.on('data', (data) => {
    for (const [, id] of String(data).matchAll(/"auditID":"([^"]+)"/g))
      if (!seen.has(id!)) seen.set(id!, Date.now());
  });
  await Promise.race([run.shows('listening on https://'), run.done]);
  expect(run.output.stderr).toContain('listening on');
  runs.push(run);
  return run;
}

const alertsOf = (run: RunningCli): Alert[] =>
  run.output.stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Alert);
const keyOf = ({ auditID, stage }: Pick<Event, 'auditID' | 'stage'>): string =>
  `${auditID} ${stage}`;

beforeAll(async () => {
  port = await freePort();
  chat = await recorder(({ body }) => {
    if (!sink.isUp) return { status: 503 };
    const { auditID } = (JSON.parse(body) as Alert).k8s_audit;
    sink.answered.set(auditID, (sink.answered.get(auditID) ?? 0) + 1);
    return { status: 200 };
  });
  // The authority is made with the cluster, so the receiver's certificate comes from there.
  const starting = startCluster(`https://127.0.0.1:${port}/audit/lab`);
  cluster = await starting;
  const own = cluster.files.issue('serve');
  const dir = folder();
  keys = {
    cert: join(dir, 'tls.crt'),
    key: join(dir, 'tls.key'),
    ca: join(cluster.files.dir, 'ca.crt'),
  };
  copyFileSync(own.cert, keys.cert);
  copyFileSync(own.key, keys.key);
  await serve();
});

afterAll(async () => {
  cluster?.kill();
  for (const { child } of runs) child.kill('SIGKILL');
  await chat?.close();
  process.stdout.write(`${JSON.stringify(numbers, undefined, 2)}\n`);
});

describe('a real API server', () => {
  test('people act, and each of their deletions is an alert', async () => {
    const deeds = await act(cluster, 'calm', 10);
    // The namespace, the binding, and four changes a round.
    expect(changesOf(deeds)).toBe(42);
    await expect.poll(() => sink.answered.size).toBeGreaterThanOrEqual(10);
  });

  test('kill -9 in the middle, and another run', async () => {
    const acting = act(cluster, 'killed', 30);
    await wait(1500);
    runs.at(-1)!.child.kill('SIGKILL');
    await runs.at(-1)!.done;
    await wait(3000);
    const next = await serve();
    // People were served meanwhile.
    expect(changesOf(await acting)).toBe(2 + 4 * 30);
    numbers['goes on with'] = /going on with .*/.exec(next.output.stderr)?.[0] ?? 'an empty spool';
  });

  test('another certificate, while requests come', async () => {
    const acting = act(cluster, 'certificate', 20);
    const other = certificateOf(cluster.files.issue('other').cert);
    copyFileSync(join(cluster.files.dir, 'other.key'), keys.key);
    copyFileSync(join(cluster.files.dir, 'other.crt'), keys.cert);
    await runs.at(-1)!.shows('certificate and token read anew');
    expect(await shownCertificate()).toBe(other);
    await acting;
  });

  test(`a sink that is down for ${DOWN} s gets everything afterwards`, async () => {
    sink.isUp = false;
    const before = sink.answered.size;
    await act(cluster, 'down', 15);
    await wait(DOWN * 1000);
    expect(sink.answered.size).toBe(before);
    sink.isUp = true;
    await expect.poll(() => sink.answered.size).toBeGreaterThanOrEqual(before + 15);
  });

  test('admission: each change is seen, and none is held up', async () => {
    const { stdout } = await runCli({ args: ['setup', 'webhook', '--part', 'admission'] });
    const url = `https://127.0.0.1:${port}/admission/lab`;
    const [webhook] = loadAll(stdout) as [{ webhooks: [{ clientConfig: object }] }];
    const caBundle = Buffer.from(cluster.files.ca).toString('base64');
    webhook.webhooks[0].clientConfig = { url, caBundle };
    const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
    expect((await cluster.ask('admin', 'POST', path, webhook)).status).toBe(201);
    await wait(3000);
    const start = Date.now();
    const changed = await act(cluster, 'admission', 10);
    numbers['admission, ms a round of requests'] = Math.round((Date.now() - start) / 10);
    const reviewed = (): number =>
      alertsOf(runs.at(-1)!).filter(
        ({ rule, k8s_audit: { file } }) => rule === 'Every' && file === '/admission/lab',
      ).length;
    await expect.poll(reviewed).toBeGreaterThanOrEqual(changesOf(changed));
    numbers['admission, reviews'] = reviewed();
    expect((await cluster.ask('admin', 'DELETE', `${path}/k8s-audit`)).status).toBe(200);
  });

  test('takes the manifests of setup webhook and of the chart', async () => {
    const namespace = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: 'k8s-audit',
        labels: {
          'pod-security.kubernetes.io/enforce': 'restricted',
          'pod-security.kubernetes.io/warn': 'restricted',
        },
      },
    };
    expect((await cluster.ask('admin', 'POST', '/api/v1/namespaces', namespace)).status).toBe(201);
    const chart = join(ROOT, 'packaging/helm/k8s-audit');
    const values = [
      [],
      ['--set', 'auth.type=certificate,spool.persistence=true,clusterName=lab'],
      [
        '--set',
        'auth.type=token,auth.tokenSecret=t,service.clusterIP=10.0.0.77',
        '--set-json',
        'rules={"a.yaml":"x"}',
      ],
      ['--set', 'tls.source=secret,tls.secretName=mine,features.k8sAuditDetections=false'],
    ];
    const texts = values.map((set) =>
      execFileSync(built('helm'), ['template', 'k8s-audit', chart, '-n', 'k8s-audit', ...set], {
        encoding: 'utf8',
      }),
    );
    for (const auth of ['certificate', 'token', 'none']) {
      const args = ['setup', 'webhook', '--part', 'manifests', '--auth', auth];
      texts.push((await runCli({ args })).stdout);
    }
    let count = 0;
    for (const manifest of texts.flatMap((text) => loadAll(text) as (Manifest | null)[])) {
      if (manifest === null) continue;
      count++;
      // As JSON, as kubectl does: with a body in YAML the API server cannot write the event, nor the batch it is in.
      const query = '?dryRun=All&fieldManager=test&force=true&fieldValidation=Strict';
      const answer = await cluster.ask('admin', 'PATCH', pathOf(manifest) + query, manifest);
      expect({ kind: manifest.kind, ...answer }).toMatchObject({
        status: expect.toSatisfy((status) => status === 200 || status === 201),
        warnings: [],
      });
    }
    expect(count).toBeGreaterThan(30);
    numbers['manifests taken by a dry run'] = count;
  });

  test('every event of the API server’s own log was received', async () => {
    const logged = logOf(cluster);
    const shown = ({ auditID, stage, requestURI }: Event): string =>
      `${auditID} ${stage} ${requestURI}`;
    await expect.poll(() => lost(logged).map(shown), { interval: 2000 }).toEqual([]);
    numbers['events in the log'] = logged.length;
    numbers['lost'] = lost(logged).length;

    await cluster.stop();
    const last = runs.at(-1)!;
    last.child.kill('SIGTERM');
    expect((await last.done).code).toBe(0);
    // What an API server gives up when it ends, it says itself.
    const given = new Set(
      [...cluster.said().matchAll(/AUDIT: id="([^"]+)" stage="(\w+)"/g)].map(
        ([, auditID, stage]) => `${auditID} ${stage}`,
      ),
    );
    const rest = lost(logOf(cluster));
    numbers['given up by the API server at its end, and said by it'] = rest.length;
    expect(rest.filter((event) => !given.has(keyOf(event))).map(shown)).toEqual([]);

    const deleted = new Set(
      alertsOn('/audit/lab', 'Deleted').map(({ k8s_audit }) => k8s_audit.auditID),
    );
    expect([...deleted].filter((id) => !sink.answered.has(id))).toEqual([]);
    const delays = logged
      .filter(({ stage, auditID }) => stage === 'ResponseComplete' && seen.has(auditID))
      .map((event) => seen.get(event.auditID)! - Date.parse(event.stageTimestamp))
      .toSorted((a, b) => a - b);
    Object.assign(numbers, {
      'alerts on events': alertsOn('/audit/lab', 'Every').length,
      'deletions at the sink': deleted.size,
      'sent to the sink more than once': [...sink.answered.values()].filter((n) => n > 1).length,
      'ms from event to alert, p50': delays[Math.floor(delays.length / 2)],
      'ms from event to alert, p95': delays[Math.floor(delays.length * 0.95)],
    });
  });
});

function logOf({ log }: Cluster): Event[] {
  const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Event);
}

const alertsOn = (file: string, name: string): Alert[] =>
  runs.flatMap(alertsOf).filter(({ rule, k8s_audit }) => rule === name && k8s_audit.file === file);

/** Events of the log file that no run has found. */
function lost(events: readonly Event[]): Event[] {
  const known = new Set(alertsOn('/audit/lab', 'Every').map(({ k8s_audit }) => keyOf(k8s_audit)));
  return events.filter((event) => !known.has(keyOf(event)));
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

function pathOf({ apiVersion, kind, metadata: { name, namespace } }: Manifest): string {
  const base = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const lower = kind.toLowerCase();
  const plural = lower.endsWith('y') ? `${lower.slice(0, -1)}ies` : `${lower}s`;
  return `${base}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}/${name}`;
}

function certificateOf(file: string): string {
  return readFileSync(file, 'utf8').replaceAll(/-----[^-]+-----|\s/g, '');
}

/** The certificate that the receiver shows now. */
function shownCertificate(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca: cluster.files.ca }, () => {
      resolve(socket.getPeerCertificate().raw.toString('base64'));
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
