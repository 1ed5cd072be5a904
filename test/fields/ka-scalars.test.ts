import { describe, expect, it } from 'vitest';
import { auditEvent, bind, FakeEvent, read, readOn } from './fake-event.ts';

describe('ka scalars', () => {
  it.each([
    ['ka.verb', { verb: 'get' }, 'get'],
    ['ka.verb', { verb: '' }, ''],
    ['ka.verb', { verb: null }, 'null'],
    ['ka.verb', { verb: 5 }, '5'],
    ['ka.verb', { verb: { a: [1, true] } }, '{"a":[1,true]}'],
    ['ka.verb', { verb: 'a\0b' }, 'a'],
    ['ka.user.name', { user: { username: 'alice' } }, 'alice'],
    ['ka.user.name', { user: [{ username: 'alice' }] }, undefined],
    ['ka.user.name', { user: 'alice' }, undefined],
    ['ka.user.name', { user: null }, undefined],
    ['ka.response.code', { responseStatus: { code: 201 } }, '201'],
    ['ka.auth.decision', { annotations: { 'authorization.k8s.io/decision': 'allow' } }, 'allow'],
    ['ka.cluster.name', { annotations: { cluster_name: 'c' } }, 'c'],
    ['ka.req.configmap.name', { objectRef: { resource: 'pods', name: 'n' } }, 'n'],
    ['ka.req.configmap.obj', { requestObject: { data: { b: 1, a: null } } }, '{"b":1,"a":null}'],
    ['ka.req.pod.host_network', { requestObject: { spec: { hostNetwork: true } } }, 'true'],
    ['ka.req.container.host_network', { requestObject: { spec: { hostNetwork: false } } }, 'false'],
    ['ka.resp.name', { responseObject: { metadata: {} } }, undefined],
  ])('reads %s from %j as %j', (field, members, expected) => {
    expect(readOn(field, members)).toBe(expected);
  });

  it('does not see inherited names', () => {
    expect(readOn('ka.user.name', { user: {} })).toBeUndefined();
    expect(read('jevt.value[/constructor]', auditEvent({}))).toBeUndefined();
    expect(read('jevt.value[/__proto__/toString]', auditEvent({}))).toBeUndefined();
    const hostile = JSON.parse('{"auditID":"a","__proto__":{"verb":"get"}}') as never;
    expect(read('ka.verb', new FakeEvent(hostile))).toBeUndefined();
    expect(read('jevt.value[/__proto__/verb]', new FakeEvent(hostile))).toBe('get');
  });

  it('reads events without an auditID as others', () => {
    const members = { verb: 'create', requestURI: '/x?a=1', objectRef: { resource: 'pods' } };
    const event = new FakeEvent(members);
    expect(read('ka.verb', event)).toBe('create');
    expect(read('ka.uri.param[a]', event)).toBe('1');
    expect(read('ka.target.resource', event)).toBe('pods');
    expect(read('ka.auditid', event)).toBeUndefined();
  });

  it('offers the path of plain lookups', () => {
    expect(bind('ka.verb').path).toEqual(['verb']);
    expect(bind('ka.auth.decision').path).toEqual(['annotations', 'authorization.k8s.io/decision']);
    expect(bind('ka.uri.param[a]').path).toBeUndefined();
    expect(bind('ka.target.pod.name').path).toBeUndefined();
    expect(bind('jevt.value[/stage]')).toMatchObject({ path: ['stage'] });
  });
});

describe('ka.target.pod.name', () => {
  const responseObject = { metadata: { name: 'rn' } };

  it.each([
    [{ resource: 'pods', name: 'n' }, 'rn'],
    [{ resource: 'pods', subresource: '' }, 'rn'],
    [{ resource: 'pods', subresource: null }, 'rn'],
    [{ resource: 'pods', subresource: 'exec' }, undefined],
    [{ resource: 'services' }, undefined],
    [['pods'], undefined],
    [null, undefined],
  ])('with objectRef %j is %j', (objectRef, expected) => {
    expect(readOn('ka.target.pod.name', { objectRef, responseObject })).toBe(expected);
  });

  it('does not fall back to the name of the reference', () => {
    const objectRef = { resource: 'pods', name: 'n' };
    expect(readOn('ka.target.pod.name', { objectRef })).toBeUndefined();
  });
});

describe('lists at a path', () => {
  it.each([
    [
      ['g1', 'g2'],
      ['g1', 'g2'],
    ],
    [
      ['', 'x\0y'],
      ['', 'x'],
    ],
    [
      [null, true, 1.5, { a: 1 }, ['b']],
      ['null', 'true', '1.5', '{"a":1}', '["b"]'],
    ],
    [[], undefined],
    ['g1', undefined],
    [{ 0: 'g1' }, undefined],
    [null, undefined],
  ])('reads the groups %j as %j', (groups, expected) => {
    expect(readOn('ka.user.groups', { user: { groups } })).toEqual(expected);
  });

  it.each([
    ['ka.sourceips', ['1.1.1.1', '2.2.2.2'], ['1.1.1.1', '2.2.2.2']],
    ['ka.sourceips[1]', ['1.1.1.1', '2.2.2.2'], ['2.2.2.2']],
    ['ka.sourceips[2]', ['1.1.1.1', '2.2.2.2'], undefined],
    ['ka.sourceips[18446744073709551615]', ['1.1.1.1'], undefined],
    ['ka.sourceips', [], undefined],
    ['ka.sourceips', '1.1.1.1', undefined],
    ['ka.sourceips', [null], ['null']],
  ])('reads %s from %j as %j', (field, sourceIPs, expected) => {
    expect(readOn(field, { sourceIPs })).toEqual(expected);
  });

  it('does not take addresses from the rules of a role', () => {
    const requestObject = { rules: [{ sourceIPs: ['9.9.9.9'] }] };
    expect(readOn('ka.sourceips', { requestObject })).toBeUndefined();
  });

  it.each(['ka.req.service.ports', 'ka.req.service.ports[0]', 'ka.req.service.ports[5]'])(
    '%s is one JSON text',
    (field) => {
      const requestObject = { spec: { ports: [{ port: 80 }, { port: 81 }] } };
      expect(readOn(field, { requestObject })).toEqual(['[{"port":80},{"port":81}]']);
    },
  );
});
