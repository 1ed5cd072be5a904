import { describe, expect, it } from 'vitest';
import { durationText, SESSION_LIST, sessionOf } from '../../src/activity/request/sessions.ts';
import { quoteWords } from '../../src/util/quote-words.ts';
import { at, event, request } from './requests.ts';

const EXEC = {
  requestURI:
    '/api/v1/namespaces/shop/pods/web/exec?command=sh&command=-c&command=echo+a%26b&container=app&stdin=true&tty=1',
  objectRef: { resource: 'pods', namespace: 'shop', name: 'web', subresource: 'exec' },
};

describe('sessions', () => {
  it('decodes the whole command, and knows container and flags', () => {
    expect(sessionOf(request(EXEC), undefined)).toMatchObject({
      kind: 'exec',
      pod: 'web',
      container: 'app',
      command: ['sh', '-c', 'echo a&b'],
      tty: true,
      stdin: true,
    });
  });

  it('lasts from the start of the connection to its end', () => {
    const complete = { ...request(EXEC), started: at('10:00:00.2') };
    expect(sessionOf(complete, undefined)).toMatchObject({
      start: at('10:00:00.2'),
      end: at('10:00:01'),
    });
  });

  it('has no end while it is open', () => {
    const open = sessionOf(request({ ...EXEC, stage: 'ResponseStarted' }), undefined);
    expect(open!.end).toBeUndefined();
  });

  it('finds debug pods on nodes, with what the body tells', () => {
    const objectRef = { resource: 'pods', namespace: 'default', name: 'node-debugger-n1-7xk2p' };
    const created = { verb: 'create', objectRef, responseStatus: { code: 201 } };
    const spec = { nodeName: 'n1', containers: [{ name: 'debugger', image: 'busybox' }] };
    expect(sessionOf(request(created), undefined)).toMatchObject({
      kind: 'debug',
      pod: 'node-debugger-n1-7xk2p',
      container: undefined,
    });
    expect(
      sessionOf(request(created), event({ ...created, requestObject: { spec } })),
    ).toMatchObject({
      container: 'on node n1 (busybox)',
    });
    expect(sessionOf(request({ ...created, verb: 'get' }), undefined)).toBeUndefined();
    const other = { ...created, objectRef: { ...objectRef, name: 'web' } };
    expect(sessionOf(request(other), undefined)).toBeUndefined();
  });

  it('finds commands that go to the kubelet through the proxy of a node', () => {
    const uri = '/api/v1/nodes/n1/proxy/run/payments/api-0/app?cmd=id';
    const proxied = request({
      requestURI: uri,
      objectRef: { resource: 'nodes', name: 'n1', subresource: 'proxy' },
    });
    expect(sessionOf(proxied, undefined)).toMatchObject({
      kind: 'kubelet',
      pod: 'payments/api-0',
      container: 'app',
      command: ['id'],
    });
  });

  it('takes image and command of a debug container from the request body', () => {
    const patch = {
      verb: 'patch',
      objectRef: { resource: 'pods', name: 'web', subresource: 'ephemeralcontainers' },
      requestObject: {
        spec: {
          ephemeralContainers: [{ name: 'dbg', image: 'busybox', command: ['sh'], tty: true }],
        },
      },
    };
    expect(sessionOf(request(patch), event(patch))).toMatchObject({
      kind: 'debug',
      container: 'dbg (busybox)',
      command: ['sh'],
      tty: true,
    });
    expect(sessionOf(request(patch), undefined)).toMatchObject({ kind: 'debug', command: [] });
  });

  it.each([
    ['reading a pod', {}],
    [
      'metrics through the proxy of a node',
      {
        requestURI: '/api/v1/nodes/n1/proxy/metrics',
        objectRef: { resource: 'nodes', name: 'n1', subresource: 'proxy' },
      },
    ],
    [
      'reading ephemeral containers',
      { objectRef: { resource: 'pods', subresource: 'ephemeralcontainers' } },
    ],
  ])('%s is no session', (_, parts) => {
    expect(sessionOf(request(parts), undefined)).toBeUndefined();
  });
});

describe('the list of sessions for programs', () => {
  const valueOf = (key: string, parts: Parameters<typeof request>[0]) =>
    SESSION_LIST.columns
      .find((column) => column.key === key)!
      .value(sessionOf(request({ ...EXEC, ...parts }), undefined)!);

  it('calls a session open of which neither start nor end is logged, as tables do', () => {
    const parts = { stage: 'RequestReceived', responseStatus: undefined };
    expect(valueOf('result', parts)).toBe('open');
    expect(valueOf('result', { responseStatus: { code: 403 } })).toBe('denied');
  });

  it('has no length below 0 where the clock was set back', () => {
    expect(valueOf('duration_seconds', { stageTimestamp: '2026-03-01T09:59:59.000000Z' })).toBe(0);
  });
});

it.each([
  [0n, '0 ms'],
  [49_900_000n, '49 ms'],
  [999_999_999n, '999 ms'],
  [1_000_000_000n, '1.0 s'],
  [1_250_000_000n, '1.3 s'],
  [59_940_000_000n, '59.9 s'],
  [59_999_000_000n, '1 min 0 s'],
  [119_000_000_000n, '1 min 59 s'],
  [-1_000_000_000n, '0 ms'],
  [200_000_000_000n, '3 min 20 s'],
  [7_500_000_000_000n, '2 h 5 min'],
  [180_000_000_000_000n, '2 d 2 h'],
])('%d ns is %s', (length, text) => {
  expect(durationText(length)).toBe(text);
});

it.each([
  [['ls', '-l', '/tmp'], 'ls -l /tmp'],
  [['sh', '-c', "echo 'x' > y"], String.raw`sh -c 'echo '\''x'\'' > y'`],
  [['', 'a b'], "'' 'a b'"],
])('%j is written %s', (words, text) => {
  expect(quoteWords(words)).toBe(text);
});
