import { describe, expect, it } from 'vitest';
import { rawQuery } from '../../src/fields/uri.ts';
import { readOn } from './fake-event.ts';

describe('ka.uri.param', () => {
  it.each([
    ['/x?a=1', '1'],
    ['/x?a=%41+b&a=2', 'A b'],
    ['/x?a', ''],
    ['/x?a=', ''],
    ['/x?&&a=b=c', 'b=c'],
    ['/x?%61=1', '1'],
    ['/x?a=%2B%26%3B', '+&;'],
    ['/x?a=caf%C3%A9', 'café'],
    ['/x?a=é', 'é'],
    ['/x?a=%FF', '\ufffd'],
    ['/x?a=%E2%82', '\ufffd'],
    ['/x?a=%ef%bb%bfb', '\ufeffb'],
    ['/x?a=b%00c', 'b'],
    ['/x?a=1?a=2', '1?a=2'],
    ['/x?a=1#b=%41', '1'],
    ['/x?a=1#\u0001', '1'],
    ['?a=1', '1'],
    ['x?a=1', '1'],
    ['https://h:80/x?a=1', '1'],
    ['https://u:p@h/x?a=1', '1'],
    ['https://[::1]:80/x?a=1', '1'],
    ['mailto:x%zz?a=1', '1'],
    ['//h/x?a=1', '1'],
    ['///x?a=1', '1'],
  ])('reads %j as %j', (uri, value) => {
    expect(readOn('ka.uri.param[a]', { requestURI: uri })).toBe(value);
  });

  it.each([
    '/x',
    '/x?',
    '/x?b=1',
    '/x?A=1',
    '/x?a=1;b=2',
    '/x?b=1;&a=1',
    '/x?b=%zz&a=1',
    '/x?b=%4&a=1',
    '/x?a=1&b=%',
    '/%zz?a=1',
    '/x%?a=1',
    '/x?a=1#%zz',
    '/x\u0001?a=1',
    '/x\u007f?a=1',
    '/x?a=1\0',
    ':x?a=1',
    '1:x?a=1',
    'a b:x?a=1',
    'https://[::1?a=1',
    'https://h:x/?a=1',
    'https://h h/?a=1',
    'https://%41/?a=1',
    'https://u%zz@h/?a=1',
    'https://[1.2.3.4]/?a=1',
    '*',
    '',
  ])('is missing for %j', (uri) => {
    expect(readOn('ka.uri.param[a]', { requestURI: uri })).toBeUndefined();
  });

  it('takes a URI that is no string as its JSON text', () => {
    expect(readOn('ka.uri.param[a]', { requestURI: null })).toBeUndefined();
    expect(readOn('ka.uri.param[a]', { requestURI: ['/x?a=1'] })).toBe('1"]');
    expect(readOn('ka.uri.param[a]', {})).toBeUndefined();
  });

  it('finds a parameter with an empty key', () => {
    expect(readOn('ka.uri.param[]', { requestURI: '/x?=1' })).toBe('1');
  });

  it('reads a long URI in one pass', () => {
    const requestURI = `/x?${'b=%41&'.repeat(100_000)}a=1`;
    expect(readOn('ka.uri.param[a]', { requestURI })).toBe('1');
    expect(rawQuery(`${'a'.repeat(1_000_000)}%`)).toBeUndefined();
  });
});

describe('kx.command', () => {
  const requestURI =
    '/api/v1/namespaces/n/pods/p/exec?command=sh&command=-c&command=cat+%2Fetc&tty=true';

  it('lists every command parameter in order', () => {
    expect(readOn('kx.command', { requestURI })).toEqual(['sh', '-c', 'cat /etc']);
    expect(readOn('kx.command.line', { requestURI })).toBe('sh -c cat /etc');
  });

  it.each(['/x', '/x?command=a;b', '/x?command=%zz'])('is missing for %j', (uri) => {
    expect(readOn('kx.command', { requestURI: uri })).toBeUndefined();
    expect(readOn('kx.command.line', { requestURI: uri })).toBeUndefined();
  });
});
