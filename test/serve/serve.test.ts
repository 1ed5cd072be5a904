import { Buffer } from 'node:buffer';
import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Spool } from '../../src/serve/spool/spool.ts';
import { eventLine, folder, ruleText } from '../cli/events.ts';
import { runCli, startCli, type RunningCli } from '../cli/run-cli.ts';
import { recorder } from '../sinks/recorder.ts';
import { ApiServer } from './api-server.ts';

// These start the program, so they need a build.
const dir = folder({ 'rules.yaml': ruleText('Any', 'ka.verb = delete', { priority: 'ERROR' }) });
const RULES = ['--no-default-rules', '-r', join(dir, 'rules.yaml')];
const running: RunningCli[] = [];
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
});

interface Serving {
  readonly run: RunningCli;
  readonly url: (path: string) => URL;
}

async function serving(
  args: readonly string[] = [],
  rules: readonly string[] = RULES,
): Promise<Serving> {
  const run = startCli(['serve', '--listen', '127.0.0.1:0', ...rules, ...args]);
  running.push(run);
  await Promise.race([run.shows('listening on http://'), run.done]);
  const base = /listening on (http:\S+)/.exec(run.output.stderr)?.[1]?.replace(/,$/, '');
  expect(run.output.stderr).toContain('listening on');
  return { run, url: (path) => new URL(path, base) };
}

const DELETE = { verb: 'delete' };
const ids = (text: string): string[] =>
  [...text.matchAll(/"auditID":"([^"]+)"/g)].map((match) => match[1]!);

/** A batch as the API server sends it. */
function batch(...auditIDs: string[]): string {
  const items = auditIDs.map((auditID) => JSON.parse(eventLine({ auditID, ...DELETE })) as object);
  return `${JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items })}\n`;
}

const names = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `id-${from + index}`);
const post = (url: URL, body: string): Promise<Response> => fetch(url, { method: 'POST', body });

test('events of parallel batches, some of them sent twice, are each found once', async () => {
  const { run, url } = await serving();
  const server = new ApiServer({ url: () => url('/audit/lab'), wait: () => Promise.resolve() });
  const bodies = Array.from({ length: 40 }, (_, index) => batch(...names(index * 25, 25)));
  await server.send([...bodies, ...bodies.slice(0, 5)]);
  expect(server.dropped).toEqual([]);
  expect(new Set(server.answers)).toEqual(new Set([200]));
  run.child.kill('SIGTERM');
  const { stdout, stderr, code } = await run.done;
  expect(ids(stdout).toSorted()).toEqual(names(0, 1000).toSorted());
  expect(stdout.match(/"cluster":"lab"/g)).toHaveLength(1000);
  expect(stderr).toContain(
    'received 1,125 events in 45 requests, 1,000 findings, 0 problems, 0 requests refused',
  );
  expect(code).toBe(0);
});

test('kill -9 in the middle, and a run that goes on: no event that was sent is lost', async () => {
  const spool = join(folder(), 'spool');
  const first = await serving(['--spool', spool]);
  let current = first;
  let isUp: Promise<void> = Promise.resolve();
  const server = new ApiServer({ url: () => current.url('/audit'), wait: () => isUp, parallel: 6 });
  const bodies = Array.from({ length: 60 }, (_, index) => batch(...names(index * 10, 10)));
  const sending = server.send(bodies);
  await expect.poll(() => server.answers.length).toBeGreaterThan(20);
  isUp = (async () => {
    first.run.child.kill('SIGKILL');
    await first.run.done;
    current = await serving(['--spool', spool]);
  })();
  await isUp;
  await sending;
  expect(server.dropped).toEqual([]);
  current.run.child.kill('SIGTERM');
  const second = await current.run.done;
  const before = new Set(ids(first.run.output.stdout));
  const lines = second.stdout.trimEnd().split('\n');
  expect([...new Set([...before, ...ids(second.stdout)])].toSorted()).toEqual(
    names(0, 600).toSorted(),
  );
  // What was reported twice says so, but for batches whose answer the kill took away.
  const again = lines.filter(
    (line) => before.has(ids(line)[0]!) && !line.includes('"replayed":true'),
  );
  const unanswered = server.answers.filter((status) => status === 0).length;
  expect(again.length).toBeLessThanOrEqual(unanswered * 10);
  expect(second.code).toBe(0);
});

