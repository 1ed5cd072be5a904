import { describe, expect, it } from 'vitest';
import { readOn } from './fake-event.ts';

describe('binding subjects', () => {
  const subjects = [
    { kind: 'User', name: 'alice' },
    { kind: 'Group', name: 'devs', namespace: 'x' },
    { kind: 'ServiceAccount', name: 'sa', namespace: 'ns' },
    { kind: 'ServiceAccount', name: 'bare' },
    { kind: 'User' },
    { name: 'nobody' },
    { kind: 'User', name: null },
    { kind: ['User'], name: 'list' },
    'User',
    null,
    ['User'],
  ];
  const members = { requestObject: { subjects } };

  it.each([
    ['ka.req.binding.subjects.user_names', ['alice', 'null']],
    ['ka.req.binding.subjects.group_names', ['devs']],
    ['ka.req.binding.subjects.serviceaccount_names', ['sa', 'bare']],
    ['ka.req.binding.subjects.serviceaccount_ns_names', ['ns:sa']],
  ])('%s', (field, expected) => {
    expect(readOn(field, members)).toEqual(expected);
  });

  it('gives each subject as JSON text', () => {
    const two = [{ kind: 'User', name: 'a' }, 'x'];
    expect(readOn('ka.req.binding.subjects', { requestObject: { subjects: two } })).toEqual([
      '{"kind":"User","name":"a"}',
      'x',
    ]);
  });

  it.each([[[]], [{}], ['x'], [null], [[{ kind: 'Group', name: 'g' }]]])(
    'has no user names in %j',
    (value) => {
      const field = 'ka.req.binding.subjects.user_names';
      expect(readOn(field, { requestObject: { subjects: value } })).toBeUndefined();
    },
  );

  it('has_name is always true', () => {
    expect(readOn('ka.req.binding.subject.has_name[x]', {})).toBe('true');
  });
});

describe('role rules', () => {
  it.each([
    ['ka.req.role.rules.verbs', ['get', 'list', '*', '{"a":1}']],
    ['ka.req.role.rules.verbs[0]', ['get', 'list']],
    ['ka.req.role.rules.verbs[1]', undefined],
    ['ka.req.role.rules.verbs[3]', ['*', '{"a":1}']],
    ['ka.req.role.rules.verbs[9]', undefined],
    ['ka.req.role.rules.resources', ['pods']],
    ['ka.req.role.rules.apiGroups', undefined],
    ['ka.req.role.rules.nonResourceURLs', ['/x']],
  ])('%s over odd rules', (field, expected) => {
    const rules = [
      { verbs: ['get', 'list'], resources: ['pods'], apiGroups: [] },
      { verbs: 'bad', nonResourceURLs: ['/x'] },
      {},
      { verbs: ['*', { a: 1 }] },
      null,
      'x',
    ];
    expect(readOn(field, { requestObject: { rules } })).toEqual(expected);
  });

  it('keeps the text of whole rules', () => {
    const rules = [{ verbs: ['get'] }, 1];
    expect(readOn('ka.req.role.rules', { requestObject: { rules } })).toEqual([
      '{"verbs":["get"]}',
      '1',
    ]);
    expect(readOn('ka.req.role.rules', { requestObject: { rules: {} } })).toBeUndefined();
  });

  it('maps over arrays on the way', () => {
    const requestObject = [{ rules: [{ verbs: ['get'] }] }, {}, { rules: { verbs: ['put'] } }];
    expect(readOn('ka.req.role.rules.verbs', { requestObject })).toEqual(['get', 'put']);
    expect(readOn('ka.req.role.rules.verbs[0]', { requestObject })).toEqual(['get']);
    expect(readOn('ka.req.role.rules.verbs[2]', { requestObject })).toEqual(['put']);
    expect(readOn('ka.req.role.rules.verbs[1]', { requestObject })).toBeUndefined();
  });
});
