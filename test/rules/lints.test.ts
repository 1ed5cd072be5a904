import { describe, expect, it, test } from 'vitest';
import { loadRules } from '../../src/rules/load.ts';
import { loadOk, rule } from '../helpers.ts';

/** Codes of the warnings of the last of some files, those about unused definitions left out. */
async function warningsOf(...texts: string[]): Promise<string[]> {
  const { files } = await loadRules(texts.map((text, i) => ({ name: `${i}.yaml`, text })));
  expect(files.flatMap(({ errors }) => errors)).toEqual([]);
  return files
    .at(-1)!
    .warnings.map(({ code }) => code)
    .filter((code) => !code.startsWith('LOAD_UNUSED'));
}

const append = (kind: string, text: string): string =>
  `- ${kind}\n  condition: ${text}\n  override: {condition: append}\n`;

describe('text appended to a condition with an open or', () => {
  test.each([
    ['ka.verb = get or ka.verb = list', 'and not ka.uri = x', ['LINT_OPEN_OR']],
    ['ka.verb = get or ka.verb = list', 'and(ka.uri = x)', ['LINT_OPEN_OR']],
    ['ka.verb = get and ka.uri = y or ka.verb = list', 'and not ka.uri = x', ['LINT_OPEN_OR']],
    ['(ka.verb = get or ka.verb = list)', 'and not ka.uri = x', []],
    ['(ka.verb = get or ka.verb = list) and ka.uri = y', 'and not ka.uri = x', []],
    ['ka.verb = get or ka.verb = list', 'or ka.uri = x', []],
    ['ka.verb = get', 'and not ka.uri = x', []],
    ['ka.user.name = "a or b"', 'and not ka.uri = x', []],
  ])('%s … %s', async (earlier, more, expected) => {
    expect(await warningsOf(rule(earlier), append('rule: R', more))).toEqual(expected);
    const macro = `- macro: m\n  condition: ${earlier}\n`;
    expect(await warningsOf(macro, append('macro: m', more))).toEqual(expected);
  });
});

describe('a list or macro that takes the place of an earlier one', () => {
  test.each([
    ['- list: a\n  items: [y]\n', ['LINT_REDEFINED']],
    ['- list: a\n  items: [y]\n  override: {items: replace}\n', []],
    ['- list: a\n  items: [y]\n  override: {items: append}\n', []],
    ['- list: b\n  items: [y]\n', []],
    ['- macro: m\n  condition: ka.verb = y\n', ['LINT_REDEFINED']],
    ['- macro: m\n  condition: ka.verb = y\n  override: {condition: replace}\n', []],
  ])('%j', async (text, expected) => {
    const earlier = '- list: a\n  items: [x]\n- macro: m\n  condition: ka.verb = x\n';
    expect(await warningsOf(earlier, text)).toEqual(expected);
  });
});

describe('a name that a file defines twice', () => {
  test.each([
    [rule('ka.verb = get') + rule('ka.verb = list'), ['LINT_TWICE']],
    ['- list: a\n  items: [x]\n- list: a\n  items: [y]\n', ['LINT_TWICE']],
    [
      '- macro: m\n  condition: ka.verb = x\n- macro: m\n  condition: ka.verb = y\n',
      ['LINT_TWICE'],
    ],
    [rule('ka.verb = get') + append('rule: R', 'or ka.verb = list'), []],
  ])('%j', async (text, expected) => {
    expect(await warningsOf(text)).toEqual(expected);
  });

  it('is no matter of two files', async () => {
    expect(await warningsOf(rule('ka.verb = get'), rule('ka.verb = list'))).toEqual([]);
  });
});