test('kill -9 while nobody reads the findings: the next run reports what had not gone out', async () => {
  const spool = join(folder(), 'spool');
  const { run, url } = await serving(['--spool', spool]);
  run.child.stdout!.pause();
  const waiting = async (): Promise<number> => {
    const text = await fetch(url('/metrics')).then((response) => response.text());
    return Number(/^k8s_audit_queue_bodies (\d+)$/m.exec(text)![1]);
  };
  // Bodies also wait for a moment when the machine is busy.
  const isStuck = async (): Promise<boolean> => {
    if ((await waiting()) < 5) return false;
    await setTimeout(300);
    return (await waiting()) >= 5;
  };
  // The system holds the findings of some dozen batches, and what is beyond lies in the process.
  let sent = 0;
  while (!(await isStuck())) {
    expect((await post(url('/audit'), batch(...names(sent, 10)))).status).toBe(200);
    sent += 10;
  }
  run.child.kill('SIGKILL');
  run.child.stdout!.resume();
  await run.done;
  const { run: next } = await serving(['--spool', spool]);
  const resumed = Number(/going on with (\d+) bodies/.exec(next.output.stderr)![1]);
  expect(resumed).toBeGreaterThanOrEqual(5);
  next.child.kill('SIGTERM');
  const { stdout } = await next.done;
  // A line that was cut by the kill has not gone out.
  const before = run.output.stdout.split('\n').slice(0, -1).join('\n');
  expect([...new Set([...ids(before), ...ids(stdout)])].toSorted()).toEqual(
    names(0, sent).toSorted(),
  );
});

test('a body that ended three starts is set aside: said, counted, and read by hand with what is said', async () => {
  const spool = join(folder(), 'spool');
  // Runs that were killed show no sign of life later.
  vi.useFakeTimers({ toFake: ['setInterval'] });
  for (let start = 0; start < 4; start++) {
    const earlier = new Spool({ dir: spool, capacity: 1e6, memory: 1e6 });
    if (start === 0) {
      for (const id of ['poison', 'good']) {
        const text = Buffer.from(batch(id));
        const body = earlier.begin({ file: '/audit/lab', cluster: 'lab', at: 0 }, text.length)!;
        await body.write(text);
        await body.finish();
      }
      await earlier.end();
    } else earlier.take();
  }
  vi.useRealTimers();
  rmSync(join(spool, 'lock'));
  const { run, url } = await serving(['--spool', spool]);
  await run.shows('set aside');
  const metrics = await fetch(url('/metrics')).then((response) => response.text());
  expect(metrics).toContain('k8s_audit_quarantined_total 1\n');
  expect(metrics).toContain('k8s_audit_quarantine_bodies 1\n');
  expect(metrics).toContain('k8s_audit_dropped_total 0\n');
  run.child.kill('SIGTERM');
  const { stdout, stderr } = await run.done;
  expect(ids(stdout)).toEqual(['good']);
  expect(stderr).toContain(
    'a body of /audit/lab, received 1970-01-01T00:00:00.000Z, ended 3 starts',
  );
  expect(stderr).toContain(`1 body is set aside in ${join(spool, 'quarantine')}`);
  const command = /read it with: k8s-audit (.+)/.exec(stderr)![1]!.split(' ');
  const scanned = await runCli({ args: [...command, ...RULES, '-f', 'ndjson'] });
  expect(ids(scanned.stdout)).toEqual(['poison']);
  expect(scanned.stdout).toContain('"cluster":"lab"');
});

