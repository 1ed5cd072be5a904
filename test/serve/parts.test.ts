import { describe, expect, test } from 'vitest';
import { Counters } from '../../src/serve/counters.ts';
import { checkProtection, isLoopback, parseListen, shown } from '../../src/serve/listen.ts';
import { routeOf } from '../../src/serve/routes.ts';
import { WatchedFiles } from '../../src/cli/serve/watched-files.ts';

describe('paths', () => {
  test.each([
    ['/audit', { kind: 'audit', file: '/audit', cluster: undefined }],
    ['/audit/', { kind: 'audit', file: '/audit', cluster: undefined }],
    ['/audit?timeout=30s', { kind: 'audit', file: '/audit', cluster: undefined }],
    ['/audit/lab?timeout=30s', { kind: 'audit', file: '/audit/lab', cluster: 'lab' }],
    ['/audit/eu%20west', { kind: 'audit', file: '/audit/eu west', cluster: 'eu west' }],
    ['/audit/lab/?timeout=30s', { kind: 'audit', file: '/audit/lab', cluster: 'lab' }],
    ['/events/lab', { kind: 'events', file: '/events/lab', cluster: 'lab' }],
    ['/admission', { kind: 'admission', file: '/admission', cluster: undefined }],
    ['http://host:9765/audit/lab?x=1', { kind: 'audit', file: '/audit/lab', cluster: 'lab' }],
    ['HTTPS://[::1]:9765/metrics', { kind: 'metrics' }],
    ['/healthz?verbose', { kind: 'health' }],
    ['/readyz', { kind: 'ready' }],
    ['/metrics', { kind: 'metrics' }],
  ])('%s', (path, route) => {
    expect(routeOf(path)).toEqual(route);
  });

  test.each([
    '/',
    '',
    'audit',
    '/audits',
    '/audit/a/b',
    'http://host',
    'http://audit',
    'ftp://host/audit',
    '/audit/%',
    '/audit/%0a',
    '/audit/a%2fb',
    `/audit/${'x'.repeat(254)}`,
    '/constructor',
    '/__proto__',
    '//audit',
    '/audit//',
    '/audit//lab',
    '/audit/lab//',
  ])('%s is none', (path) => {
    expect(routeOf(path)).toBeUndefined();
  });
});

describe('addresses', () => {
  test.each([
    ['127.0.0.1:9765', '127.0.0.1', 9765, true],
    ['9765', '127.0.0.1', 9765, true],
    ['localhost:0', 'localhost', 0, true],
    ['[::1]:80', '::1', 80, true],
    [':9765', undefined, 9765, false],
    ['*:9765', undefined, 9765, false],
    ['0.0.0.0:9765', '0.0.0.0', 9765, false],
    ['127.example.com:80', '127.example.com', 80, false],
    ['[fd00::1]:80', 'fd00::1', 80, false],
  ])('%s', (text, host, port, loopback) => {
    const address = parseListen(text)!;
    expect(address).toEqual({ host, port });
    expect(isLoopback(address)).toBe(loopback);
  });

  test.each(['', 'host', '127.0.0.1:70000', '::1:80', 'a b:80', '1.2.3.4:x'])(
    '%s is none',
    (text) => {
      expect(parseListen(text)).toBeUndefined();
    },
  );

  const none = { tls: false, token: false, clientCa: false, plain: false };
  const far = parseListen(':9765')!;
  const near = parseListen('9765')!;
  test.each([
    ['plain HTTP on this machine', near, none],
    ['a token on this machine', near, { ...none, token: true }],
    ['TLS', far, { ...none, tls: true }],
    ['TLS and a token', far, { ...none, tls: true, token: true }],
    ['plain HTTP that was asked for', far, { ...none, plain: true }],
  ])('%s may listen', (_name, address, protection) => {
    expect(() => checkProtection(address, protection)).not.toThrow();
  });

  test.each([
    ['plain HTTP', far, none, ':9765 can be reached from other machines'],
    [
      'a token over plain HTTP',
      far,
      { ...none, token: true },
      'the API server sends no credentials at all',
    ],
    ['the same, asked for', far, { ...none, token: true, plain: true }, 'a token needs TLS'],
    ['a client CA without TLS', near, { ...none, clientCa: true }, '--client-ca needs --tls-cert'],
  ])('%s may not', (_name, address, protection, message) => {
    expect(() => checkProtection(address, protection)).toThrow(message);
  });

  test('an address is shown as in a URL', () => {
    expect([far, near, parseListen('[::1]:1')!].map(shown)).toEqual([
      ':9765',
      '127.0.0.1:9765',
      '[::1]:1',
    ]);
  });
});

describe('numbers', () => {
  test('are text for Prometheus, with labels escaped', () => {
    const counters = new Counters();
    counters.add('k8s_audit_findings_total', 2, 'a "b"\\\n', 'high');
    counters.add('k8s_audit_findings_total', 1, 'a "b"\\\n', 'high');
    counters.set('k8s_audit_queue_bytes', 7);
    const text = counters.text();
    expect(text).toContain('k8s_audit_findings_total{rule="a \\"b\\"\\\\\\n",severity="high"} 3\n');
    expect(text).toContain('# TYPE k8s_audit_queue_bytes gauge\nk8s_audit_queue_bytes 7\n');
    expect(text).toContain('\nk8s_audit_dropped_total 0\n');
    expect(
      text
        .split('\n')
        .every((line) => /^(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{.+\})? [\d.]+|)$/.test(line)),
    ).toBe(true);
  });

  test('labels that somebody makes up share one number in the end', () => {
    const counters = new Counters();
    for (let index = 0; index < 6000; index++)
      counters.add('k8s_audit_refused_total', 1, `r${index}`);
    expect(counters.total('k8s_audit_refused_total')).toBe(6000);
    expect(counters.text()).toContain('k8s_audit_refused_total{reason="other"} 1000\n');
  });
});

test('files that changed are read when they lie still', () => {
  let print = 'a';
  const files = new WatchedFiles(['x'], () => print);
  const looks = [files.hasChanged()];
  for (const now of ['b', 'b', 'b', 'c', 'd', 'd', 'e', 'd', 'd']) {
    print = now;
    looks.push(files.hasChanged());
  }
  expect(looks).toEqual([false, false, true, false, false, false, true, false, false, false]);
});
