import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'node:tls';
import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import { certificates } from '../serve/certificates.ts';
import { recorder } from '../sinks/recorder.ts';
import { freePort, startCluster, type Cluster } from './cluster.ts';
import { dryRun, installKinds, manifests } from './manifests.ts';
import { act, changesOf } from './people.ts';
import { alertsOf, keyOf, metric, ReceiverRuns, type Alert, type Event } from './receiver-run.ts';

/** Seconds for which the sink is down. */
const DOWN = Number(process.env['K8S_AUDIT_DOWN'] ?? 60);
const [TOKEN, OTHER_TOKEN, LAST_TOKEN] = ['first-token', 'second-token', 'third-token'];

const numbers: Record<string, unknown> = {};
const sink = { isUp: true, answered: new Map<string, number>() };
let port = 0;
let cluster: Cluster;
let receiver: ReceiverRuns;
let chat: Awaited<ReturnType<typeof recorder>>;

beforeAll(async () => {
  port = await freePort();
  chat = await recorder(({ body }) => {
    if (!sink.isUp) return { status: 503 };
    const { auditID } = (JSON.parse(body) as Alert).k8s_audit;
    sink.answered.set(auditID, (sink.answered.get(auditID) ?? 0) + 1);
    return { status: 200 };
  });
  const files = certificates();
  receiver = new ReceiverRuns(port, chat.url, files, TOKEN);
  const starting = receiver.start();
  cluster = await startCluster(`https://127.0.0.1:${port}/audit/lab`, files, TOKEN);
  await starting;
});