test.each([
  ['in memory', []],
  ['in a spool', ['--spool', join(folder(), 'spool')]],
])('the same findings as a scan of the same bodies, held %s', async (_name, args) => {
  const bodies = ['a', 'b', 'c'].map((name) => batch(`${name}1`, `${name}2`));
  bodies.push(
    'not JSON\n',
    `{"kind":"EventList","items":[${eventLine({ auditID: 'd', ...DELETE })},7]}\n`,
    // Large ones lie in several pieces, or in a file of their own.
    batch(...names(0, 3000)),
    `${batch(...names(3000, 3000))
      .trimEnd()
      .slice(0, -2)},${eventLine({ auditID: 'last', ...DELETE })}\n`,
  );
  expect(bodies.at(-1)!.length).toBeGreaterThan(1024 ** 2);
  const { run, url } = await serving(args);
  for (const body of bodies) expect((await post(url('/audit'), body)).status).toBe(200);
  run.child.kill('SIGINT');
  const { stdout } = await run.done;
  const file = join(dir, 'bodies');
  writeFileSync(file, bodies.join(''));
  const scanned = await runCli({ args: ['scan', file, ...RULES, '-f', 'ndjson'] });
  expect(stdout).toBe(scanned.stdout.replaceAll(JSON.stringify(file), '"/audit"'));
});

test('counters are there from the start: a rate knows nothing of one that begins later', async () => {
  const { run, url } = await serving();
  const metrics = await fetch(url('/metrics')).then((response) => response.text());
  for (const series of [
    'k8s_audit_refused_total{reason="overload"}',
    'k8s_audit_refused_total{reason="wrong token"}',
    'k8s_audit_bodies_total{path="/audit"}',
    'k8s_audit_reloads_total{result="refused"}',
    'k8s_audit_findings_total{rule="Any",severity="high"}',
    'k8s_audit_correlation_late_total',
  ])
    expect(metrics).toContain(`${series} 0\n`);
  run.child.kill('SIGTERM');
  await run.done;
});

test('numbers are at /metrics, findings and problems too', async () => {
  const { run, url } = await serving();
  await post(url('/audit'), batch('a', 'b'));
  await post(url('/audit'), '{"kind":"EventList","items":[7]}');
  await post(url('/events'), eventLine({ auditID: 'c', ...DELETE }));
  const text = (): Promise<string> => fetch(url('/metrics')).then((response) => response.text());
  await expect.poll(text).toContain('k8s_audit_events_total 3\n');
  const metrics = await text();
  expect(metrics).toContain('k8s_audit_findings_total{rule="Any",severity="high"} 3\n');
  expect(metrics).toMatch(/k8s_audit_problems_total\{reason="[a-z-]+"\} 1\n/);
  expect(metrics).toContain('k8s_audit_dropped_total 0\n');
  expect(metrics).toContain('k8s_audit_bodies_total{path="/audit"} 2\n');
  run.child.kill('SIGTERM');
  expect((await run.done).code).toBe(0);
});

test('rules and a token that change while a start waits for its spool are read', async () => {
  const files = folder({ 'rules.yaml': ruleText('One', 'ka.verb = delete'), token: 'old' });
  const spool = folder({ lock: JSON.stringify({ pid: 1, host: 'another', id: 'x' }) });
  const args = ['--listen', '127.0.0.1:0', '--no-default-rules', '-r', join(files, 'rules.yaml')];
  const keys = ['--token-file', join(files, 'token'), '--spool', spool];
  const run = startCli(['serve', ...args, ...keys]);
  running.push(run);
  // The token was read then.
  await run.shows('the API server sends no token over plain HTTP');
  await setTimeout(500);
  writeFileSync(join(files, 'token'), 'exchanged');
  writeFileSync(join(files, 'rules.yaml'), ruleText('Other', 'ka.verb = delete'));
  rmSync(join(spool, 'lock'));
  await run.shows('certificate and token read anew');
  await run.shows('configuration read anew');
  const base = /listening on (http:\S+)/.exec(run.output.stderr)![1];
  const headers = { authorization: 'Bearer exchanged' };
  const to = new URL('/audit', base);
  expect((await fetch(to, { method: 'POST', headers, body: batch('a') })).status).toBe(200);
  await run.shows('"rule":"Other"');
});

