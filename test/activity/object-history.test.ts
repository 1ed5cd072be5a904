import { describe, expect, it } from 'vitest';
import {
  changeLines,
  changesBetween,
  changesOfPatch,
  leavesOf,
} from '../../src/activity/object/body-diff.ts';
import { ObjectHistory } from '../../src/activity/object/object-history.ts';
import { parseObjectSpec } from '../../src/activity/object/object-spec.ts';
import { requestOf } from '../../src/activity/request.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { event } from './requests.ts';

describe('object names', () => {
  it.each([
    ['shop/deployment/web', 'shop', 'deployments', 'web'],
    ['svc/web', undefined, 'services', 'web'],
    ['networkpolicy/deny', undefined, 'networkpolicies', 'deny'],
    ['ingress/web', undefined, 'ingresses', 'web'],
    ['shop/deployments.apps/web', 'shop', 'deployments', 'web'],
  ])('%s', (text, namespace, resource, name) => {
    const spec = parseObjectSpec(text)!;
    expect(spec.namespace).toBe(namespace);
    expect(spec.resources).toContain(resource);
    expect(spec.name).toBe(name);
  });

  it.each(['web', 'a/b/c/d', '/pods/web', ''])('%j names no object', (text) => {
    expect(parseObjectSpec(text)).toBeUndefined();
  });
});

const deployment = (image: string, more: JsonObject = {}): JsonObject => ({
  kind: 'Deployment',
  metadata: { name: 'web', resourceVersion: String(image.length), generation: 2 },
  spec: { replicas: 2, template: { spec: { containers: [{ name: 'app', image, ...more }] } } },
});

const WRITE = {
  objectRef: { resource: 'deployments', namespace: 'shop', name: 'web', apiGroup: 'apps' },
  level: 'RequestResponse',
};

function history(options = { routine: false, showSecrets: false }, spec = 'shop/deploy/web') {
  const followed = new ObjectHistory(parseObjectSpec(spec)!, options);
  const add = (parts: Parameters<typeof event>[0]) => {
    const each = event({ ...WRITE, ...parts });
    return followed.add(requestOf(each), each);
  };
  return { followed, add };
}