afterAll(async () => {
  cluster?.kill();
  receiver?.kill();
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

  test('kill -9 while batches wait that were acknowledged, and another run', async () => {
    const { last } = receiver;
    sink.isUp = false;
    const before = sink.answered.size;
    // Who reads the findings stands still: they wait to be written, and batches wait to be evaluated.
    last.child.stdout!.pause();
    const acting = act(cluster, 'killed', 200);
    const waiting = async (name: string): Promise<number> =>
      metric(await receiver.metrics(TOKEN), name);
    await expect
      .poll(() => waiting('k8s_audit_queue_bodies'), { interval: 100 })
      .toBeGreaterThanOrEqual(5);
    const alerts = await waiting('k8s_audit_alerts_waiting');
    last.child.kill('SIGKILL');
    last.child.stdout!.resume();
    await last.done;
    const reported = new Set(alertsOf(last).map(({ k8s_audit }) => keyOf(k8s_audit)));
    const { bodies, events } = receiver.held();
    const unreported = events.filter((event) => !reported.has(keyOf(event)));
    Object.assign(numbers, {
      'at the kill, batches in the spool': bodies,
      'at the kill, events in them': events.length,
      'at the kill, events in them that no finding had gone out of': unreported.length,
      'at the kill, alerts that waited for the sink': alerts,
    });
    expect(bodies).toBeGreaterThanOrEqual(5);
    expect(unreported.length).toBeGreaterThan(100);
    expect(alerts).toBeGreaterThan(0);
    await wait(3000);
    const next = await receiver.start();
    expect(next.output.stderr).toContain(`going on with ${bodies} bodies of the spool`);
    sink.isUp = true;
    // People were served meanwhile.
    expect(changesOf(await acting)).toBe(2 + 4 * 200);
    const missing = (): Event[] => {
      const found = new Set(alertsOf(next).map(({ k8s_audit }) => keyOf(k8s_audit)));
      return unreported.filter((event) => !found.has(keyOf(event)));
    };
    await expect.poll(() => missing().length).toBe(0);
    await expect.poll(() => sink.answered.size).toBeGreaterThanOrEqual(before + 200);
  });

  test('another certificate, while requests come', async () => {
    const acting = act(cluster, 'certificate', 20);
    const other = certificateOf(receiver.useCertificate('other'));
    await receiver.last.shows('certificate and token read anew');
    expect(await shownCertificate()).toBe(other);
    await acting;
  });

  /** Has people act and waits for what they did. @returns seconds, and requests that were refused meanwhile */
  async function received(name: string, token: string): Promise<[number, number]> {
    const refused = async (): Promise<number> =>
      metric(await receiver.metrics(token), 'k8s_audit_refused_total');
    const [start, before] = [Date.now(), await refused()];
    const deeds = await act(cluster, name, 5);
    const missing = (): number => {
      const found = new Set(alertsOf(receiver.last).map(({ k8s_audit }) => k8s_audit.auditID));
      return deeds.filter(({ answer }) => !found.has(answer.auditId!)).length;
    };
    await expect.poll(missing, { interval: 500 }).toBe(0);
    return [Math.round((Date.now() - start) / 1000), (await refused()) - before];
  }

  /** Has the receiver ask for other tokens; resolves when it does. */
  async function useTokens(...tokens: string[]): Promise<void> {
    receiver.useToken(tokens.join('\n'));
    const isRead = (): Promise<boolean> =>
      receiver.metrics(tokens.at(-1)!).then(
        () => true,
        () => false,
      );
    await expect.poll(isRead).toBe(true);
  }

  test('another token: both are taken for a while, and nobody is refused', async () => {
    await useTokens(TOKEN, OTHER_TOKEN);
    cluster.useToken(OTHER_TOKEN);
    const [seconds, refused] = await received('next-token', OTHER_TOKEN);
    expect(refused).toBe(0);
    numbers['another token, seconds to all events, both tokens taken'] = seconds;
  });

  test('another token at once: what is refused is sent again', async () => {
    cluster.useToken(LAST_TOKEN);
    await useTokens(LAST_TOKEN);
    await expect(receiver.metrics(TOKEN)).rejects.toThrow('401');
    const [seconds, refused] = await received('last-token', LAST_TOKEN);
    numbers['another token, seconds to all events, at once'] = seconds;
    numbers['another token at once, requests refused and sent again'] = refused;
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
      alertsOf(receiver.last).filter(
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
    expect(await installKinds(cluster)).toBe(3);
    const all = await manifests();
    const byKind: Record<string, number> = {};
    for (const manifest of all) {
      byKind[manifest.kind] = (byKind[manifest.kind] ?? 0) + 1;
      expect({ kind: manifest.kind, ...(await dryRun(cluster, manifest)) }).toMatchObject({
        status: expect.toSatisfy((status) => status === 200 || status === 201),
        warnings: [],
      });
    }
    expect(byKind).toMatchObject({ Certificate: 4, Issuer: 2, ServiceMonitor: 2 });
    numbers['manifests taken by a dry run'] = byKind;
    // The check can fail: a name that these kinds do not know is refused.
    for (const kind of ['Certificate', 'ServiceMonitor']) {
      const manifest = structuredClone(all.find((each) => each.kind === kind)!);
      const wrong = { ...manifest, spec: { ...manifest.spec, unknownName: 1 } };
      const { status, text } = await dryRun(cluster, wrong);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(text).toContain('.spec.unknownName: field not declared in schema');
    }
  });

  test('every event of the API server’s own log was received', async () => {
    const logged = logOf(cluster);
    const shown = ({ auditID, stage, requestURI }: Event): string =>
      `${auditID} ${stage} ${requestURI}`;
    await expect.poll(() => lost(logged).map(shown), { interval: 2000 }).toEqual([]);
    numbers['events in the log'] = logged.length;
    numbers['lost'] = lost(logged).length;

    await cluster.stop();
    receiver.last.child.kill('SIGTERM');
    expect((await receiver.last.done).code).toBe(0);
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
      .filter(({ stage, auditID }) => stage === 'ResponseComplete' && receiver.seen.has(auditID))
      .map((event) => receiver.seen.get(event.auditID)! - Date.parse(event.stageTimestamp))
      .toSorted((a, b) => a - b);
    Object.assign(numbers, {
      'alerts on events': alertsOn('/audit/lab', 'Every').length,
      'deletions at the sink': deleted.size,
      'sent to the sink more than once': [...sink.answered.values()].filter((n) => n > 1).length,
      'ms from event to alert, all stops included, p50': delays[Math.floor(delays.length / 2)],
      'ms from event to alert, all stops included, p95': delays[Math.floor(delays.length * 0.95)],
    });
  });
});

function logOf({ log }: Cluster): Event[] {
  const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Event);
}

const alertsOn = (file: string, name: string): Alert[] =>
  receiver.runs
    .flatMap(alertsOf)
    .filter(({ rule, k8s_audit }) => rule === name && k8s_audit.file === file);

/** Events of the log file that no run has found. */
function lost(events: readonly Event[]): Event[] {
  const known = new Set(alertsOn('/audit/lab', 'Every').map(({ k8s_audit }) => keyOf(k8s_audit)));
  return events.filter((event) => !known.has(keyOf(event)));
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
