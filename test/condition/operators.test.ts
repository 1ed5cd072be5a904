import { describe, expect, it } from 'vitest';
import { audit, fires, loadError, loadOk, rule } from '../helpers.ts';

const EVENT = audit({
  verb: 'create',
  requestURI: '/api/v1/namespaces/a/pods?x=1',
  user: { username: 'Alice', groups: ['dev', 'ops'] },
  objectRef: { resource: 'pods', name: 'Alice', namespace: '', subresource: null },
  responseStatus: { code: 201 },
  annotations: { path: '/var/lib//x', uni: 'añb', lines: 'a\nb', back: 'a\\b', nul: 'ab\u0000cd' },
});
const NOTE = (key: string): string => `jevt.value[/annotations/${key}]`;

describe('missing values (§3.1)', () => {
  it.each([
    ['ka.impuser.name exists', false],
    ['ka.impuser.name = x', false],
    ['ka.impuser.name != x', false],
    ['ka.impuser.name in (x)', false],
    ['len(ka.impuser.name) = 0', false],
    ['not ka.impuser.name = x', true],
    ['not ka.impuser.name != x', true],
    ['not ka.impuser.name exists', true],
    ['not ka.sourceips in (x)', true],
    ['ka.verb = val(ka.impuser.name)', false],
    ['ka.verb != val(ka.impuser.name)', false],
    ['ka.target.namespace exists', true],
    ['ka.target.namespace = ""', true],
    ['ka.target.subresource = null', true],
    ['ka.target.subresource exists', true],
  ])('%s is %s', async (condition, expected) => {
    expect(await fires(condition, EVENT)).toBe(expected);
  });
});

describe('text operators (§3.3)', () => {
  it.each([
    ['ka.verb == create', true],
    ['ka.verb = Create', false],
    ['ka.verb != get', true],
    ['ka.response.code > 1000', true],
    ['ka.response.code >= 201', true],
    ['ka.response.code <= 201', true],
    ['ka.response.code < 30', true],
    ['ka.response.code >= 30', false],
    ['ka.response.code < 0x1', false],
    ['ka.verb contains ""', true],
    ['ka.verb contains reat', true],
    ['ka.user.name icontains LIC', true],
    [`${NOTE('uni')} icontains Ñ`, false],
    ['ka.verb startswith cr', true],
    ['ka.verb endswith ate', true],
    ['ka.uri glob "/api*pods?x=1"', true],
    ['ka.uri glob "/api/*/x"', false],
    ['ka.verb glob "[!x]reate"', true],
    ['ka.verb glob "[^c]reate"', false],
    ['ka.verb glob "[[:alpha:]]reate"', true],
    ['ka.verb glob "{create,get}"', false],
    ['ka.user.name iglob "aL*"', true],
    ['ka.user.name glob "aL*"', false],
    [`${NOTE('uni')} glob "a?b"`, false],
    [`${NOTE('uni')} glob "a??b"`, true],
    [`${NOTE('back')} glob 'a\\\\\\\\b'`, true],
    [`${NOTE('back')} = 'a\\\\b'`, true],
    ['ka.verb in (get, create)', true],
    ['ka.verb in ()', false],
    ['ka.verb in create', true],
    ['ka.verb intersects (create)', true],
    [`${NOTE('uni')} = "a\\xc3\\xb1b"`, true],
    [`${NOTE('uni')} endswith "\\xb1b"`, true],
    [`${NOTE('nul')} = ab`, true],
    [`len(${NOTE('uni')}) = 4`, true],
    ['evt.num = 1', true],
    ['evt.num in (2, 1)', true],
    ['evt.num < -1', true],
    ['evt.num < 99999999999999999999999', true],
    ['evt.is_async = false', true],
    ['evt.is_async != true', true],
    ['evt.is_async in (true, false)', true],
  ])('%s is %s', async (condition, expected) => {
    expect(await fires(condition, EVENT)).toBe(expected);
  });
});

describe('pmatch (§3.5)', () => {
  const path = NOTE('path');
  it.each([
    [`${path} pmatch (/var)`, true],
    [`${path} pmatch (var/lib/)`, true],
    [`${path} pmatch (/var/lib/x/y)`, false],
    [`${path} pmatch (/va)`, false],
    [`${path} pmatch (/)`, true],
    [`${path} pmatch (/*/l?b)`, true],
    [`${path} pmatch (/a, "/v[ab]r/*", /b)`, true],
    ['ka.verb pmatch (create/*)', false],
  ])('%s is %s', async (condition, expected) => {
    expect(await fires(condition, EVENT)).toBe(expected);
  });
});

