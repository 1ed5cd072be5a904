import { describe, expect, it } from 'vitest';
import { checkFieldArgument } from '../../src/fields/argument.ts';
import { findField } from '../../src/fields/catalog.ts';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';
import { readOn } from './fake-event.ts';

describe('kx.created', () => {
  it.each<[JsonObject, string]>([
    [{ verb: 'create' }, 'true'],
    [{ verb: 'create', responseStatus: { code: 403 } }, 'true'],
    [{ verb: 'patch', responseStatus: { code: 201 } }, 'true'],
    [{ verb: 'update', responseStatus: { code: 201 } }, 'true'],
    [{ verb: 'patch', responseStatus: { code: 200 } }, 'false'],
    [{ verb: 'patch' }, 'false'],
    [{ verb: 'get', responseStatus: { code: 201 } }, 'false'],
    [{ verb: ['create'] }, 'false'],
    [{}, 'false'],
  ])('of %j is %s', (members, expected) => {
    expect(readOn('kx.created', members)).toBe(expected);
  });
});

describe('kx.outcome', () => {
  const forbid = { 'authorization.k8s.io/decision': 'forbid' };

  it.each<[JsonObject, string]>([
    [{ responseStatus: { code: 200 } }, 'allowed'],
    [{ responseStatus: { code: 101 } }, 'allowed'],
    [{ responseStatus: { code: 302 } }, 'allowed'],
    [{ responseStatus: { code: 401 } }, 'denied'],
    [{ responseStatus: { code: 403 } }, 'denied'],
    [{ responseStatus: { code: 404 } }, 'failed'],
    [{ responseStatus: { code: 500 } }, 'failed'],
    [{ responseStatus: { code: 0 } }, 'unknown'],
    [{ responseStatus: { code: '200' } }, 'unknown'],
    [{ responseStatus: null }, 'unknown'],
    [{}, 'unknown'],
    [{ annotations: forbid }, 'denied'],
    [{ annotations: forbid, responseStatus: { code: 200 } }, 'denied'],
  ])('of %j is %s', (members, expected) => {
    expect(readOn('kx.outcome', members)).toBe(expected);
  });
});

describe('kx.body', () => {
  it.each<[JsonObject, string]>([
    [{ requestObject: {} }, 'true'],
    [{ requestObject: [] }, 'true'],
    [{ requestObject: null }, 'false'],
    [{}, 'false'],
  ])('of %j is %s', (members, expected) => {
    expect(readOn('kx.body', members)).toBe(expected);
  });
});

describe('kx.source_ip.public', () => {
  it.each<[JsonValue, string | undefined]>([
    [['10.0.0.1', '8.8.8.8'], 'true'],
    [['8.8.8.8', '10.0.0.1'], 'false'],
    [['203.0.113.7'], 'true'],
    [['172.15.0.1'], 'true'],
    [['172.16.0.1'], 'false'],
    [['172.31.255.255'], 'false'],
    [['172.32.0.1'], 'true'],
    [['192.168.1.1'], 'false'],
    [['127.0.0.1'], 'false'],
    [['169.254.169.254'], 'false'],
    [['100.63.0.1'], 'true'],
    [['100.64.0.1'], 'false'],
    [['100.127.255.255'], 'false'],
    [['100.128.0.1'], 'true'],
    [['0.0.0.0'], 'false'],
    [['::1'], 'false'],
    [['::'], 'false'],
    [['::2'], 'true'],
    [['fe80::1'], 'false'],
    [['fe80::1%eth0'], 'false'],
    [['febf::'], 'false'],
    [['fec0::'], 'true'],
    [['fc00::1'], 'false'],
    [['fdff:1:2:3:4:5:6:7'], 'false'],
    [['2001:db8::1'], 'true'],
    [['2A00:1450:4001:81b::200e'], 'true'],
    [['::ffff:10.0.0.1'], 'false'],
    [['::ffff:8.8.8.8'], 'true'],
    [['::ffff:0a00:0001'], 'false'],
    [['1:2:3:4:5:6:7'], undefined],
    [['1:2:3:4:5:6:7:8:9'], undefined],
    [['1::2::3'], undefined],
    [[':1:2:3:4:5:6:7'], undefined],
    [['1:2:3:4:5:6:7:8::'], undefined],
    [['12345::'], undefined],
    [['256.1.1.1'], undefined],
    [['1.1.1'], undefined],
    [['01.1.1.1'], undefined],
    [['1.2.3.4::'], undefined],
    [['x'], undefined],
    [[''], undefined],
    [[8], undefined],
    [[], undefined],
    ['8.8.8.8', undefined],
    [null, undefined],
  ])('of %j is %j', (sourceIPs, expected) => {
    expect(readOn('kx.source_ip.public', { sourceIPs })).toBe(expected);
  });
});