describe('object history', () => {
  it('blames a number of replicas on who scaled, not on the next write', () => {
    const { add } = history();
    add({
      verb: 'create',
      requestObject: deployment('nginx:1'),
      responseObject: deployment('nginx:1'),
    });
    const scaled = add({
      verb: 'patch',
      objectRef: { ...WRITE.objectRef, subresource: 'scale' },
      requestObject: { spec: { replicas: 3 } },
      responseObject: { kind: 'Scale', metadata: { name: 'web' }, spec: { replicas: 3 } },
    })!;
    expect(scaled.changes).toEqual([{ path: 'spec.replicas', before: '2', after: '3' }]);
    const after = deployment('nginx:2');
    const entry = add({
      verb: 'patch',
      requestObject: {},
      responseObject: { ...after, spec: { ...(after['spec'] as JsonObject), replicas: 3 } },
    })!;
    expect(entry.changes.map(({ path }) => path)).toEqual([
      'spec.template.spec.containers[app].image',
    ]);
  });

  it.each(['exec', 'attach', 'portforward', 'proxy'])(
    'takes a request on %s for a session, whatever its verb, and for no change',
    (subresource) => {
      const { add } = history(undefined, 'shop/pod/web');
      const objectRef = { resource: 'pods', namespace: 'shop', name: 'web' };
      add({ verb: 'create', objectRef, requestObject: { kind: 'Pod', spec: { nodeName: 'n1' } } });
      for (const verb of ['get', 'create', 'delete']) {
        expect(add({ verb, objectRef: { ...objectRef, subresource } })).toMatchObject({
          isSession: true,
          note: expect.stringContaining(`${subresource} session`),
          changes: [],
        });
      }
      expect(add({ verb: 'delete', objectRef })).toMatchObject({ isSession: false });
    },
  );

  it.each([
    [
      'pod/web',
      'exec',
      '/exec?command=sh&command=-c&command=a b&container=app',
      200,
      "exec session in app: sh -c 'a b'",
    ],
    ['pod/web', 'exec', '/exec?command=sh', 403, 'refused: exec session: sh'],
    ['pod/web', 'attach', '/attach?container=app', 101, 'attach session in app'],
    ['pod/web', 'portforward', '/portforward?ports=80', 101, 'portforward session: ports 80'],
    ['svc/web', 'proxy', '/proxy/admin', 200, 'proxy session: /api/v1/x/web/proxy/admin'],
  ])('tells what ran in a session: %s %s %s %i', (spec, subresource, path, code, note) => {
    const { add } = history(undefined, `shop/${spec}`);
    const resource = spec.startsWith('svc') ? 'services' : 'pods';
    const entry = add({
      requestURI: `/api/v1/x/web${path}`,
      objectRef: { resource, namespace: 'shop', name: 'web', subresource },
      responseStatus: { code },
    });
    expect(entry).toMatchObject({ note });
  });

  it('blames a debug container on who added it', () => {
    const { add } = history(undefined, 'shop/pod/web');
    const objectRef = { resource: 'pods', namespace: 'shop', name: 'web' };
    const pod = (spec: JsonObject): JsonObject => ({
      kind: 'Pod',
      metadata: { name: 'web' },
      spec,
    });
    const debugged = { nodeName: 'n1', ephemeralContainers: [{ name: 'd', image: 'busybox' }] };
    add({ verb: 'create', objectRef, responseObject: pod({ nodeName: 'n1' }) });
    const added = add({
      verb: 'patch',
      objectRef: { ...objectRef, subresource: 'ephemeralcontainers' },
      requestObject: {},
      responseObject: pod(debugged),
    })!;
    expect(added.changes.map(({ path }) => path)).toContain('spec.ephemeralContainers[d].image');
    const labelled = { ...pod(debugged), metadata: { name: 'web', labels: { a: 'b' } } };
    const entry = add({ verb: 'patch', objectRef, requestObject: {}, responseObject: labelled })!;
    expect(entry.changes.map(({ path }) => path)).toEqual(['metadata.labels.a']);
  });

  it('shows what changed from one response to the next', () => {
    const { add } = history();
    add({ verb: 'create', responseObject: deployment('nginx:1') });
    const entry = add({ verb: 'patch', requestObject: {}, responseObject: deployment('nginx:2') })!;
    expect(entry.changes).toEqual([
      {
        path: 'spec.template.spec.containers[app].image',
        before: 'nginx:1',
        after: 'nginx:2',
      },
    ]);
  });

  it('shows what a patch asks for when nothing is known from before', () => {
    const { add } = history();
    const entry = add({ verb: 'patch', requestObject: { spec: { replicas: 5, paused: null } } })!;
    expect(entry.note).toBe('asked to set');
    expect(entry.changes.flatMap(changeLines)).toEqual(['+ spec.replicas: 5', '- spec.paused']);
  });

  it('says so when bodies were not logged', () => {
    const { add } = history();
    expect(add({ verb: 'update' })!.note).toContain('not logged');
  });

  it.each([
    [403, 'refused'],
    [409, 'failed'],
  ])('answer %d changed nothing', (code, note) => {
    const { add } = history();
    const entry = add({ verb: 'patch', requestObject: { a: 1 }, responseStatus: { code } })!;
    expect(entry.changes).toEqual([]);
    expect(entry.note).toContain(note);
  });

  it('starts anew after a deletion', () => {
    const { add } = history();
    add({ verb: 'create', responseObject: deployment('nginx:1') });
    expect(add({ verb: 'delete' })!.note).toBe('deleted');
    const entry = add({ verb: 'create', requestObject: deployment('nginx:3') })!;
    expect(entry.note).toBe('created with');
  });

  it('counts reads and routine writes instead of listing them', () => {
    const { add, followed } = history();
    expect(add({ verb: 'get' })).toBeUndefined();
    const status = { ...WRITE.objectRef, subresource: 'status' };
    expect(add({ verb: 'update', objectRef: status })).toBeUndefined();
    expect([followed.reads, followed.routine]).toEqual([1, 1]);
    expect(
      history({ routine: true, showSecrets: false }).add({ verb: 'update', objectRef: status }),
    ).toBeDefined();
  });

  it.each([
    ['another namespace', { objectRef: { ...WRITE.objectRef, namespace: 'ci' } }],
    ['another name', { objectRef: { ...WRITE.objectRef, name: 'api' } }],
    ['another kind', { objectRef: { ...WRITE.objectRef, resource: 'pods' } }],
  ])('leaves out %s', (_, parts) => {
    expect(history().add({ verb: 'delete', ...parts })).toBeUndefined();
  });

  it('hides credentials, but shows that they changed', () => {
    const secret = { objectRef: { resource: 'secrets', namespace: 'shop', name: 'db' } };
    const body = (value: string): JsonObject => ({
      metadata: { name: 'db' },
      data: { key: value },
    });
    const { add } = history(undefined, 'secret/db');
    add({ ...secret, verb: 'create', responseObject: body('b25l') });
    const entry = add({ ...secret, verb: 'update', responseObject: body('dHdv') })!;
    expect(entry.changes).toEqual([
      { path: 'data.key', before: '[redacted]', after: '[redacted]' },
    ]);
    const env = (value: string) => deployment('x', { env: [{ name: 'WORD', value }] });
    const other = history();
    other.add({ verb: 'create', responseObject: env('hunter1') });
    const changed = other.add({ verb: 'update', responseObject: env('hunter2') })!;
    expect(JSON.stringify(changed.changes)).not.toContain('hunter');
    const shown = history({ routine: false, showSecrets: true });
    shown.add({ verb: 'create', responseObject: env('hunter1') });
    expect(
      JSON.stringify(shown.add({ verb: 'update', responseObject: env('hunter2') })!.changes),
    ).toContain('hunter2');
  });
});

