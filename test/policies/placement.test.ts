import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/condition/condition.ts';
import { firingScope, placeFinding, placeRules } from '../../src/policies/placement.ts';
import { DEFAULT_FIELD_SETTINGS, fieldResolver } from '../../src/rules/resolver.ts';
import { loadPolicies, RULES } from './load.ts';
import { request } from './resource-events.ts';

const FIELDS = await fieldResolver(DEFAULT_FIELD_SETTINGS, false);
const NAMES = RULES.map(({ name }) => name);

const TWO = `
- name: Prod
  severity: high
  scope: {clusters: [prod-*], namespaces: {notIn: [sandbox-*]}}
  rules: [Pod A, Loose]
- name: Shop
  severity: 6
  scope: {namespaces: {in: [shop, 'shop-?'], not: shop-x}}
  rules: [Loose]
`;

function placed(
  rule: string,
  event: Parameters<typeof placeFinding>[2],
  always = false,
  policies = TWO,
): ReturnType<typeof placeFinding> {
  const { members } = loadPolicies(policies);
  const placements = placeRules(members, NAMES, () => always, FIELDS);
  return placeFinding({ priority: 'Notice' }, placements.get(rule), event);
}

describe('a finding', () => {
  it.each([
    ['in every scope', { namespace: 'shop', cluster: 'prod-1' }, ['Prod', 'Shop'], 'high'],
    ['in one scope', { namespace: 'shop', cluster: 'test' }, ['Shop'], 'low'],
    ['in a namespace that a glob names', { namespace: 'shop-1' }, ['Shop'], 'low'],
    ['on a cluster-scoped object', { cluster: 'prod-1' }, ['Prod'], 'high'],
  ])('%s names its policies and the highest severity', (_what, parts, policies, severity) => {
    expect(placed('Loose', request('create', 'pods', parts))).toEqual({ policies, severity });
  });

  it.each([
    ['outside all scopes', { namespace: 'other', cluster: 'test' }],
    ['in a namespace left out', { namespace: 'shop-x' }],
    ['without a cluster where one is asked for', { namespace: 'other' }],
    ['in a sandbox', { namespace: 'sandbox-1', cluster: 'prod-1' }],
  ])('%s is none', (_what, parts) => {
    expect(placed('Loose', request('create', 'pods', parts))).toBeUndefined();
  });

  it('of a rule in no enabled policy is none, unless the rule may always fire', () => {
    const event = request('create', 'pods');
    expect(placed('Log A', event)).toBeUndefined();
    expect(placed('Log A', event, true)).toEqual({ policies: [], severity: 'info' });
  });

  it.each([
    ['in scope', 'shop', 'high'],
    ['outside its scope', 'other', 'low'],
  ])(
    'of a rule that fires anyway has the severity of its policy that is off: %s',
    (_, namespace, severity) => {
      const off =
        '- {name: Quiet, severity: high, enabled: false, rules: [Loose], scope: {namespaces: [shop]}}';
      const event = request('create', 'pods', { namespace });
      expect(placed('Loose', event, true, off)).toEqual({ policies: [], severity });
      expect(placed('Loose', event, false, off)).toBeUndefined();
    },
  );

  it("of a user's rule has the severity of its priority", () => {
    const expected = { policies: ['Custom Rules'], severity: 'low' };
    expect(placed('Mine', request('create', 'pods'))).toEqual(expected);
  });

  it('of a run without policies has none of both', () => {
    expect(placeFinding({ priority: 'Error' }, undefined, request('get', 'pods'))).toEqual({
      policies: [],
      severity: 'high',
    });
  });
});

describe('the scope in which a rule fires', () => {
  const { members } = loadPolicies(TWO);
  const placements = placeRules(members, NAMES, (name) => name === 'Secret A', FIELDS);

  it.each([
    ['Secret A', true],
    ['Pod B', true],
    ['Log A', false],
    ['Pod A', true],
  ])('of %s is known without an event: %s', (rule, scope) => {
    expect(firingScope(placements.get(rule))).toBe(scope);
  });

  it('agrees with placing findings', () => {
    const scope = firingScope(placements.get('Loose'));
    const events = ['shop', 'shop-x', 'sandbox-1', 'other'].flatMap((namespace) =>
      ['prod-1', 'test'].map((cluster) => request('create', 'pods', { namespace, cluster })),
    );
    const fires = events.map((event) => typeof scope !== 'boolean' && evaluate(scope, event));
    const placedEvents = events.map(
      (event) => placeFinding({ priority: 'Notice' }, placements.get('Loose'), event) !== undefined,
    );
    expect(fires).toEqual(placedEvents);
    expect(new Set(fires)).toEqual(new Set([true, false]));
  });
});
