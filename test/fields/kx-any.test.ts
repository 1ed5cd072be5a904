import { describe, expect, it } from 'vitest';
import { findField } from '../../src/fields/catalog.ts';
import { eventOf, fires, loadError, rule } from '../helpers.ts';

const EVENT = {
  auditID: 'a',
  verb: 'create',
  user: { groups: ['dev', 'System:masters'] },
  sourceIPs: ['10.1.2.3', '2001:db8::7', 'nowhere'],
  userAgent: null,
  responseStatus: { code: 403 },
  requestObject: {
    spec: {
      containers: [{ image: 'a:1', command: ['sh', '-c'] }, { image: 'b:2' }, { name: 'x' }, null],
      replicas: 10,
      big: '1e3',
      empty: [],
      nul: 'a\0b',
      set: { a: 1 },
    },
  },
};

const read = (pointer: string): unknown =>
  findField('kx.any')!.bind(pointer, { timezone: 'UTC', hostname: 'h' }).read(eventOf(EVENT));

describe('kx.any', () => {
  it.each([
    ['/verb', ['create']],
    ['/user/groups', ['dev', 'System:masters']],
    ['/user/groups/1', ['System:masters']],
    ['/userAgent', undefined],
    ['/nothing', undefined],
    ['/verb/below', undefined],
    ['/requestObject/spec/containers/image', ['a:1', 'b:2']],
    ['/requestObject/spec/containers/1/image', ['b:2']],
    ['/requestObject/spec/containers/7/image', undefined],
    ['/requestObject/spec/containers/command', ['sh', '-c']],
    ['/requestObject/spec/empty', undefined],
    ['/requestObject/spec/nul', ['a']],
    ['/requestObject/spec/set', ['{"a":1}']],
    ['/requestObject/spec/replicas', ['10']],
    ['', [JSON.stringify(EVENT)]],
  ])('%s', (pointer, values) => {
    expect(read(pointer)).toEqual(values);
  });
});

describe('operators on values that are compared one by one', () => {
  it.each([
    ['kx.any[/user/groups] = dev', true],
    ['kx.any[/user/groups] in (dev, x)', true],
    ['kx.any[/user/groups] intersects (x)', false],
    ['kx.any[/user/groups] != dev', true],
    ['kx.any[/user/groups] startswith "system:"', false],
    ['tolower(kx.any[/user/groups]) startswith "system:"', true],
    ['kx.any[/user/groups] iglob "SYS*"', true],
    ['kx.any[/user/groups] contains anyof (x, master)', true],
    ['kx.any[/user/groups] regex "(?i)SYSTEM:.*"', true],
    ['kx.any[/userAgent] exists', false],
    ['kx.any[/requestObject/spec/replicas] > 9', true],
    ['kx.any[/requestObject/spec/replicas] >= 10.5', false],
    ['kx.any[/requestObject/spec/big] > 999', true],
    ['kx.any[/verb] < 5', false],
    ['kx.any[/responseStatus/code] < -1', false],
    ['kx.any[/requestObject/spec/containers/image] endswith val(kx.any[/verb])', false],
    ['kx.any[/user/groups] = val(kx.any[/user/groups])', true],
    ['kx.net[/sourceIPs] in (10.0.0.0/8)', true],
    ['kx.net[/sourceIPs] = "10.1.2.3"', true],
    ['kx.net[/sourceIPs] in (192.168.0.0/16, 2001:db8::/32)', true],
    ['kx.net[/sourceIPs] in (192.168.0.0/16)', false],
    ['kx.net[/verb] in (0.0.0.0/0, "::/0")', false],
  ])('%s is %s', async (condition, expected) => {
    expect(await fires(condition, EVENT)).toBe(expected);
  });

  it('are refused where they mean nothing', async () => {
    const net = await loadError(rule('kx.net[/sourceIPs] contains 10'));
    expect(net.message).toContain("'contains' operator not supported");
    const network = await loadError(rule('kx.net[/sourceIPs] in (10.0.0)'));
    expect(network.message).toBe('unrecognized IP network 10.0.0');
    const list = await loadError(rule('ka.user.groups startswith a'));
    expect(list.message).toContain('not supported list filters');
  });
});
