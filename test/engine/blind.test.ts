import { expect, test } from 'vitest';
import { BlindSpots, mayLackBodies } from '../../src/engine/blind.ts';
import { eventOf, loadOk } from '../helpers.ts';
import type { Rule } from '../../src/rules/rule.ts';

const BASE = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  auditID: 'a1',
  stage: 'ResponseComplete',
  verb: 'create',
  requestURI: '/api/v1/namespaces/shop/pods',
  user: { username: 'jane' },
  sourceIPs: ['10.0.0.1'],
  responseStatus: { code: 201 },
  annotations: { 'authorization.k8s.io/decision': 'allow' },
  objectRef: { resource: 'pods', namespace: 'shop' },
};

async function rules(...conditions: string[]): Promise<readonly Rule[]> {
  const text = conditions
    .map(
      (condition, index) =>
        `- rule: R${index + 1}\n  desc: d\n  condition: ${JSON.stringify(condition)}\n` +
        '  output: o\n  priority: WARNING\n  source: k8s_audit\n',
    )
    .join('');
  return (await loadOk(text)).rules;
}

const PRIVILEGED = 'ka.verb = create and ka.req.pod.containers.privileged intersects (true)';

test.each([
  ['a body decides', PRIVILEGED, 1],
  ['the header already says no', 'ka.verb = delete and ka.req.pod.host_network = true', 0],
  ['the header already says yes', 'ka.verb = create or ka.req.pod.host_network = true', 0],
  ['a negated test of a body', 'ka.verb = create and not ka.req.pod.host_network = true', 1],
  ['whether there is a body', 'jevt.value[/requestObject] exists', 1],
  ['the name of a field in the response', 'ka.resp.name = x', 1],
  ['no body is asked for', 'ka.user.name = jane', 0],
])('at level Metadata: %s', async (_name, condition, blind) => {
  const spots = new BlindSpots();
  spots.count(eventOf({ ...BASE, level: 'Metadata' }), await rules(condition), []);
  expect(spots.list().length).toBe(blind);
  expect(spots.events).toBe(blind);
});

const PATCH = { ...BASE, level: 'Request', verb: 'patch', responseStatus: { code: 200 } };
const HOST = 'ka.verb = patch and ka.req.pod.host_network = true';

test.each<[string, Record<string, unknown>, string, number]>([
  ['what it does not say', { requestObject: { spec: {} } }, HOST, 1],
  ['nothing of what it says', { requestObject: { spec: { hostNetwork: true } } }, HOST, 0],
  ['the rest of a list', { requestObject: [] }, 'not ka.req.pod.host_network = true', 1],
  [
    'nothing when it created the object',
    { requestObject: {}, responseStatus: { code: 201 } },
    HOST,
    0,
  ],
  ['nothing when it failed', { requestObject: {}, responseStatus: { code: 409 } }, HOST, 0],
  ['nothing where the object was logged', { requestObject: {}, level: 'RequestResponse' }, HOST, 0],
  ['nothing of the header', { requestObject: {} }, 'ka.user.name = jane', 0],
])('a patch leaves open %s', async (_what, more, condition, blind) => {
  const spots = new BlindSpots();
  spots.count(eventOf({ ...PATCH, ...more }), await rules(condition), []);
  expect(spots.list().length).toBe(blind);
});

test('events with bodies are never counted', async () => {
  const spots = new BlindSpots();
  const event = { ...BASE, level: 'Request', requestObject: {} };
  spots.count(eventOf(event), await rules(PRIVILEGED), []);
  expect(spots.list()).toEqual([]);
});

test('an event whose bodies were dropped counts like one of level Metadata', async () => {
  const spots = new BlindSpots();
  const annotations = { ...BASE.annotations, 'audit.k8s.io/truncated': 'true' };
  spots.count(
    eventOf({ ...BASE, level: 'RequestResponse', annotations }),
    await rules(PRIVILEGED),
    [],
  );
  expect(spots.events).toBe(1);
});