describe('the configuration', () => {
  const other = ruleText('Other', 'ka.verb = delete', { priority: 'ERROR' });

  test('is read anew on SIGHUP; a wrong one is refused, and the one before stays', async () => {
    const config = folder({
      'rules.yaml': ruleText('One', 'ka.verb = delete'),
      'k8s-audit.yaml': 'rules: [rules.yaml]\n',
    });
    const { run, url } = await serving(
      [],
      ['--no-default-rules', '--config', join(config, 'k8s-audit.yaml')],
    );
    await post(url('/audit'), batch('a'));
    await run.shows('"auditID":"a"');
    writeFileSync(join(config, 'rules.yaml'), 'rules: [');
    run.child.kill('SIGHUP');
    await run.shows('configuration not read anew, the one before stays');
    writeFileSync(join(config, 'rules.yaml'), '');
    run.child.kill('SIGHUP');
    await run.shows('the one before stays: no rule would be enabled and selected');
    await post(url('/audit'), batch('b'));
    await run.shows('"auditID":"b"');
    writeFileSync(join(config, 'rules.yaml'), other);
    run.child.kill('SIGHUP');
    await run.shows('configuration read anew: 1 rules');
    await post(url('/audit'), batch('c'));
    await run.shows('"auditID":"c"');
    run.child.kill('SIGTERM');
    const { stdout, code } = await run.done;
    expect([...stdout.matchAll(/"rule":"(\w+)"/g)].map((match) => match[1])).toEqual([
      'One',
      'One',
      'Other',
    ]);
    expect(code).toBe(0);
  });

  test('does not forget what was received: copies are told, and correlations that did not change go on', async () => {
    const correlation = (name: string, timespan: string): string =>
      `- correlation: ${name}\n  desc: Three deletions.\n  type: event_count\n` +
      `  events:\n    - gone: is_gone\n  group-by: [ka.user.name]\n  timespan: ${timespan}\n` +
      `  condition: {gte: 3}\n  output: "%corr.count"\n  priority: WARNING\n`;
    const text = (changed: string, macro: string, more = ''): string =>
      `- macro: is_gone\n  condition: ka.verb = delete\n- macro: other\n  condition: ${macro}\n` +
      `${more}${correlation('Changed', changed)}${correlation('Kept', '10m')}` +
      correlation('OtherMacro', '10m').replace('is_gone', 'other');
    const config = folder({ 'rules.yaml': text('10m', 'ka.verb = delete') });
    const { run, url } = await serving(
      [],
      ['--no-default-rules', '-r', join(config, 'rules.yaml')],
    );
    const at = (auditID: string, second: number): string => {
      const time = `2026-03-05T10:00:0${second}.000000Z`;
      return eventLine({
        auditID,
        ...DELETE,
        stageTimestamp: time,
        requestReceivedTimestamp: time,
      });
    };
    await post(url('/events'), `${at('a', 1)}\n${at('b', 2)}\n`);
    const metrics = (): Promise<string> =>
      fetch(url('/metrics')).then((response) => response.text());
    await expect.poll(metrics).toContain('k8s_audit_events_total 2\n');
    // Other rules before them, so that they stand at other places.
    const more = correlation('Added', '1m') + ruleText('Any', 'ka.verb = delete');
    writeFileSync(
      join(config, 'rules.yaml'),
      text('11m', 'ka.verb = delete and ka.verb != x', more),
    );
    run.child.kill('SIGHUP');
    await run.shows('configuration read anew: 5 rules');
    await post(url('/events'), `${at('a', 1)}\n${at('c', 3)}\n`);
    await run.shows('"rule":"Any"');
    await expect.poll(metrics).toContain('k8s_audit_duplicates_total 1\n');
    run.child.kill('SIGTERM');
    const { stdout, code } = await run.done;
    const found = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { rule: string });
    expect(found.map(({ rule }) => rule).toSorted()).toEqual(['Any', 'Kept']);
    expect(found.find(({ rule }) => rule === 'Kept')).toMatchObject({
      output_fields: { 'corr.count': 3 },
      k8s_audit: { auditID: 'c' },
    });
    expect(code).toBe(0);
  });

  test('events that come too late for correlations are counted as they come', async () => {
    const rules = folder({
      'rules.yaml':
        '- macro: gone\n  condition: ka.verb = delete\n- correlation: Many\n  desc: d\n  type: event_count\n' +
        '  events:\n    - gone: gone\n  group-by: [ka.user.name]\n  timespan: 1m\n' +
        '  condition: {gte: 3}\n  output: "%corr.count"\n  priority: WARNING\n',
    });
    const { run, url } = await serving(
      [],
      ['--no-default-rules', '-r', join(rules, 'rules.yaml'), '--lateness', '10s'],
    );
    const at = (auditID: string, minute: number): string => {
      const time = `2026-03-05T10:0${minute}:00.000000Z`;
      return eventLine({
        auditID,
        ...DELETE,
        stageTimestamp: time,
        requestReceivedTimestamp: time,
      });
    };
    const metrics = (): Promise<string> =>
      fetch(url('/metrics')).then((response) => response.text());
    // Two that leave as later ones come, and two behind them.
    await post(url('/events'), [at('a', 1), at('b', 3), at('c', 5), at('d', 7)].join('\n'));
    await post(url('/events'), [at('e', 0), at('f', 2)].join('\n'));
    await expect.poll(metrics).toContain('k8s_audit_correlation_late_total 1\n');
    await post(url('/events'), at('g', 0));
    await expect.poll(metrics).toContain('k8s_audit_events_total 7\n');
    // The last event waits for what else is found of it.
    expect(await metrics()).toContain('k8s_audit_correlation_late_total 2\n');
    run.child.kill('SIGTERM');
    const { stderr } = await run.done;
    expect(stderr).toContain(
      '3 events came too late to be counted; a clock of an API server differs',
    );
    expect(stderr).not.toContain('tac FILE');
  });

  test('is read anew when a file has changed', async () => {
    const config = folder({ 'rules.yaml': ruleText('One', 'ka.verb = delete'), 'new.yaml': other });
    const { run, url } = await serving(
      [],
      ['--no-default-rules', '-r', join(config, 'rules.yaml')],
    );
    renameSync(join(config, 'new.yaml'), join(config, 'rules.yaml'));
    await run.shows('configuration read anew');
    await post(url('/audit'), batch('a'));
    await run.shows('"rule":"Other"');
    run.child.kill('SIGTERM');
    expect((await run.done).stdout).not.toContain('"rule":"One"');
  });
});

