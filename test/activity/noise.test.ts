import { expect, it } from 'vitest';
import { NoiseCounter, noiseKind } from '../../src/activity/noise.ts';
import { request } from './requests.ts';

const by = (username: string, resource: string, more = {}) =>
  request({ user: { username }, objectRef: { resource }, ...more });

it.each([
  ['health checks', request({ objectRef: undefined, requestURI: '/readyz?verbose' }), 'health'],
  [
    'metrics that machines read',
    request({
      user: { username: 'system:serviceaccount:monitoring:prometheus' },
      objectRef: undefined,
      requestURI: '/metrics',
    }),
    'health',
  ],
  [
    'controllers that no list names yet',
    by('system:serviceaccount:kube-system:new-controller', 'pods', {
      userAgent: 'kube-controller-manager/v1.60.0 (linux/amd64) kubernetes/1234567',
    }),
    'controllers',
  ],
  ['discovery', request({ objectRef: undefined, requestURI: '/apis/apps/v1' }), 'discovery'],
  ['leases of controllers', by('system:serviceaccount:x:op', 'leases'), 'leases'],
  ['kubelets and their pods', by('system:node:n1', 'pods'), 'kubelet'],
  ['controllers', by('system:kube-scheduler', 'pods'), 'controllers'],
  [
    'controllers of the controller manager',
    by('system:serviceaccount:kube-system:job-controller', 'jobs'),
    'controllers',
  ],
  ['watches of add-ons', by('system:serviceaccount:x:op', 'pods', { verb: 'watch' }), 'watches'],
  ['access reviews', by('system:serviceaccount:x:op', 'tokenreviews'), 'reviews'],
  ['cluster events', by('system:serviceaccount:x:op', 'events', { verb: 'create' }), 'events'],
])('hides %s', (_, each, kind) => {
  expect(noiseKind(each)).toBe(kind);
});

it.each([
  ['people', by('alice', 'pods')],
  ['people who read metrics', request({ objectRef: undefined, requestURI: '/metrics' })],
  ['add-ons of kube-system', by('system:serviceaccount:kube-system:new-controller', 'pods')],
  ['people who watch', by('alice', 'pods', { verb: 'watch' })],
  ['people and leases', by('alice', 'leases')],
  ['kubelets that read secrets', by('system:node:n1', 'secrets')],
  ['add-ons that watch secrets', by('system:serviceaccount:x:op', 'secrets', { verb: 'watch' })],
  ['add-ons that write', by('system:serviceaccount:x:op', 'deployments', { verb: 'patch' })],
  ['refused controllers', by('system:kube-scheduler', 'pods', { responseStatus: { code: 403 } })],
  ['deleted events', by('system:serviceaccount:x:op', 'events', { verb: 'delete' })],
  ['anonymous users', by('system:anonymous', 'pods', { verb: 'watch' })],
  [
    'who acts as a controller',
    by('alice', 'pods', { impersonatedUser: { username: 'system:kube-scheduler' } }),
  ],
])('shows %s', (_, each) => {
  expect(noiseKind(each)).toBeUndefined();
});

it('counts noise by kind, most first', () => {
  const counter = new NoiseCounter();
  for (const kind of ['leases', 'health', 'leases'] as const) counter.add(kind);
  expect(counter.total).toBe(3);
  expect(counter.rows().map(({ kind, count }) => `${kind} ${count}`)).toEqual([
    'leases 2',
    'health 1',
  ]);
});