describe('lists and modifiers (§3.6, §3.7)', () => {
  it.each([
    ['ka.user.groups in (dev, ops, x)', true],
    ['ka.user.groups in (dev)', false],
    ['ka.user.groups intersects (x, ops)', true],
    ['ka.user.groups in ()', false],
    ['ka.user.groups exists', true],
    ['len(ka.user.groups) = 2', true],
    ['ka.verb startswith oneof (c, cr)', false],
    ['ka.verb startswith oneof (c, x)', true],
    ['ka.verb contains anyof (x, rea)', true],
    ['ka.verb contains allof (c, rea)', true],
    ['ka.verb contains allof (c, x)', false],
    ['ka.verb = anyof ()', false],
    ['ka.verb != allof (a, b)', true],
    ['ka.verb = anyof create', true],
    ['ka.verb = anyof', false],
    ['ka.verb != anyof and ka.verb = create', true],
  ])('%s is %s', async (condition, expected) => {
    expect(await fires(condition, EVENT)).toBe(expected);
  });
});

describe('right-hand fields (§3.9)', () => {
  it.each([
    ['ka.user.name = val(ka.target.name)', true],
    ['ka.uri startswith val(ka.target.namespace)', true],
    ['ka.user.name contains tolower(ka.target.name)', false],
    ['tolower(ka.user.name) = tolower(ka.target.name)', true],
    ['ka.verb < val(ka.target.resource)', true],
    ['ka.user.name glob val(ka.target.name)', true],
    ['ka.verb in tolower(ka.verb)', true],
    ['ka.user.groups in val(ka.user.groups)', true],
    ['ka.user.groups intersects tolower(ka.user.groups)', true],
    ['evt.num = len(ka.user.name)', false],
    ['len(ka.user.name) = len(ka.target.name)', true],
  ])('%s is %s', async (condition, expected) => {
    expect(await fires(condition, EVENT)).toBe(expected);
  });
});

