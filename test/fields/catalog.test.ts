import { describe, expect, it } from 'vitest';
import { FIELD_CLASSES, fieldNames, findField } from '../../src/fields/catalog.ts';

const CONTAINER_LISTS = ['containers', 'initContainers', 'ephemeralContainers'];

const CONTAINER_SUFFIXES = [
  'name',
  'image',
  'image.repository',
  'command',
  'args',
  'privileged',
  'allow_privilege_escalation',
  'read_only_fs',
  'run_as_user',
  'run_as_group',
  'proc_mount',
  'add_capabilities',
  'eff_run_as_user',
  'eff_run_as_group',
  'host_port',
];

const KA_SCALARS = `
  ka.auditid ka.stage ka.verb ka.uri ka.useragent ka.auth.decision ka.auth.reason
  ka.auth.openshift.decision ka.auth.openshift.username ka.validations.admission.policy.failure
  ka.security.pod.violations ka.cluster.name ka.user.name ka.impuser.name ka.target.name
  ka.target.namespace ka.target.resource ka.target.subresource ka.req.binding.role
  ka.req.configmap.name ka.req.configmap.obj ka.req.pod.host_ipc ka.req.pod.host_network
  ka.req.pod.host_pid ka.req.container.host_network ka.req.pod.run_as_user
  ka.req.pod.run_as_group ka.req.pod.fs_group ka.req.service.type ka.resp.name ka.response.code
  ka.response.reason ka.target.pod.name ka.req.container.image
  ka.req.container.image.repository ka.req.container.privileged`;

const KA_KEYED = 'ka.uri.param ka.req.binding.subject.has_name ka.req.volume.hostpath';

const KA_LISTS = `
  ka.user.groups ka.req.binding.subjects ka.req.binding.subjects.user_names
  ka.req.binding.subjects.group_names ka.req.binding.subjects.serviceaccount_names
  ka.req.binding.subjects.serviceaccount_ns_names ka.req.role.rules
  ka.req.pod.supplemental_groups`;

const KA_INDEXED = `
  ka.req.role.rules.apiGroups ka.req.role.rules.nonResourceURLs ka.req.role.rules.verbs
  ka.req.role.rules.resources ka.sourceips ka.req.service.ports ka.req.pod.volumes.hostpath
  ka.req.pod.volumes.flexvolume_driver ka.req.pod.volumes.volume_type`;

const EVT = `
  evt.num evt.time evt.time.s evt.time.iso8601 evt.datetime evt.datetime.s evt.rawtime
  evt.rawtime.s evt.rawtime.ns evt.reltime evt.reltime.s evt.reltime.ns evt.pluginname
  evt.plugininfo evt.source evt.is_async evt.asynctype evt.hostname`;

const JSON_NAMES = `
  json.value json.obj json.rawtime jevt.value jevt.obj jevt.rawtime`;

const KX = `
  kx.created kx.outcome kx.body kx.command kx.command.line kx.proxy.path kx.source_ip.public
  kx.source_ip.within
  kx.source_ip.list
  kx.workload.kind
  kx.source_ip.network kx.useragent.name kx.user.namespace kx.user.credential kx.user.pod
  kx.target.name kx.target.resource kx.binding.users
  kx.podspec.images kx.podspec.images.repository kx.podspec.privileged kx.podspec.capabilities
  kx.podspec.host_network kx.podspec.host_pid kx.podspec.host_ipc kx.podspec.host_process
  kx.podspec.hostpaths
  kx.podspec.run_as_user kx.podspec.host_ports kx.podspec.service_account kx.podspec.commands
  kx.role.escalations kx.any kx.net`;

const CONTAINER_NAMES = CONTAINER_LISTS.flatMap((list) =>
  CONTAINER_SUFFIXES.map((suffix) => `ka.req.pod.${list}.${suffix}`),
).filter((name) => name !== 'ka.req.pod.ephemeralContainers.host_port');

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

function namesOf(group: string): string[] {
  return FIELD_CLASSES.find((entry) => entry.name === group)!.fields.map((field) => field.name);
}

function shape(name: string) {
  const field = findField(name)!;
  return [field.type, field.list, field.argument?.kind, field.argument?.required];
}

describe('the field catalogue', () => {
  it('lists the classes evt, ka, json and kx in this order', () => {
    expect(FIELD_CLASSES.map((group) => group.name)).toEqual(['evt', 'ka', 'json', 'kx']);
  });

  it('has exactly the 100 ka fields of Falco', () => {
    const expected = [KA_SCALARS, KA_KEYED, KA_LISTS, KA_INDEXED].flatMap(words);
    expect(namesOf('ka').toSorted()).toEqual([...expected, ...CONTAINER_NAMES].toSorted());
    expect(namesOf('ka')).toHaveLength(100);
  });

  it.each([
    ['evt', EVT, 18],
    ['json', JSON_NAMES, 6],
    ['kx', KX, 34],
  ])('has exactly the fields of class %s', (group, names, count) => {
    expect(namesOf(group)).toEqual(words(names));
    expect(namesOf(group)).toHaveLength(count);
  });

  it('names each field once and finds it by that name alone', () => {
    const names = fieldNames();
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(findField(name)?.name).toBe(name);
    for (const name of ['ka.nope', 'jevt.time', 'evt.type', 'KA.verb', 'toString', '']) {
      expect(findField(name)).toBeUndefined();
    }
  });

  it('describes each field in whole sentences', () => {
    for (const group of FIELD_CLASSES) {
      expect(group.description).toMatch(/^[A-Z].*\.$/);
      for (const field of group.fields) expect(field.description).toMatch(/^\S.{10,}\.\)?$/);
    }
  });

  it('gives lists and arguments as Falco has them', () => {
    for (const name of words(KA_SCALARS)) {
      expect(shape(name)).toEqual(['string', false, undefined, undefined]);
    }
    for (const name of words(KA_KEYED)) expect(shape(name)).toEqual(['string', false, 'key', true]);
    for (const name of words(KA_LISTS)) {
      expect(shape(name)).toEqual(['string', true, undefined, undefined]);
    }
    for (const name of [...words(KA_INDEXED), ...CONTAINER_NAMES]) {
      expect(shape(name)).toEqual(['string', true, 'index', false]);
    }
    expect(shape('json.value')).toEqual(['string', false, 'key', true]);
    expect(shape('jevt.obj')).toEqual(['string', false, undefined, undefined]);
  });

  it.each([
    ['evt.num', 'uint64'],
    ['evt.time', 'string'],
    ['evt.rawtime', 'abstime'],
    ['evt.rawtime.ns', 'abstime'],
    ['evt.reltime', 'reltime'],
    ['evt.is_async', 'bool'],
  ])('gives %s the type %s', (name, type) => {
    expect(findField(name)?.type).toBe(type);
  });
});
