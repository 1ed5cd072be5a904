import { wholeLine } from './corpus.ts';
import { expect, test } from 'vitest';
import { headerSlots } from '../../src/fast/wasm/slots.ts';
import { evaluatedIn } from './engines.ts';

/** By path: a condition on the value there, JSON that meets it, and JSON that does not. */
const HEADER: Readonly<Record<string, readonly [condition: string, met: string, other: string]>> = {
  stage: ['ka.stage = Panic', '"Panic"', '"ResponseComplete"'],
  'objectRef.resource': ['ka.target.resource = pods', '"pods"', '"nodes"'],
  verb: ['ka.verb = get', '"get"', '"list"'],
  'objectRef.subresource': ['ka.target.subresource = exec', '"exec"', '"log"'],
  'user.username': ['ka.user.name = bob', '"bob"', '"alice"'],
  'objectRef.namespace': ['ka.target.namespace = shop', '"shop"', '"default"'],
  'responseStatus.code': ['ka.response.code = 403', '403', '200'],
  userAgent: ['ka.useragent startswith curl', '"curl/8"', '"kubectl/1"'],
  'user.groups': ['ka.user.groups intersects (a)', '["a"]', '["b"]'],
  sourceIPs: ['kx.source_ip.public = true', '["8.8.8.8"]', '["10.0.0.1"]'],
  'annotations.authorization.k8s.io/decision': ['ka.auth.decision = forbid', '"forbid"', '"allow"'],
  'impersonatedUser.username': ['ka.impuser.name = root', '"root"', '"bob"'],
  'impersonatedUser.groups': [
    'jevt.value[/impersonatedUser/groups] contains masters',
    '["masters"]',
    '["x"]',
  ],
  'objectRef.apiGroup': ['jevt.value[/objectRef/apiGroup] = apps', '"apps"', '"batch"'],
  level: ['jevt.value[/level] = Request', '"Request"', '"Metadata"'],
};

const SLOTS = headerSlots([]).map(({ path }) => path);

/** How many events are evaluated in JavaScript, and how many findings they give. */
function evaluated(condition: string, path: readonly string[], json: string) {
  return evaluatedIn(wholeLine({ [path.join('.')]: json }), condition);
}

test('the scanner looks at these values of the header', () => {
  expect(SLOTS.map((path) => path.join('.'))).toEqual(Object.keys(HEADER));
});

// Were a value left out, the findings would be the same, and every event would be evaluated in JavaScript.
test.each(SLOTS.map((path) => [path.join('.'), path] as const))(
  'a condition on %s is decided without evaluating the event',
  async (name, path) => {
    const [condition, met, other] = HEADER[name]!;
    expect(await evaluated(condition, path, met)).toEqual({ evaluated: 1, findings: 1 });
    expect(await evaluated(condition, path, other)).toEqual({ evaluated: 0, findings: 0 });
  },
);