test.each([
  [['--listen', ':0'], 'can be reached from other machines'],
  [['--listen', 'x'], 'Give an address such as'],
  [['--tls-cert', 'x'], '--tls-cert and --tls-key belong together'],
  [['--token-file', join(dir, 'none')], 'cannot read token'],
  [['--queue-size', '1MiB'], '--queue-size must hold one body at least'],
  [['-r', join(dir, 'none.yaml')], 'cannot read rules'],
  [
    ['--listen', ':0', '--plain-http', '--token-file', join(dir, 'rules.yaml')],
    'a token is one word',
  ],
])('%j does not start', async (args, message) => {
  const { code, stderr, stdout } = await runCli({ args: ['serve', ...RULES, ...args] });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stdout).toBe('');
});

test('a reader that goes away ends the run; what it did not read stays in the spool', async () => {
  const spool = join(folder(), 'spool');
  const { run, url } = await serving(['--spool', spool]);
  run.child.stdout!.destroy();
  for (let index = 0; run.child.exitCode === null && index < 1000; index++) {
    await post(url('/audit'), batch(`id-${index}`)).catch(() => undefined);
  }
  await run.done;
  const { run: next } = await serving(['--spool', spool]);
  await next.shows('"replayed":true');
  expect(next.output.stderr).toContain('of the spool');
  next.child.kill('SIGTERM');
  await next.done;
});