test('rules are listed with their resources, the most frequent first', async () => {
  const spots = new BlindSpots();
  const both = await rules(PRIVILEGED, 'ka.req.service.type = NodePort');
  const pod = eventOf({ ...BASE, level: 'Metadata' });
  const exec = { resource: 'pods', subresource: 'exec' };
  spots.count(pod, both, []);
  spots.count(pod, both.slice(0, 1), []);
  spots.count(eventOf({ ...BASE, level: 'Metadata', objectRef: exec }), both.slice(1), []);
  expect(spots.events).toBe(3);
  expect(spots.list()).toEqual([
    {
      rule: 'R1',
      events: 2,
      missing: [{ part: 'bodies', events: 2 }],
      resources: [{ resource: 'pods', events: 2 }],
    },
    {
      rule: 'R2',
      events: 2,
      missing: [{ part: 'bodies', events: 2 }],
      resources: [
        { resource: 'pods', events: 1 },
        { resource: 'pods/exec', events: 1 },
      ],
    },
  ]);
});

test('counts of parts add up', async () => {
  const all = await rules(PRIVILEGED);
  const event = eventOf({ ...BASE, level: 'Metadata' });
  const part = new BlindSpots();
  part.count(event, all, []);
  const whole = new BlindSpots();
  whole.count(event, all, []);
  whole.merge(part.list(), part.events);
  expect(whole.events).toBe(2);
  expect(whole.list()[0]?.events).toBe(2);
});

test.each([
  ['ka.verb in (get, list)', false],
  ['ka.user.name = jane and not ka.target.resource = val(ka.verb)', false],
  ['jevt.value[/objectRef/name] = x', false],
  ['tolower(ka.user.name) = jane', false],
  ['jevt.value[/requestObject] exists', true],
  ['ka.verb = get or ka.resp.name = x', true],
  ['not ka.req.pod.host_network = true', true],
  ['ka.verb = val(ka.req.configmap.obj)', true],
])('%s may lack bodies: %s', async (condition, may) => {
  const [rule] = await rules(condition);
  expect(mayLackBodies(rule!.condition)).toBe(may);
});

const lacking = (key: string): object =>
  Object.fromEntries(
    Object.entries({ ...BASE, level: 'Request' }).filter(([name]) => name !== key),
  );

test.each([
  ['auditID', 'ka.auditid = a1'],
  ['stage', 'ka.stage = ResponseComplete'],
  ['verb', 'ka.verb = create'],
  ['requestURI', 'ka.uri.param[dryRun] exists'],
  ['sourceIPs', 'kx.source_ip.public = true'],
  ['user', 'ka.user.name = jane'],
  ['responseStatus.code', 'ka.response.code = 201'],
  ['annotation authorization.k8s.io/decision', 'ka.auth.decision = allow'],
])('without %s a rule that asks for it is undecided', async (part, condition) => {
  const key = part.split(/[ .]/)[0]!.replace('annotation', 'annotations');
  const spots = new BlindSpots();
  const all = await rules(condition, 'jevt.value[/objectRef/resource] = pods');
  spots.count(eventOf(lacking(key) as never), all, []);
  expect(spots.list().map(({ rule, missing }) => [rule, missing])).toEqual([
    ['R1', [{ part, events: 1 }]],
  ]);
});

test.each([
  ['a refused authentication', { responseStatus: { code: 401 }, user: {}, annotations: undefined }],
  ['a refused impersonation', { responseStatus: { code: 403 }, annotations: undefined }],
  [
    'a request that was received',
    { stage: 'RequestReceived', responseStatus: undefined, annotations: undefined },
  ],
])('%s lost nothing', async (_name, members) => {
  const event = JSON.parse(JSON.stringify({ ...BASE, level: 'Request', ...members })) as never;
  const spots = new BlindSpots();
  const all = await rules('ka.user.name = x', 'ka.response.code = 1', 'ka.auth.decision = x');
  spots.count(eventOf(event), all, []);
  expect(spots.list()).toEqual([]);
});

test('a body that a text stands for is no body', async () => {
  const event = { ...BASE, level: 'Request', requestObject: 'skipped-too-big-size-object' };
  const spots = new BlindSpots();
  spots.count(eventOf(event), await rules(PRIVILEGED), []);
  expect(spots.list()[0]?.missing).toEqual([{ part: 'bodies', events: 1 }]);
});

test('a rule that fires is decided', async () => {
  const spots = new BlindSpots();
  const all = await rules(PRIVILEGED);
  spots.count(eventOf({ ...BASE, level: 'Metadata' }), all, [{ rule: 'R1' } as never]);
  expect(spots.events).toBe(0);
});