describe('keys without effect', () => {
  test.each([
    ['- rule: R\n  append: true\n  condition: or ka.uri = x\n  enabled: false\n  tags: [a]\n', 2],
    ['- rule: R\n  append: true\n  condition: or ka.uri = x\n', 0],
    ['- rule: R\n  enabled: false\n  exceptions: [{name: a, values: [b]}]\n', 1],
    ['- rule: R\n  enabled: false\n', 0],
    ['- rule: R\n  enabled: false\n  override: replace\n', 1],
    ['- rule: R\n  enabled: false\n  override: {enabled: replace}\n', 0],
    ['- list: b\n  items: [y]\n  override: append\n', 1],
    ['- macro: n\n  condition: ka.verb = y\n  override:\n', 1],
  ])('%j', async (text, expected) => {
    const codes = await warningsOf(rule('ka.verb = get'), text);
    expect(codes.filter((code) => code === 'LINT_NO_EFFECT')).toHaveLength(expected);
  });
});

describe('a key that an item has twice', () => {
  const item = (more: string): string => `${rule('ka.verb = get').trimEnd()}\n${more}`;

  test.each([
    [item('  priority: ERROR\n'), ['LINT_REPEATED_KEY']],
    [item('  tags: [a]\n  tags: [b]\n  tags: [c]\n'), ['LINT_REPEATED_KEY', 'LINT_REPEATED_KEY']],
    ['- macro: m\n  condition: ka.verb = x\n  condition: ka.verb = y\n', ['LINT_REPEATED_KEY']],
    ['- list: a\n  items: [x]\n  items: [y]\n', ['LINT_REPEATED_KEY']],
    [item('  tags: [a]\n'), []],
  ])('%j', async (text, expected) => {
    expect(await warningsOf(text)).toEqual(expected);
  });

  it('counts the first, as Falco does', async () => {
    const { ruleSet } = await loadRules([{ name: 'f', text: item('  priority: EMERGENCY\n') }]);
    expect(ruleSet?.rules[0]?.priority).not.toBe('Emergency');
  });
});

describe('evidence', () => {
  const withOddFields = (more: string): string =>
    `- rule: R\n  desc: d\n  condition: ka.verb = get\n  output: '%ka.uri.param["a b"]'\n` +
    `  priority: INFO\n  source: k8s_audit\n${more}`;

  test.each([
    ['', []],
    ['  # evidence: ka.uri kx.command\n', []],
    ['  # evidence: ka.uri nothing\n', ['LINT_EVIDENCE']],
  ])('of %j loads with %j', async (more, codes) => {
    const { ruleSet, files } = await loadRules([{ name: 'f', text: withOddFields(more) }]);
    expect(files.flatMap(({ errors }) => errors)).toEqual([]);
    expect(files.flatMap(({ warnings }) => warnings.map(({ code }) => code))).toEqual(codes);
    expect(ruleSet?.rules).toHaveLength(1);
  });
});

describe('a value that is nearly the name of a list', () => {
  test.each([
    ['ka.user.name in (alowed_users)', ['LINT_LIST_NAME']],
    ['ka.user.name in (jane, Allowed_Users)', ['LINT_LIST_NAME']],
    ['ka.user.name in (alowed_users) or ka.verb in (alowed_users)', ['LINT_LIST_NAME']],
    ['ka.user.groups intersects (allowed_user)', ['LINT_LIST_NAME']],
    ['ka.user.name in (is_known)', ['LINT_LIST_NAME']],
    ['ka.user.name in (inner_list)', ['LINT_LIST_NAME']],
    ['ka.user.name in (allowed_users)', []],
    ['ka.user.name in (allowed_users, other)', []],
    ['ka.user.name in ("alowed_users")', []],
    ['ka.user.name = alowed_users', []],
    ['ka.user.name in (allowed-users)', []],
    ['ka.user.name in (unknown_people)', []],
    ['ka.verb in (delete)', []],
  ])('%s', async (condition, expected) => {
    const names =
      '- list: allowed_users\n  items: [bob]\n- list: deletes\n  items: [x]\n' +
      '- list: inner_list\n  items: [alowed_users]\n- macro: is_known\n  condition: ka.verb = x\n';
    expect(await warningsOf(names + rule(condition))).toEqual(expected);
  });
});

