import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';
import { readOn } from './fake-event.ts';

describe('kx.source_ip.network', () => {
  it.each<[JsonValue, string | undefined]>([
    [['203.0.113.7', '198.51.100.255'], '198.51.100.0/24'],
    [['::ffff:198.51.100.1'], '198.51.100.0/24'],
    [['2001:db8:1:2::3'], '2001:db8:1::/48'],
    [['2001:0DB8:0001::'], '2001:db8:1::/48'],
    [['fe80::1%eth0'], 'fe80:0:0::/48'],
    [['::1'], '0:0:0::/48'],
    [['198.51.100.7', 'x'], undefined],
    [['198.51.100.300'], undefined],
    [[], undefined],
    [[7], undefined],
    ['198.51.100.7', undefined],
  ])('of %j is %s', (sourceIPs, expected) => {
    expect(readOn('kx.source_ip.network', { sourceIPs })).toBe(expected);
  });
});

describe('kx.useragent.name', () => {
  it.each<[JsonValue, string | undefined]>([
    ['kubectl/v1.34.1 (linux/amd64)', 'kubectl'],
    ['kubectl', 'kubectl'],
    ['Mozilla 5.0', 'Mozilla'],
    ['/x', undefined],
    ['', undefined],
    [' x', undefined],
  ])('of %j is %s', (userAgent, expected) => {
    expect(readOn('kx.useragent.name', { userAgent })).toBe(expected);
  });
});

describe('the user', () => {
  it.each<[string, string | undefined]>([
    ['system:serviceaccount:shop:web', 'shop'],
    ['system:serviceaccount::web', undefined],
    ['system:serviceaccount:shop', undefined],
    ['shop:web', undefined],
  ])('%s is of the namespace %s', (username, expected) => {
    expect(readOn('kx.user.namespace', { user: { username } })).toBe(expected);
  });

  it.each<[JsonValue, string | undefined]>([
    [['JTI=1', 'JTI=2'], 'JTI=1'],
    [[], undefined],
    ['JTI=1', undefined],
    [[1], undefined],
  ])('with the extra values %j has the credential and the pod %s', (values, expected) => {
    const extra = {
      'authentication.kubernetes.io/credential-id': values,
      'authentication.kubernetes.io/pod-name': values,
    };
    expect(readOn('kx.user.credential', { user: { extra } })).toBe(expected);
    expect(readOn('kx.user.pod', { user: { extra } })).toBe(expected);
    expect(readOn('kx.user.pod', { user: {} })).toBe(undefined);
  });
});

describe('kx.target.name', () => {
  it.each<[JsonObject, string | undefined]>([
    [{ objectRef: { name: 'a' }, responseObject: { metadata: { name: 'b' } } }, 'a'],
    [{ objectRef: {}, responseObject: { metadata: { name: 'b' } } }, 'b'],
    [{ objectRef: {} }, undefined],
  ])('of %j is %s', (members, expected) => {
    expect(readOn('kx.target.name', members)).toBe(expected);
  });
});

describe('kx.target.resource', () => {
  it.each<[JsonObject, string | undefined]>([
    [{ resource: 'pods' }, 'pods'],
    [{ resource: 'pods', subresource: 'exec' }, 'pods/exec'],
    [{ subresource: 'exec' }, undefined],
  ])('of %j is %s', (objectRef, expected) => {
    expect(readOn('kx.target.resource', { objectRef })).toBe(expected);
  });
});

describe('kx.binding.users', () => {
  const subjects: JsonValue = [
    { kind: 'User', name: 'eve' },
    { kind: 'Group', name: 'all' },
    { kind: 'ServiceAccount', namespace: 'shop', name: 'web' },
    { kind: 'ServiceAccount', name: 'nowhere' },
    { kind: 'User' },
    'eve',
  ];
  const users = ['eve', 'system:serviceaccount:shop:web'];

  it.each<[JsonObject, readonly string[] | undefined]>([
    [{ requestObject: { subjects } }, users],
    [{ responseObject: { subjects } }, users],
    [{ requestObject: { subjects: [] }, responseObject: { subjects } }, undefined],
    [{ requestObject: { subjects: [{ kind: 'Group', name: 'all' }] } }, undefined],
    [{ requestObject: { subjects: 'x' } }, undefined],
    [{}, undefined],
  ])('of %j are %j', (members, expected) => {
    expect(readOn('kx.binding.users', members)).toEqual(expected);
  });
});
