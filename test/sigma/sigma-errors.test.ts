import { describe, expect, it } from 'vitest';
import { loadError } from '../helpers.ts';
import { sigmaRule } from './sigma-text.ts';

describe('errors name the place and what was meant', () => {
  const inSelection = (key: string): string => sigmaRule(`sel:\n  ${key}\ncondition: sel`);
  it.each([
    [
      'objectRef.resourc: pods',
      "'objectRef.resourc' is no field of Kubernetes audit events",
      "did you mean 'objectRef.resource'",
    ],
    [
      'target.resource: pods',
      "'target.resource' is no field of Kubernetes audit events",
      'objectRef.resource',
    ],
    [
      'objectRef.foo.bar: x',
      "'objectRef.foo.bar' is no field of Kubernetes audit events",
      undefined,
    ],
    ['verb|contain: x', "modifier 'contain' is not known", "did you mean 'contains'"],
    [
      'verb|expand: "%x%"',
      "modifier 'expand' is refused: there are no lists to put in place of %name%",
      undefined,
    ],
    [
      'verb|hour: 3',
      "modifier 'hour' is refused: parts of a time are no field; `--since` and policies choose times",
      undefined,
    ],
    ['verb|re: "a("', "'a(' is no regular expression of RE2: missing )", undefined],
    ['verb|re: "a)(b"', "'a)(b' is no regular expression of RE2: unexpected )", undefined],
    [
      'verb|re: "(?<!a)b"',
      "'(?<!a)b' is no regular expression of RE2: no argument for repetition operator",
      'lookbehind',
    ],
    ['verb|exists: maybe', 'the modifier needs true or false', undefined],
    ['verb|gt: abc', 'the modifier needs a number', undefined],
    ['verb|contains|re: a', "'re' must be the first modifier", undefined],
    ['verb|wide: a', 'a value holds a NUL character', "'wide' belongs before 'base64'"],
    ['verb|base64: "a*"', 'wildcards do not go with this modifier', undefined],
    ['verb: {a: b}', 'a field is compared with values, not with a map', 'dots'],
    ['sourceIPs|cidr: 10.0.0.0/33', 'unrecognized IP network 10.0.0.0/33', 'such as 10.0.0.0/8'],
    ['hostPath|cidr: 10.0.0.0/8', "'cidr' needs a field of the event", 'such as sourceIPs'],
    ['hostPath: "/v*r/x"', 'a list takes no wildcard inside a text', 'requestObject.spec.volumes'],
  ])('%s', async (key, message, hint) => {
    const error = await loadError(inSelection(key));
    expect(error.message).toBe(message);
    expect(error.hint ?? '').toContain(hint ?? '');
    expect(error.line).toBe(5);
  });

  it.each([
    ['condition: sel', "the condition names 'sel', which is no detection", undefined],
    ['sel:\n  verb: get', "the detection has no 'condition'", undefined],
    [
      'sel:\n  verb: get\ncondtion: sel',
      "the detection has no 'condition'",
      "'condtion' may be meant for it",
    ],
    [
      'sel:\n  verb: get\ncondition: se',
      "the condition names 'se', which is no detection",
      "did you mean 'sel'?",
    ],
    ['sel:\n  verb: get\ncondition: (sel', "a ')' is missing in the condition", undefined],
    [
      'sel:\n  verb: get\ncondition: sel sel',
      "unexpected 'sel' in the condition",
      "'and' or 'or' may be missing",
    ],
    [
      'sel:\n  verb: get\ncondition: sel and',
      'the condition ends where a detection should be',
      undefined,
    ],
    ['sel:\n  verb: get\ncondition: 2 of them', "'2 of' is not known", undefined],
    ['sel:\n  verb: get\ncondition: 1 of x*', "'1 of x*' selects no detection", 'detections: sel'],
    [
      'sel:\n  verb: get\ncondition: sel | count() > 3',
      'aggregations behind a | are no longer part of Sigma',
      'correlation',
    ],
    ['sel:\n  verb: get\n  verb: list\ncondition: sel', "'verb' is twice in 'sel'", undefined],
    ['sel: {}\ncondition: sel', "'sel' is empty", undefined],
    [
      'sel:\n  "|all": [null]\ncondition: sel',
      'a keyword is a text: this value needs a field',
      undefined,
    ],
  ])('%s', async (detection, message, hint) => {
    const error = await loadError(sigmaRule(detection));
    expect(error.message).toBe(message);
    expect(error.hint ?? '').toContain(hint ?? '');
  });

  it.each([
    ['title: ""\nlogsource: {product: kubernetes}\ndetection: {}', 'the rule has no title', 1],
    ['tilte: X\nlogsource: {product: kubernetes}\ndetection: {}', 'the rule has no title', 1],
    ['title: X\nlogsource: {product: kubernetes}', "the rule has no 'detection'", 1],
    ['title: X\ndetection: {s: {verb: get}, condition: s}', "the rule has no 'logsource'", 1],
    [
      'title: X\nlogsource: kubernetes\ndetection: {}',
      'logsource must be a map with product and service',
      2,
    ],
    [
      'title: X\nlogsource: {product: kubernetes}\ndetection: []',
      'detection must be a map of detections and a condition',
      3,
    ],
    [
      'title: X\nlevel: hgih\nlogsource: {product: kubernetes}\ndetection: {s: {verb: get}, condition: s}',
      "level 'hgih' is not known",
      2,
    ],
    ['title: [X]\nlogsource: {product: kubernetes}\ndetection: {}', 'title must be a text', 1],
  ])('%s', async (text, message, line) => {
    const error = await loadError(text);
    expect(error).toMatchObject({ message, line });
  });
});