test('files of findings grow as they come, and keep what the run before has found', async () => {
  const where = folder();
  const [lines, table] = [join(where, 'findings.ndjson'), join(where, 'findings.csv')];
  for (const id of ['a', 'b', 'c']) {
    const { run, url } = await serving(['-o', lines, '-o', table]);
    await post(url('/audit'), batch(id));
    await expect.poll(() => readFileSync(lines, 'utf8')).toContain(`"auditID":"${id}"`);
    run.child.kill('SIGTERM');
    expect((await run.done).code).toBe(0);
    // What a full disk, or a run that was killed, leaves of a line.
    if (id === 'a') appendFileSync(lines, '{"output":"03:');
  }
  const found = readFileSync(lines, 'utf8').split('\n');
  expect(found.map((line) => ids(line)[0])).toEqual(['a', undefined, 'b', 'c', undefined]);
  expect(found[1]).toBe('{"output":"03:');
  const rows = readFileSync(table, 'utf8').trimEnd().split('\r\n');
  expect(rows).toHaveLength(4);
  expect(rows.filter((row) => row === rows[0])).toHaveLength(1);
});

describe('sinks', () => {
  test('get what is found, also what they could not take in the run before; standard output is left alone', async () => {
    let isUp = false;
    const chat = await recorder(() => ({ status: isUp ? 200 : 503 }));
    const spool = join(folder(), 'spool');
    const config = folder({
      'k8s-audit.yaml': `to: ["http=${chat.url},min=high", "file=findings.ndjson"]\n`,
    });
    const args = ['--spool', spool, '--config', join(config, 'k8s-audit.yaml')];
    const file = join(config, 'findings.ndjson');
    const { run, url } = await serving([
      ...args,
      '--to',
      `file=${file}`,
      '--to',
      `http=${chat.url}`,
    ]);
    await post(url('/audit'), batch('a', 'b'));
    await run.shows('takes no alerts: HTTP 503');
    await expect.poll(() => readFileSync(file, 'utf8')).toContain('"auditID":"b"');
    const metrics = (): Promise<string> =>
      fetch(url('/metrics')).then((response) => response.text());
    expect(await metrics()).toContain(`k8s_audit_alerts_waiting{sink="http ${chat.url}"} 2\n`);
    // Killed before, the next run would evaluate the body again.
    await expect.poll(metrics).toContain('k8s_audit_queue_bodies 0\n');
    run.child.kill('SIGKILL');
    expect((await run.done).stdout).toBe('');
    isUp = true;
    const before = chat.requests.length;
    const { run: next } = await serving(args);
    await expect.poll(() => chat.requests.length).toBe(before + 2);
    next.child.kill('SIGTERM');
    const { stdout, code } = await next.done;
    expect({ stdout, code }).toEqual({ stdout: '', code: 0 });
    expect(chat.requests.slice(before).map(({ body }) => ids(body)[0])).toEqual(['a', 'b']);
    await chat.close();
  });

  test('get what a scan finds that follows a file; one that ends has no use for them', async () => {
    const chat = await recorder();
    const log = join(folder(), 'audit.log');
    writeFileSync(log, '');
    const to = ['--to', `http=${chat.url}`];
    const run = startCli(['scan', '-F', log, ...RULES, ...to]);
    running.push(run);
    writeFileSync(log, `${eventLine({ auditID: 'a', ...DELETE })}\n`);
    await expect.poll(() => chat.requests.length).toBe(1);
    run.child.kill('SIGINT');
    await run.done;
    const { code, stderr } = await runCli({ args: ['scan', log, ...RULES, ...to] });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'k8s-audit: --to sends what happens now: it needs --follow (-o writes a report)\n',
    });
    await chat.close();
  });

  test.each([
    [['--to', 'slak=env:X'], "no sink is called 'slak'"],
    [['--to', 'slack=https://hooks.slack.com/services/T/B/secret'], 'give env:NAME or file:PATH'],
    [['--to', 'loki=http://a,every=soon'], 'every=soon is not understood'],
  ])('%j does not start', async (args, message) => {
    const { code, stderr } = await runCli({ args: ['serve', ...RULES, ...args] });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('secret');
  });
});
