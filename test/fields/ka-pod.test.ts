import { describe, expect, it } from 'vitest';
import { imageRepository } from '../../src/fields/ka-containers.ts';
import type { JsonValue } from '../../src/json/value.ts';
import { readOn } from './fake-event.ts';

function onSpec(field: string, spec: JsonValue) {
  return readOn(field, { requestObject: { spec } });
}

function onContainers(suffix: string, containers: JsonValue) {
  return onSpec(`ka.req.pod.containers.${suffix}`, { containers });
}

const ctx = (securityContext: JsonValue) => ({ securityContext });

describe('per-container lists', () => {
  it.each<[string, JsonValue, JsonValue | undefined]>([
    ['image', [{ image: 'a' }, { image: 'b' }], ['a', 'b']],
    ['image', [{ image: 'a' }, { name: 'b' }], undefined],
    ['image[0]', [{ image: 'a' }, { name: 'b' }], ['a']],
    ['image[1]', [{ image: 'a' }, { name: 'b' }], undefined],
    ['image[2]', [{ image: 'a' }], undefined],
    ['image', [{ image: 'a' }, null], undefined],
    ['image', [{ image: null }, { image: 5 }], ['null', '5']],
    ['image', [{ image: 'a\0b' }], ['a']],
    ['image', [], undefined],
    ['image', { image: 'a' }, ['a']],
    ['image[3]', { image: 'a' }, ['a']],
    ['image', [[{ image: 'a' }], { image: 'b' }], ['a', 'b']],
    ['image', 'x', undefined],
    ['name', [{ name: 'a' }], ['a']],
    [
      'image.repository',
      [{ image: 'localhost:5000/a/b:1' }, { image: 'x@sha256:1' }],
      ['localhost:5000/a/b', 'x'],
    ],
    ['image.repository', [{ image: 'a' }, {}], undefined],
    ['command', [{ command: ['sh', '-c'] }, {}, { command: [] }], ['sh -c', '']],
    ['command', [{ command: ['sh'] }, { command: 'x' }], undefined],
    ['command[0]', [{ command: ['sh'] }, { command: 'x' }], ['sh']],
    ['command', [{ command: ['sh', null] }], undefined],
    ['command', [{ command: ['sh', 1] }], undefined],
    ['command', [{ command: null }], undefined],
    ['command', [{}], undefined],
    ['args', [{ args: ['a\0b', 'c'] }], ['a']],
    [
      'privileged',
      [ctx({ privileged: true }), {}, ctx({ privileged: false }), ctx({ privileged: 'true' })],
      ['true', 'false', 'true'],
    ],
    ['privileged', [{}], undefined],
    ['privileged[1]', [ctx({ privileged: true }), {}], undefined],
    ['allow_privilege_escalation', [ctx({ allowPrivilegeEscalation: null })], ['null']],
    ['read_only_fs', [ctx({ readOnlyRootFilesystem: true })], ['true']],
    ['run_as_user', [ctx({ runAsUser: 0 }), ctx([]), ctx({ runAsUser: 1000 })], ['0', '1000']],
    ['run_as_group', [ctx({ runAsGroup: { a: 1 } })], ['{"a":1}']],
    ['proc_mount', [ctx({ procMount: 'Unmasked' })], ['Unmasked']],
  ])('containers.%s of %j is %j', (suffix, containers, expected) => {
    expect(onContainers(suffix, containers)).toEqual(expected);
  });

  it('keeps the lists of containers apart', () => {
    const spec = {
      containers: [{ image: 'c' }],
      initContainers: [{ image: 'i' }],
      ephemeralContainers: [{ image: 'e' }],
      template: { spec: { containers: [{ image: 't' }] } },
    };
    expect(onSpec('ka.req.pod.containers.image', spec)).toEqual(['c']);
    expect(onSpec('ka.req.pod.initContainers.image', spec)).toEqual(['i']);
    expect(onSpec('ka.req.pod.ephemeralContainers.image', spec)).toEqual(['e']);
  });

  it.each<[string, JsonValue, JsonValue | undefined]>([
    ['', [{ add: ['A', 'B'] }, {}, { add: ['C'] }], ['A', 'B', 'C']],
    ['[1]', [{ add: ['A'] }, { add: ['C', 'D'] }], ['C', 'D']],
    ['[1]', [{ add: ['A'] }, {}], undefined],
    ['', [{ drop: ['A'] }], undefined],
    ['', [{ add: [] }, { add: [] }], undefined],
    ['', [{ add: 'ALL' }, { add: { a: 1 } }], ['ALL', '{"a":1}']],
    ['', [{ add: [1, null] }], ['1', 'null']],
  ])('add_capabilities%s of %j has one element per capability', (index, all, expected) => {
    const containers = (all as JsonValue[]).map((capabilities) => ctx({ capabilities }));
    expect(onContainers(`add_capabilities${index}`, containers)).toEqual(expected);
  });

  it.each<[string, JsonValue, JsonValue, JsonValue | undefined]>([
    ['', [ctx({ runAsUser: 5 }), {}], { runAsUser: 1000 }, ['5', '1000']],
    ['[0]', [ctx({ runAsUser: 5 })], {}, ['5']],
    ['[1]', [ctx({ runAsUser: 5 }), {}], { runAsUser: 7 }, ['7']],
    ['[2]', [ctx({ runAsUser: 5 }), {}], { runAsUser: 7 }, undefined],
    ['', [{}, ctx(null), ctx('x'), ctx({ runAsUser: null }), null], {}, ['0', '0', '0', '0', '0']],
    ['', [{}], 'x', ['0']],
    ['', [{}], { runAsUser: null }, ['0']],
    ['', [ctx({ runAsUser: 0 })], { runAsUser: 9 }, ['0']],
    ['', [], { runAsUser: 9 }, undefined],
    ['', {}, { runAsUser: 9 }, undefined],
    ['', null, { runAsUser: 9 }, undefined],
  ])(
    'eff_run_as_user%s of %j in a pod with %j is %j',
    (index, containers, securityContext, expected) => {
      const field = `ka.req.pod.containers.eff_run_as_user${index}`;
      expect(onSpec(field, { containers, securityContext })).toEqual(expected);
    },
  );

  it.each<[string, JsonValue, JsonValue | undefined]>([
    ['', [{ ports: [{ hostPort: 80, containerPort: 1 }, { containerPort: 9 }, {}] }], ['80', '9']],
    ['', [{ ports: [{ hostPort: null, containerPort: 1 }] }, {}], ['null']],
    ['[1]', [{ ports: [{ hostPort: 1 }, { hostPort: 2 }] }, { ports: [{ hostPort: 3 }] }], ['3']],
    ['[1]', [{ ports: [{ hostPort: 1 }, { hostPort: 2 }] }], undefined],
    ['', [{ ports: [{ hostPort: 1 }] }, { ports: {} }], undefined],
    ['', [{ ports: [[{ hostPort: 1 }], 'x', null] }], undefined],
    ['', [{ ports: [] }], undefined],
  ])('host_port%s of %j is %j', (index, containers, expected) => {
    expect(onContainers(`host_port${index}`, containers)).toEqual(expected);
  });
});

