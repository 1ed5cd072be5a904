import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { MAX } from '../../../src/fast/wasm/layout.gen.ts';
import { rulesOf } from '../conditions.ts';
import { wholeLine } from '../corpus.ts';
import { evaluatedIn, scanFast, scanReference } from '../engines.ts';

const POD = 'authentication.kubernetes.io/pod-name';
const EXTRA = `jevt.value[/user/extra] contains ${POD}`;
const DRY_RUN = 'ka.uri.param[dryRun] = All';

/** Both engines on some lines, each condition a rule. */
async function both(conditions: readonly string[], lines: readonly string[]) {
  const options = { rules: await rulesOf(conditions), matching: 'all' as const };
  const input = Buffer.from(lines.join('\n'));
  return { fast: scanFast(input, options, 1 << 20), reference: scanReference(input, options) };
}

const extra = (json: string): string => wholeLine({ 'user.extra': json });
const uri = (json: string): string => wholeLine({ requestURI: json });

test.each([
  ['holds the text', extra(`{"${POD}":["a"]}`), { evaluated: 1, findings: 1 }],
  ['holds another', extra('{"a":["b"]}'), { evaluated: 0, findings: 0 }],
  ['is missing', wholeLine({}), { evaluated: 0, findings: 0 }],
] as const)('user.extra that %s decides a rule in the scanner', async (_, line, counts) => {
  expect(await evaluatedIn(line, EXTRA)).toEqual(counts);
  // A text that is there for certain leaves nothing of its negation to evaluate.
  expect(await evaluatedIn(line, `not ${EXTRA} and ka.verb = nothing`)).toMatchObject({
    evaluated: 0,
  });
  expect(await evaluatedIn(line, `${EXTRA} and not ${EXTRA}`)).toMatchObject({ evaluated: 0 });
});

test('a URI without the name of a parameter decides that it has none', async () => {
  const plain = uri('"/api/v1/pods?fieldManager=kubectl\\u0026fieldValidation=Strict"');
  expect(await evaluatedIn(plain, DRY_RUN)).toEqual({ evaluated: 0, findings: 0 });
  expect(await evaluatedIn(plain, `not ${DRY_RUN}`)).toEqual({ evaluated: 1, findings: 1 });
  expect(await evaluatedIn(uri('"/a?x=1\\u0026dryRun=All"'), DRY_RUN)).toEqual({
    evaluated: 1,
    findings: 1,
  });
});

/** A character of a name in each spelling that a URI or JSON has for it. */
function spellings(char: string): string[] {
  const hex = char.charCodeAt(0).toString(16);
  return [`%${hex}`, `%${hex.toUpperCase()}`, `\\u00${hex}`, `\\u0025${hex}`];
}

test('parameters in every spelling are found alike by both engines', async () => {
  const name = 'dryRun';
  const names = Array.from(name).flatMap((char, at) =>
    spellings(char).map((code) => name.slice(0, at) + code + name.slice(at + 1)),
  );
  const values = ['All', '%41ll', 'A\\u006cl', 'all', ''];
  const uris = [name, ...names, 'dryrun', 'd+ryRun', 'xdryRun', '%2564ryRun'].flatMap((key) =>
    values.flatMap((value) => [`"/a?${key}=${value}"`, `"/a?b=c\\u0026${key}=${value}#f"`]),
  );
  const odd = ['null', '7', '["/a?dryRun=All"]', '{"a":"?dryRun=All"}', '"\\u0000/a?dryRun=All"'];
  const lines = [...uris, ...odd, '"/a\\u0000?dryRun=All"', '"*"', '":?dryRun=All"'].map(uri);
  const { fast, reference } = await both([DRY_RUN, `not ${DRY_RUN}`], lines);
  expect(fast).toEqual(reference);
  expect(fast.findings.length).toBe(lines.length);
});

test('texts in values of every kind are found alike by both engines', async () => {
  const conditions = ['nt', 'b', 'uth', 'au', 'n\\t', '"k"', 'k":["v', POD].map(
    (text) => `jevt.value[/user/extra] contains '${text}'`,
  );
  const values = [
    `{"${POD}":["a"]}`,
    `{ "${POD}" : [ "k" ] }`,
    '{"k":["v\\nt"],"a":"\\u0061uth"}',
    '{"k":["v\\u0000"],"authent":"\\/"}',
    '"auth\\nt\\tb"',
    '"\\u0000auth"',
    '"au\\u0000th"',
    '"\\bau\\\\nt"',
    '["nt","k"]',
    '["n\\\\t"]',
    'null',
    '12',
    '{}',
    `"${'x'.repeat(200)}uth"`,
  ];
  for (const some of [conditions, conditions.slice(0, 2), conditions.slice(3, 4)]) {
    const rules = [...some, ...some.map((condition) => `not ${condition}`)];
    const { fast, reference } = await both(rules, values.map(extra));
    expect(fast).toEqual(reference);
  }
});

test('more texts than make a class are found alike by both engines', async () => {
  const texts = Array.from({ length: MAX.maskedTexts + 1 }, (_, i) => `text-${i}-`);
  const lines = texts.flatMap((text, i) => [
    extra(`{"a":["${text}","${texts[(3 * i) % texts.length]}"]}`),
    extra(`{"a":["${text.slice(1)}"]}`),
  ]);
  for (const count of [1, MAX.maskedTexts, texts.length]) {
    const rules = texts.slice(0, count).map((text) => `jevt.value[/user/extra] contains ${text}`);
    const { fast, reference } = await both(rules, lines);
    expect(fast).toEqual(reference);
  }
});

const bodied = (json: string, more: Record<string, string> = {}): string =>
  wholeLine({ verb: '"create"', level: '"RequestResponse"', requestObject: json, ...more });

test('of the rules on a body, those whose texts it lacks are not evaluated', async () => {
  const condition = (word: string): string => `jevt.value[/requestObject] contains ${word}`;
  const rule = `${condition('first-text')} and ${condition('second-text')}`;
  expect(await evaluatedIn(bodied('{"a":"first-text"}'), rule)).toMatchObject({ evaluated: 0 });
  expect(await evaluatedIn(bodied('{"a":"first-text, second-text"}'), rule)).toEqual({
    evaluated: 1,
    findings: 1,
  });
});

test('bodies with more combinations of texts than are remembered are judged alike by both engines', async () => {
  const words = Array.from({ length: 11 }, (_, i) => `word-${i}-`);
  const rules = words.map(
    (word, i) =>
      `jevt.value[/requestObject] contains ${word} and ` +
      `(not jevt.value[/requestObject] contains ${words[(i + 1) % words.length]} or ka.req.pod.host_pid = true)`,
  );
  const lines = Array.from({ length: 1 << words.length }, (_, set) => {
    const some = words.filter((_word, i) => ((set >> i) & 1) === 1);
    const escape = set % 97 === 0 ? '\\u0061' : '';
    return bodied(JSON.stringify({ some }).replace('{', `{"x":"${escape}",`), {
      verb: set % 11 === 0 ? '"patch"' : '"create"',
    });
  });
  expect(lines.length).toBeGreaterThan(2 * MAX.outcomes);
  const { fast, reference } = await both(rules, lines);
  expect(fast).toEqual(reference);
  expect(fast.findings.length).toBeGreaterThan(lines.length);
});