describe('a path that no event has', () => {
  test.each([
    ['jevt.value[user.username] = bob', '/user/username'],
    ['jevt.value[.user.username] = bob', '/user/username'],
    ['json.value[$.verb] = get', '/verb'],
    ['ka.verb = tolower(jevt.value[user.username])', '/user/username'],
    ['join(",", (ka.verb, jevt.value[user.username])) = a', '/user/username'],
    [
      'kx.any[/annotations/authorization.k8s.io/decision] = allow',
      '/annotations/authorization.k8s.io~1decision',
    ],
    [
      'jevt.value[/requestObject/metadata/labels/app.kubernetes.io/name] = x',
      '/requestObject/metadata/labels/app.kubernetes.io~1name',
    ],
    ['jevt.value[/requestObject/spec/selector/matchLabels/a/b/c] = x', '/a~1b~1c]'],
    ['jevt.value[/useragent] contains curl', '[/userAgent]'],
    ['jevt.value[/objectref/apigroup] = apps', '[/objectRef/apiGroup]'],
    ['jevt.value[/user/userName] = bob', '[/user/username]'],
    ['jevt.value[/objectRef/verb] = get', '[/verb]'],
    ['kx.any[/requestobject/spec/*/name] = x', '[/requestObject/spec/*/name]'],
  ])('%s', async (condition, right) => {
    const { files } = await loadOk(rule(condition));
    expect(files[0]!.warnings).toMatchObject([
      { code: 'LINT_PATH', hint: expect.stringContaining(right) },
    ]);
  });

  test.each([
    'jevt.value[verb] exists',
    'jevt.value[""] exists',
    'jevt.value[/annotations/authorization.k8s.io~1decision] = allow',
    'jevt.value[/requestObject/data/a.b] exists',
    'jevt.value[/requestobjects/x] exists or jevt.value[/objectRef/resource] = pods',
    'jevt.value[/user/extra/userAgent] exists or jevt.value[/responseStatus/details/kind] = pods',
    'jevt.value[/sourceIPs/0] exists and jevt.value[/objectRef/newMember] exists',
    'jevt.value[/requestObject/metadata/ownerReferences/0/name] exists',
    'jevt.value[/requestObject/spec/annotations/a/b] exists',
    'ka.uri.param[a.b] exists',
  ])('is not %s', async (condition) => {
    expect(await warningsOf(rule(condition))).toEqual([]);
  });
});

test('a key that an exception does not have is told', async () => {
  const text = `${rule('ka.verb exists')}  exceptions:\n  - {name: e, fields: ka.verb, value: [get]}\n`;
  const { files } = await loadOk(text);
  expect(files[0]!.warnings).toMatchObject([
    { code: 'LINT_NO_EFFECT', hint: "did you mean 'values'?" },
  ]);
});