describe('the first container', () => {
  it.each<[JsonValue, string | undefined, string | undefined]>([
    [[{ image: 'r:5000/a:1' }, {}], 'r:5000/a:1', 'r:5000/a'],
    [[{ name: 'a' }, { image: 'b' }], undefined, undefined],
    [[], undefined, undefined],
    [null, undefined, undefined],
  ])('of %j', (containers, image, repository) => {
    expect(onSpec('ka.req.container.image', { containers })).toBe(image);
    expect(onSpec('ka.req.container.image.repository', { containers })).toBe(repository);
  });

  it.each<[JsonValue, string | undefined]>([
    [{ containers: [{}, ctx({ privileged: true })] }, 'true'],
    [{ containers: [ctx({ privileged: 'true' })] }, 'false'],
    [{ containers: [] }, 'false'],
    [{ containers: null }, undefined],
    [{}, undefined],
  ])('container.privileged of %j is %j', (spec, expected) => {
    expect(onSpec('ka.req.container.privileged', spec)).toBe(expected);
  });
});

describe('volumes', () => {
  const volumes = [
    { name: 'a', emptyDir: {} },
    { name: 'b', hostPath: { path: '/proc/1' } },
    { flexVolume: { driver: 'd' }, name: 'c' },
    null,
    'x',
  ];

  it.each([
    ['ka.req.pod.volumes.hostpath', ['/proc/1']],
    ['ka.req.pod.volumes.hostpath[1]', ['/proc/1']],
    ['ka.req.pod.volumes.hostpath[0]', undefined],
    ['ka.req.pod.volumes.flexvolume_driver', ['d']],
    ['ka.req.pod.volumes.volume_type', ['emptyDir', 'hostPath', 'flexVolume']],
    ['ka.req.pod.volumes.volume_type[2]', ['flexVolume']],
    ['ka.req.pod.volumes.volume_type[3]', undefined],
    ['ka.req.pod.volumes.volume_type[9]', undefined],
    ['ka.req.volume.hostpath[/proc/1]', 'true'],
    ['ka.req.volume.hostpath[/proc]', 'false'],
    ['ka.req.volume.hostpath[/proc*]', 'true'],
    ['ka.req.volume.hostpath[/proc/1*]', 'true'],
    ['ka.req.volume.hostpath[*]', 'true'],
    ['ka.req.volume.hostpath[/etc*]', 'false'],
    ['ka.req.volume.hostpath[]', undefined],
  ])('%s is %j', (field, expected) => {
    expect(onSpec(field, { volumes })).toEqual(expected);
  });

  it('hostpath is false without volumes in the list and missing without the list', () => {
    expect(onSpec('ka.req.volume.hostpath[*]', { volumes: [] })).toBe('false');
    expect(onSpec('ka.req.volume.hostpath[*]', {})).toBeUndefined();
    expect(
      onSpec('ka.req.volume.hostpath[/a*]', { volumes: [{ hostPath: { path: '/a*' } }] }),
    ).toBe('true');
  });

  it('reads keys such as __proto__ as volume types', () => {
    const hostile = JSON.parse('[{"__proto__":{},"constructor":{}}]') as JsonValue;
    expect(onSpec('ka.req.pod.volumes.volume_type', { volumes: hostile })).toEqual([
      '__proto__',
      'constructor',
    ]);
  });
});

describe('imageRepository', () => {
  it.each([
    ['nginx', 'nginx'],
    ['nginx:1.25', 'nginx'],
    ['localhost:5000/a:1', 'localhost:5000/a'],
    ['localhost:5000/a@sha256:0', 'localhost:5000/a'],
    ['localhost:5000/a:1@sha256:0', 'localhost:5000/a'],
    ['reg.example:443/x/y', 'reg.example:443/x/y'],
    ['a:1:2', 'a'],
    ['@x', ''],
    ['', ''],
    ['a/', 'a/'],
  ])('of %j is %j', (image, expected) => {
    expect(imageRepository(image)).toBe(expected);
  });
});