describe('refused conditions (§3.2, §3.8 to §3.10)', () => {
  it.each([
    ['ka.verb bcontains 61', /'bcontains' operator not supported for string/],
    ['evt.num contains 1', /'contains' operator not supported for numeric/],
    ['evt.is_async > 1', /not supported for numeric/],
    ['ka.user.groups = dev', /'=' operator not supported list/],
    ['ka.user.groups = anyof (dev)', /'=' operator not supported list/],
    ['ka.req.pod.containers.image[0] startswith a', /not supported list/],
    ['evt.num = 1.5', /1\.5 is not a valid number/],
    ['evt.num > 0x5', /0x5 is not a valid number/],
    ['evt.num in (1, a)', /a is not a valid number/],
    ['evt.is_async = False', /unrecognized boolean value False/],
    ['ka.verb = "a\\x00b"', /cannot contain a NUL/],
    ['ka.verb = val(ka.user.groups)', /incompatible type 'CHARBUF \(list\)'/],
    ['evt.num = val(ka.verb)', /has type 'UINT64'/],
    ['ka.verb regex val(ka.verb)', /'REGEX' doesn't support/],
    ['ka.verb pmatch val(ka.verb)', /'PMATCH' doesn't support/],
    ['tolower(evt.num) = a', /type 'UINT64' is not supported by 'tolower'/],
    ['tolower(ka.verb)[0] = a', /does not support field arguments/],
    ['tolower(ka.verb, ka.verb) = a', /takes one argument/],
    ['concat(ka.verb) = a', /unknown field transfomer 'concat'/],
    ['concat(ka.verb, ka.user.groups) = a', /concat\(\) arguments must be strings/],
    ['join(",", ka.verb) = a', /second argument must be a list/],
    ['join(",", ka.user.groups, "x") = a', /exactly 2 arguments/],
    ['ka.nope = a', /nonexistent field ka\.nope/],
    ['ka.verb[0] = a', /does not allow nor require an argument/],
    ['ka.uri.param = a', /requires an argument/],
    ['ka.sourceips[01] exists', /starting with 0/],
    ['ka.sourceips[x] exists', /only by digits/],
  ])('%s', async (condition, message) => {
    const error = await loadError(rule(condition));
    expect(error.code).toBe('LOAD_ERR_COMPILE_CONDITION');
    expect(error.message).toMatch(message);
  });
});

describe('transformers (§3.10)', () => {
  it.each([
    ['tolower(ka.user.name) = alice', true],
    ['toupper("x") = X', true],
    ['basename(jevt.value[/annotations/path]) = x', true],
    ['basename("a/") = ""', true],
    ['b64("aGk=") = hi', true],
    ['b64("aGk") = hi', true],
    ['b64("") = ""', true],
    ['b64("daemonsets") exists', false],
    ['b64("=") exists', false],
    ['b64("==") exists', false],
    ['b64("a") exists', false],
    ['b64("a_b-") exists', false],
    ['concat(ka.verb, "-", 5) = create-5', true],
    ['concat(ka.verb, ka.impuser.name) exists', false],
    ['join("+", ka.user.groups) = dev+ops', true],
    ['join("+", (ka.verb, "x", 5)) = create+x+5', true],
    ['join("+", (ka.verb, ka.impuser.name)) exists', false],
    ['join("+", ()) = ""', true],
    ['join("+", (ka.user.groups, "z")) = dev+ops+z', true],
    ['join("+", (ka.verb, ka.user.groups, ka.user.groups)) = create+dev+ops+dev+ops', true],
    ['join("+", (ka.user.groups, ka.impuser.name)) exists', false],
    ['toupper(ka.user.groups) intersects (OPS)', true],
    ['tolower(toupper(concat("a", "B"))) = ab', true],
    ['getopt(ka.user.groups, "a:")[a] exists', false],
    ['getopt(("-a", "x", "-bc", "rest"), "a:bc")[a] = x', true],
    ['getopt(("-bc", "rest"), "a:bc")[c] = c', true],
    ['getopt(("rest", "-b"), "b")[b] exists', false],
  ])('%s is %s', async (condition, expected) => {
    expect(await fires(condition, EVENT)).toBe(expected);
  });

  it('take lists of more values than a call takes as arguments', async () => {
    const user = { groups: Array.from({ length: 150_000 }, (_, i) => `g${i}`) };
    const condition = 'join(" ", (ka.verb, ka.user.groups)) startswith "create g0 g1 "';
    expect(await fires(condition, { ...EVENT, user })).toBe(true);
  });
});

describe('warnings about values (§3.9, §7.2, §9.4)', () => {
  it.each([
    ['ka.verb = "<NA>"', 'LOAD_UNSAFE_NA_CHECK'],
    ['jevt.value[/a] in (x, "<NA>")', 'LOAD_UNSAFE_NA_CHECK'],
    ['ka.verb = ka.user.name', 'LOAD_COMPILE_CONDITION'],
    ['ka.verb = "ka.user. name"', 'LOAD_COMPILE_CONDITION'],
    ['ka.verb = "tolower(ka.user.name)"', 'LOAD_COMPILE_CONDITION'],
    ['ka.verb regex cre.*', 'LOAD_COMPILE_CONDITION'],
    ['ka.verb regex ^create$', 'LOAD_COMPILE_CONDITION'],
    [`ka.verb != ${'x'.repeat(256)}`, 'LINT_FALCO_REFUSES'],
    ["ka.verb regex '(?i)CREATE'", 'LINT_FALCO_REFUSES'],
    ['jevt.value["/a b"] exists', 'LINT_FALCO_REFUSES'],
    ['ka.verb = "a\\\\"', 'LINT_FALCO_REFUSES'],
    ['ka.verb = x or(ka.verb = y) and ka.verb = z', 'LINT_FALCO_REFUSES'],
  ])('%s: %s', async (condition, code) => {
    expect((await loadOk(rule(condition))).warnings).toEqual([code]);
  });

  it.each([
    'json.value[/a] = "<NA>"',
    'ka.verb contains "<NA>"',
    'ka.verb = ka.nope.name',
    'ka.verb = ka.uri.param',
    'ka.verb regex a.b',
    `ka.verb != ${'x'.repeat(255)}`,
    "ka.verb regex '[a-c]+'",
  ])('%s: none', async (condition) => {
    expect((await loadOk(rule(condition))).warnings).toEqual([]);
  });

  it('gives the warning about <NA> once a rule', async () => {
    const twice = 'ka.verb = "<NA>" or ka.uri = "<NA>"';
    expect((await loadOk(rule(twice))).warnings).toEqual(['LOAD_UNSAFE_NA_CHECK']);
  });
});
