import { describe, expect, it } from 'vitest';
import { compiledNode } from '../../src/cli/scope/event-scope.ts';
import { compileCondition } from '../../src/condition/compile.ts';
import { evaluate } from '../../src/condition/condition.ts';
import { scopeCondition, type ScopeOptions } from '../../src/engine/scope-conditions.ts';
import type { JsonValue } from '../../src/json/value.ts';
import { DEFAULT_FIELD_SETTINGS, fieldResolver } from '../../src/rules/resolver.ts';
import { compiled } from '../fast/conditions.ts';
import { auditEvent } from '../fields/fake-event.ts';
import { eventOf } from '../helpers.ts';

const NONE: ScopeOptions = { namespaces: [], users: [], verbs: [], resources: [] };

async function passes(
  options: Partial<ScopeOptions>,
  members: Readonly<Record<string, JsonValue>>,
): Promise<boolean> {
  const node = scopeCondition({ ...NONE, ...options })!;
  const fields = await fieldResolver(DEFAULT_FIELD_SETTINGS, false);
  const condition = compileCondition(node, {
    fields,
    macro: () => {
      throw new Error('scopes have no macros');
    },
  });
  return evaluate(condition, auditEvent(members));
}

const on = (resource: string, more: Record<string, JsonValue> = {}) => ({
  verb: 'create',
  objectRef: { resource, namespace: 'shop', name: 'web', ...more },
});

describe('verbs', () => {
  it.each([
    ['DELETE', { verb: 'delete' }, true],
    ['Delete', { verb: 'deletecollection' }, false],
    ['DEL*', { verb: 'deletecollection' }, true],
    ['exec', on('pods', { subresource: 'exec' }), true],
    ['EXEC', { ...on('pods', { subresource: 'exec' }), verb: 'get' }, true],
    ['exec', on('pods'), false],
    ['logs', on('pods', { subresource: 'log' }), true],
    ['port-forward', on('pods', { subresource: 'portforward' }), true],
    ['debug', on('pods', { subresource: 'ephemeralcontainers' }), true],
    ['evict', on('pods', { subresource: 'eviction' }), true],
    ['scale', { ...on('deployments', { subresource: 'scale' }), verb: 'patch' }, true],
    ['edit', { verb: 'patch' }, true],
    ['edit', { verb: 'update' }, true],
    ['edit', { verb: 'get' }, false],
    ['apply', { verb: 'create' }, true],
    ['describe', { verb: 'list' }, true],
    ['constructor', { verb: 'create' }, false],
    ['__proto__', { verb: 'create' }, false],
  ])('%s of %j: %s', async (verb, members, expected) => {
    expect(await passes({ verbs: [verb] }, members)).toBe(expected);
  });
});

describe('resources', () => {
  it.each([
    ['pods', on('pods'), true],
    ['pod', on('pods'), true],
    ['Pod', on('pods'), true],
    ['po', on('pods'), true],
    ['deploy', on('deployments'), true],
    ['deployment', on('deployments'), true],
    ['svc', on('services'), true],
    ['netpol', on('networkpolicies'), true],
    ['networkpolicy', on('networkpolicies'), true],
    ['ingress', on('ingresses'), true],
    ['endpoints', on('endpoints'), true],
    ['ClusterRoleBinding', on('clusterrolebindings'), true],
    ['pod', on('podtemplates'), false],
    ['deployments.apps', on('deployments', { apiGroup: 'apps' }), true],
    ['deploy.apps', on('deployments', { apiGroup: 'extensions' }), false],
    ['exec', on('pods', { subresource: 'exec' }), true],
    ['pod/exec', on('pods', { subresource: 'exec' }), true],
    ['po/LOGS', on('pods', { subresource: 'log' }), true],
    ['*/exec', on('pods', { subresource: 'exec' }), true],
    ['pods/exec', on('pods'), false],
    ['POD*', on('pods'), true],
  ])('%s of %j: %s', async (resource, members, expected) => {
    expect(await passes({ resources: [resource] }, members)).toBe(expected);
  });
});

describe('source addresses', () => {
  it.each([
    ['198.51.100.0/24', true],
    ['198.51.100.7', true],
    ['198.51.*', true],
    ['203.0.113.0/24', true],
    ['203.0.114.0/24', false],
    ['198.51.100', false],
  ])('%s: %s', async (address, expected) => {
    const members = { sourceIPs: ['203.0.113.9', '198.51.100.7'] };
    expect(await passes({ sourceIps: [address] }, members)).toBe(expected);
  });
});

it('takes a name for what contains it only where it is told to', async () => {
  const members = { user: { username: 'mallory@example.com' } };
  expect(await passes({ users: ['Mallory'] }, members)).toBe(false);
  const contained = [{ option: 'users', value: 'Mallory' }] as const;
  expect(await passes({ users: ['Mallory'], contained }, members)).toBe(true);
  expect(await passes({ users: ['bob'], contained }, members)).toBe(false);
});

it('--failed-only takes the events whose outcome is denied or failed, however a code is written', async () => {
  const node = scopeCondition({ ...NONE, failedOnly: true })!;
  const scope = await compiledNode(node, DEFAULT_FIELD_SETTINGS);
  const outcome = await compiled('kx.outcome in (denied, failed)');
  const codes =
    '100 101 200 201 299 304 399 400 401 403 404 499 500 599 600 99 0 -1 1000 2000 30000 1e9 2e2 ' +
    '4E2 200.0 403.0 400.5 "200" "403" "4O3" null true [] {} [403] 1234567890123';
  const answers = codes.split(' ').flatMap((code) =>
    ['', '"allow"', '"forbid"', '"forbid\\u0000x"', '1'].map((decision) => {
      const annotation =
        decision === '' ? '' : `,"annotations":{"authorization.k8s.io/decision":${decision}}`;
      const event = eventOf(`{"auditID":"1","responseStatus":{"code":${code}}${annotation}}`);
      const expected = evaluate(outcome, event);
      expect(evaluate(scope, event), `${code} ${decision}`).toBe(expected);
      return expected;
    }),
  );
  expect(new Set(answers)).toEqual(new Set([true, false]));
  expect(evaluate(scope, eventOf('{"auditID":"1"}'))).toBe(false);
});