describe('a value that the field never has', () => {
  const NEVER = ['LINT_NEVER_EQUAL'];
  test.each([
    ['ka.user.name in (system:*)', NEVER],
    ['not ka.user.name = "system:*" and ka.user.name != system:*', NEVER],
    ['ka.user.name in (a*, jane, b*)', [...NEVER, ...NEVER]],
    ['ka.user.name startswith "system:*"', NEVER],
    ['ka.user.name = anyof (a*)', NEVER],
    ['ka.user.groups intersects (system:*)', NEVER],
    ['ka.req.pod.volumes.hostpath intersects (*)', NEVER],
    ['ka.user.name in (robots)', NEVER],
    ['ka.req.pod.containers.image.repository in (images)', NEVER],
    ['ka.user.name in (images)', []],
    ['ka.user.name glob "system:*"', []],
    ['ka.user.name exists', []],
    ['join(",", ka.user.groups) glob "*dev-*"', []],
    ['ka.target.resource = pods and ka.target.subresource = exec', []],
    ['ka.user.name regex "system:[*]+"', []],
    ['ka.req.role.rules.resources intersects ("*", "pods/*")', []],
    ['ka.req.role.rules.nonResourceURLs intersects (/metrics/*)', []],
    ['jevt.value[/spec/host] = *.example.com', []],
    ['ka.target.name = * and ka.uri contains "/pods/*/"', []],
    ['ka.target.resource in (pods/exec, pods)', NEVER],
    ['ka.target.resource = Secret', NEVER],
    ['ka.target.resource in (secret, ingress)', [...NEVER, ...NEVER]],
    ['ka.target.resource in (secrets, ingresses, networkpolicies, ingressclasses)', []],
    ['ka.target.resource in (nodes, s0-AWS-Queue)', []],
    ['tolower(ka.target.resource) in ("pods/exec", pods)', NEVER],
    ['ka.verb = CREATE', NEVER],
    ['toupper(ka.verb) = CREATE and len(ka.verb) > 3', []],
    ['ka.response.code = ALLOW or ka.response.code in (4xx)', [...NEVER, ...NEVER]],
    ['ka.response.code in (403, 401) or ka.response.code startswith 4', []],
    ['ka.verb = exec or ka.verb in (logs, portforward, impersonate)', Array(4).fill(NEVER[0])],
    ['ka.verb in (get, post, head, proxy, deletecollection)', []],
    ['ka.auth.decision = denied or ka.stage in (responsecomplete, Panic)', [...NEVER, ...NEVER]],
    ['ka.auth.decision in (allow, forbid) and ka.stage = ResponseStarted', []],
    ['tolower(ka.stage) = responsestarted and ka.stage startswith Response', []],
    ['tolower(ka.user.name) in (Jane, joe)', NEVER],
    ['tolower(ka.user.name) icontains Jane', []],
    ['ka.target.namespace = "" or not ka.impuser.name = ""', [...NEVER, ...NEVER]],
    ['ka.uri.param[dryRun] = "" and ka.target.name != ""', []],
    ['ka.user.name startswith "system:serviceaccounts:shop"', NEVER],
    ['ka.user.groups intersects ("system:serviceaccount:shop:web")', NEVER],
    ['ka.user.name = "system:serviceaccount:a:b"', []],
    ['ka.user.groups intersects (system:serviceaccounts, "system:serviceaccounts:a")', []],
    ['ka.user.groups in (system:masters, admins)', NEVER],
    ['ka.user.groups in (system:masters, system:authenticated)', []],
    ['ka.response.code != ""', []],
    ['ka.sourceips intersects (10.0.0.0/8, fd00::/8)', [...NEVER, ...NEVER]],
    ['ka.sourceips intersects (10.0.0.1, fd00::1)', []],
  ])('%s', async (condition, expected) => {
    const names =
      '- list: robots\n  items: ["robot-*"]\n- list: images\n  items: [a/b\n    c/d, e]\n';
    expect(await warningsOf(names + rule(condition))).toEqual(expected);
  });

  test.each([
    ['ka.user.name in (system:*)', `write 'ka.user.name glob "system:*"'`],
    ['ka.user.name = *', "write 'ka.user.name exists'"],
    ['ka.user.groups intersects (dev-*)', `'join(",", ka.user.groups) glob "*dev-*"'`],
    ['ka.target.resource = NetworkPolicy', "write 'networkpolicies'"],
    ['ka.target.resource = Ingresses', "write 'ingresses'"],
    [
      'ka.target.resource = pods/exec',
      "ka.target.resource is 'pods', ka.target.subresource is 'exec'",
    ],
  ])('%s has a hint', async (condition, hint) => {
    const { files } = await loadRules([{ name: 'f', text: rule(condition) }]);
    const [warning] = files[0]!.warnings;
    expect(warning?.hint).toContain(hint);
    expect(warning?.column).toBe(condition.search(/[^ (]*\)?$/) + 15);
  });
});
