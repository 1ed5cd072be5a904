import { wholeLine } from './corpus.ts';
import { describe, expect, test } from 'vitest';
import { evaluatedIn } from './engines.ts';

interface Parts {
  readonly name?: string;
  readonly body?: string;
  readonly level?: string;
  readonly verb?: string;
  /** Further members, JSON text by path. */
  readonly more?: Readonly<Record<string, string>>;
}

/** An event; its parts are JSON text. */
function line({
  name = '"web"',
  body = '{}',
  level = '"Request"',
  verb = '"create"',
  more = {},
}: Parts): string {
  return wholeLine({
    level,
    verb,
    'objectRef.resource': '"pods"',
    'objectRef.name': name,
    requestObject: body,
    ...more,
  });
}

/** How many events the scanner leaves to be evaluated, and how many findings they give. */
function left(condition: string, parts: Parts) {
  return evaluatedIn(line(parts), condition);
}

const REJECTED = { evaluated: 0, findings: 0 };
const QUIET = { evaluated: 1, findings: 0 };
const FOUND = { evaluated: 1, findings: 1 };

describe('texts in names', () => {
  const debug = 'ka.target.name startswith node-debugger-';
  test.each([
    ['"web-1"', REJECTED],
    ['"node-debugger"', REJECTED],
    ['"node-debugger-x"', FOUND],
    ['"a-node-debugger-x"', QUIET],
    ['"node-debugge\\u0072-x"', FOUND],
    ['"\\u003cweb\\u003e \\"x\\""', REJECTED],
    ['7', REJECTED],
  ])('%s gives %j', async (name, expected) => {
    expect(await left(debug, { name })).toEqual(expected);
  });

  test('of several texts each keeps the event', async () => {
    const some = 'ka.target.name in (aws-auth, coredns)';
    expect(await left(some, { name: '"coredns"' })).toEqual(FOUND);
    expect(await left(some, { name: '"aws-auth"' })).toEqual(FOUND);
    expect(await left(some, { name: '"aws"' })).toEqual(REJECTED);
  });
});

test('a text that is made of the URI may not be in it', async () => {
  const command = 'ka.uri.param[command] contains "cat /etc"';
  const more = { requestURI: '"/exec?command=cat%20%2Fetc%2Fshadow"' };
  expect(await left(command, { more })).toEqual(FOUND);
});

describe('texts in bodies', () => {
  const host = 'ka.req.pod.host_network = true';
  const body = '{"spec":{"hostNetwork":true}}';
  test.each<[string, Parts, object]>([
    ['without the text', {}, REJECTED],
    ['with the text', { body }, FOUND],
    ['with the text as an escape', { body: body.replace('host', 'hos\\u0074') }, FOUND],
    ['of a patch', { verb: '"patch"' }, QUIET],
    ['of what may be a patch', { verb: '"p\\u0061tch"' }, QUIET],
    ['that were not logged', { level: '"Metadata"' }, QUIET],
    ['of an unknown level', { level: '"Requestx"' }, QUIET],
    ['with responses', { level: '"RequestResponse"' }, REJECTED],
    ['that were cut', { more: { 'annotations.audit.k8s.io/truncated': '"true"' } }, QUIET],
    ['with blanks', { body: '{"spec": {}}' }, REJECTED],
    ['with the text and blanks', { body: body.replaceAll(':', ' : ') }, FOUND],
  ])('%s', async (_name, parts, expected) => {
    expect(await left(host, parts)).toEqual(expected);
  });
});