describe('differences', () => {
  it('ignore what changes with every write', () => {
    const before = leavesOf({
      metadata: { resourceVersion: '1', managedFields: [1] },
      status: { a: 1 },
    });
    const after = leavesOf({
      metadata: { resourceVersion: '2', managedFields: [2] },
      status: { a: 2 },
    });
    expect(changesBetween(before, after)).toEqual([]);
  });

  it('show only the lines that differ of a long text', () => {
    const lines = changeLines({ path: 'data.x', before: 'a\nb', after: 'a\nc' });
    expect(lines).toEqual(['~ data.x:', '  - b', '  + c']);
  });

  it('tell long values apart that begin alike', () => {
    const long = (end: string) => leavesOf({ a: 'x'.repeat(9000) + end });
    expect(changesBetween(long('1'), long('2'))).toHaveLength(1);
  });

  it('read the operations of a JSON patch', () => {
    const patch = [
      { op: 'replace', path: '/spec/replicas', value: 3 },
      { op: 'test', path: '/x', value: 1 },
      { op: 'remove', path: '/spec/paused' },
    ];
    expect(changesOfPatch(patch).flatMap(changeLines)).toEqual([
      '+ /spec/replicas: 3',
      '- /spec/paused',
    ]);
  });

  it('are bounded', () => {
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, i]));
    const leaves = leavesOf(wide);
    expect(leaves.values.size).toBe(5000);
    expect(leaves.cut).toBe(true);
  });

  it('survive odd keys', () => {
    const odd = JSON.parse('{"__proto__":{"a":1},"constructor":2,"":3}') as JsonObject;
    expect([...leavesOf(odd).values.keys()]).toEqual(['__proto__.a', 'constructor', '[""]']);
  });
});