describe('kx.source_ip.within', () => {
  it.each<[string, JsonValue, string | undefined]>([
    ['198.51.100.0/24', ['198.51.100.7'], 'true'],
    ['198.51.100.0/24', ['198.51.101.7'], 'false'],
    ['198.51.100.77/24', ['198.51.100.7'], 'true'],
    ['198.51.100.0/25', ['198.51.100.127'], 'true'],
    ['198.51.100.0/25', ['198.51.100.128'], 'false'],
    ['198.51.100.4/31', ['198.51.100.5'], 'true'],
    ['198.51.100.4/31', ['198.51.100.6'], 'false'],
    ['10.0.0.0/8', ['8.8.8.8', '10.255.0.1'], 'true'],
    ['10.0.0.0/8', ['10.255.0.1', '8.8.8.8'], 'true'],
    ['0.0.0.0/0', ['203.0.113.9'], 'true'],
    ['0.0.0.0/0', ['2001:db8::1'], 'false'],
    ['10.0.0.0/8', ['::ffff:10.1.2.3'], 'true'],
    ['::ffff:10.0.0.0/8', ['10.1.2.3'], 'true'],
    ['2001:db8::/32', ['2001:DB8:1::5'], 'true'],
    ['2001:db8::/32', ['2001:db9::5'], 'false'],
    ['2001:db8::/33', ['2001:db8:8000::5'], 'false'],
    ['fe80::/10', ['fe80::1%eth0'], 'true'],
    ['10.0.0.0/8', ['x', '', 8], 'false'],
    ['10.0.0.0/8', [], 'false'],
    ['10.0.0.0/8', '10.0.0.1', undefined],
    ['10.0.0.0/8', null, undefined],
  ])('[%s] of %j is %j', (network, sourceIPs, expected) => {
    expect(readOn(`kx.source_ip.within[${network}]`, { sourceIPs })).toBe(expected);
  });

  it.each([
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0/8',
    '::/129',
    '10.0.0.0/-1',
    '10.0.0.0/8x',
    'x/8',
    '',
  ])('takes no %j', (network) => {
    expect(checkFieldArgument(findField('kx.source_ip.within')!, network)).toMatch(/no network/);
  });
});

describe('kx.proxy.path', () => {
  it.each([
    ['/api/v1/nodes/n/proxy/metrics?x=/proxy/run', '/metrics'],
    ['/api/v1/nodes/n/proxy', '/'],
    ['/api/v1/nodes/n/proxy/', '/'],
    ['/api/v1/nodes/https:n:10250/proxy/%72un/a/b/c', '/run/a/b/c'],
    ['/api/v1/nodes/n/%70roxy/%2572un', '/run'],
    ['//api//v1/nodes/n/proxy//run', '/run'],
    ['/api/v1/nodes/n/proxy/stats/../run', '/run'],
    ['/api/v1/proxy/nodes/n/run/a', '/run/a'],
    ['/api/v1/namespaces/s/services/http:web:80/proxy/admin', '/admin'],
    ['/api/v1/namespaces/s/pods/web/proxy/%', '/%'],
    ['/api/v1/namespaces/s/pods/web', undefined],
    ['/api/v1/namespaces/s/configmaps/web/proxy/run', undefined],
    ['/x?y=/api/v1/nodes/n/proxy/run', undefined],
  ])('of %s is %j', (requestURI, expected) => {
    expect(readOn('kx.proxy.path', { requestURI })).toBe(expected);
  });

  it('is missing without a URI', () => {
    expect(readOn('kx.proxy.path', {})).toBeUndefined();
  });
});
