import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadRules } from '../../src/rules/load.ts';
import { like, loadError, loadOk, rule } from '../helpers.ts';

const RULE = rule('ka.verb exists');
const requirePlugins = (text: string): string => `- required_plugin_versions: ${text}\n`;

describe('documents and items (§1.1)', () => {
  it.each([
    ['nothing', '', 0],
    ['a comment', '# nothing\n', 0],
    ['null entries', `-\n- ~\n${RULE}`, 1],
    ['several documents', `---\n${RULE}---\n---\n${RULE.replace('"R"', '"S"')}...\n`, 2],
    ['a byte order mark and CRLF', `\ufeff${RULE.replaceAll('\n', '\r\n')}`, 1],
    [
      'anchors',
      `- list: L\n  items: &a [x]\n- list: M\n  items: *a\n${rule('ka.verb in (L, M)')}`,
      1,
    ],
    ['a tab after a comma', `- list: L\n  items: [x,\ty]\n${rule('ka.verb in (L)')}`, 1],
    ['a tab after a bracket', `- list: L\n  items: [\tx]\n${rule('ka.verb in (L)')}`, 1],
    [
      'a list over lines that tabs indent',
      `- list: L\n  items: [\n\tx,\n\ty\n\t]\n${rule('ka.verb in (L)')}`,
      1,
    ],
    ['a version with blanks', `- required_engine_version: 0. 31.0\n${RULE}`, 1],
    ['the first of two equal keys', `${RULE}  condition: ka.nope\n`, 1],
  ])('takes %s', async (_what, text, count) => {
    expect((await loadOk(text)).rules).toHaveLength(count);
  });

  it.each([
    ['a text', 'abc', 'LOAD_ERR_YAML_VALIDATE', 'Rules content is not yaml'],
    [
      'a mapping',
      'rule: R',
      'LOAD_ERR_YAML_VALIDATE',
      'Rules content is not yaml array of objects',
    ],
    ['an entry that is a text', '- a', 'LOAD_ERR_YAML_VALIDATE', /^Unexpected element type/],
    ['a null name', '- rule:', 'LOAD_ERR_YAML_VALIDATE', "Mapping for key 'rule' is empty"],
    ['a list as name', '- macro: [m]', 'LOAD_ERR_YAML_VALIDATE', 'Value is not a scalar value'],
    ['broken YAML', '- rule: [', 'LOAD_ERR_YAML_PARSE', /./],
    ['an unknown alias', '- list: *a', 'LOAD_ERR_YAML_PARSE', /./],
    ['a list as key', '- {list: L, items: [], [a]: 2}', 'LOAD_ERR_YAML_PARSE', 'bad conversion'],
    ['a map as key', '- {list: L, items: [], {a: 1}: 2}', 'LOAD_ERR_YAML_PARSE', 'bad conversion'],
    ['half a pair', '- list: "\\ud83d\\ude00"', 'LOAD_ERR_YAML_PARSE', /^invalid unicode/],
    ['two commas', '- list: L\n  items: [a,, b]', 'LOAD_ERR_YAML_VALIDATE', /^expected the node/],
    [
      'a tab line',
      '- macro: m\n  condition: ka.verb = x\n\t\n- list: L\n  items: []',
      'LOAD_ERR_YAML_PARSE',
      /^illegal tab/,
    ],
    ['a tab as indentation', '- list: L\n\titems: []', 'LOAD_ERR_YAML_PARSE', /./],
    ['a no-break space as indentation', '- rule: R\n\u00a0 desc: d', 'LOAD_ERR_YAML_VALIDATE', /./],
    ['a control character', '- list: "\u0001"', 'LOAD_ERR_YAML_PARSE', /./],
  ])('refuses %s', async (_what, text, code, message) => {
    const error = await loadError(text);
    expect(error.code).toBe(code);
    expect(error.message).toEqual(like(message));
  });

  it.each([
    ['an unknown item', '- foo: 1\n', ['LOAD_UNKNOWN_ITEM'], undefined],
    [
      'a rule by another key',
      '- name: R\n  condition: ka.verb exists\n',
      ['LOAD_UNKNOWN_ITEM'],
      "a rule begins with '- rule: NAME'",
    ],
    ['a mistyped item', '- ruls: 1\n', ['LOAD_UNKNOWN_ITEM'], "did you mean 'rule'?"],
    ['an unknown key', `${RULE}  minimum: 1\n`, ['LOAD_UNKNOWN_KEY'], undefined],
    ['a mistyped key', `${RULE}  tag: [a]\n`, ['LOAD_UNKNOWN_KEY'], "did you mean 'tags'?"],
    [
      'a merge key',
      `${RULE}  <<: {tags: [a]}\n`,
      ['LOAD_UNKNOWN_KEY'],
      'merge keys are not expanded',
    ],
    [
      'a macro that is a rule too',
      '- macro: m\n  condition: ka.verb=x\n  rule: R\n',
      ['LOAD_UNKNOWN_KEY', 'LOAD_UNUSED_MACRO'],
      undefined,
    ],
  ])('warns about %s', async (_what, text, codes, hint) => {
    const { files, warnings } = await loadOk(text);
    expect(warnings).toEqual(codes);
    expect(files[0]!.warnings[0]!.hint).toBe(hint);
  });

  it('repeats the warnings of earlier files', async () => {
    const loaded = await loadOk('- list: L\n  items: [a]\n', '- list: M\n  items: [L]\n');
    expect(loaded.warnings).toEqual(['LOAD_UNUSED_LIST', 'LOAD_UNUSED_LIST']);
  });

  it('stops at the first file with an error', async () => {
    const broken = { name: 'b.yaml', text: '- a' };
    const { ruleSet, files } = await loadRules([broken, { name: 'c.yaml', text: RULE }]);
    expect(ruleSet).toBeUndefined();
    expect(files.map(({ name, successful }) => [name, successful])).toEqual([['b.yaml', false]]);
  });
});

describe('required_engine_version (§1.2)', () => {
  it.each(['15', '"15"', '0.31.0', '0.63.0', '0.31.0-rc1', '0x10', '63'])(
    '%s is met',
    async (version) => {
      expect((await loadOk(`- required_engine_version: ${version}\n`)).warnings).toEqual([]);
    },
  );

  it.each([
    ['64', 'LOAD_ERR_VALIDATE'],
    ['99', 'LOAD_ERR_VALIDATE'],
    ['1.0.0', 'LOAD_ERR_VALIDATE'],
    ['0.63.1', 'LOAD_ERR_VALIDATE'],
    ['0.31', 'LOAD_ERR_YAML_VALIDATE'],
    ['-1', 'LOAD_ERR_YAML_VALIDATE'],
    ['abc', 'LOAD_ERR_YAML_VALIDATE'],
    ['99999999999', 'LOAD_ERR_YAML_VALIDATE'],
    ['', 'LOAD_ERR_YAML_VALIDATE'],
    ['[1]', 'LOAD_ERR_YAML_VALIDATE'],
  ])('%s is refused with %s', async (version, code) => {
    expect((await loadError(`- required_engine_version: ${version}\n`)).code).toBe(code);
  });
});

describe('required_plugin_versions (§1.3)', () => {
  it.each([
    ['[{name: k8saudit, version: 0.7.0}, {name: json, version: 0.7.4}]', undefined],
    ['[{name: okta, version: 9.0.0, alternatives: [{name: json, version: 0.7.0}]}]', undefined],
    [
      '[{name: k8saudit, version: 0.19.0}]',
      /^f:1: .*'k8saudit' version '0.18.0' is not compatible.*'0.19.0'/,
    ],
    ['[{name: k8saudit, version: 1.0.0}]', /not compatible/],
    ['[{name: k8saudit-gke, version: 0.1.0}, {name: json, version: 0.7.0}]', undefined],
    ['[{name: k8saudit-ovh, version: 0.1.0}]', undefined],
    ['[{name: k8saudit-eks, version: 0.99.0}]', /'k8saudit-eks' version '0.12.0' is not/],
    [
      '[{name: k8saudit-eks, version: 9.0.0, alternatives: [{name: k8saudit, version: 0.1.0}]}]',
      undefined,
    ],
    [
      '[{name: k8saudit-eks, version: 0.4.0, alternatives: [{name: k8saudit, version: 0.99.0}]}]',
      /'k8saudit' version '0.18.0' is not compatible/,
    ],
    [
      '[{name: k8saudit, version: 0.99.0, alternatives: [{name: json, version: 0.1.0}]}]',
      /not compatible/,
    ],
    [
      '[{name: a, version: 1.0.0, alternatives: [{name: b, version: 2.0.0}]}]',
      /must load one of: a \(>= 1\.0\.0\), b \(>= 2\.0\.0\)/,
    ],
  ])('%s', async (text, unmet) => {
    const result = await loadRules([{ name: 'f', text: requirePlugins(text) }]);
    expect(result.unmet ?? 'met').toEqual(like(unmet ?? 'met'));
    expect(result.ruleSet === undefined).toBe(unmet !== undefined);
  });

  it.each([
    ['a', 'LOAD_ERR_YAML_VALIDATE', /must be a sequence/],
    ['', 'LOAD_ERR_YAML_VALIDATE', /must be a sequence/],
    ['[a]', 'LOAD_ERR_YAML_VALIDATE', /must be a mapping/],
    ['[{name: a}]', 'LOAD_ERR_YAML_VALIDATE', /'version'/],
    [
      '[{name: a, version: x, alternatives: b}]',
      'LOAD_ERR_YAML_VALIDATE',
      /alternatives must be a sequence/,
    ],
    ['[{name: a, version: x}]', 'LOAD_ERR_VALIDATE', /Invalid required version 'x' for plugin 'a'/],
    [
      '[{name: a, version: 1.0.0, alternatives: [{name: a, version: 2.0.0}]}]',
      'LOAD_ERR_VALIDATE',
      /multiple alternative/,
    ],
  ])('%s is refused', async (text, code, message) => {
    const error = await loadError(requirePlugins(text));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
});

describe('loading', () => {
  it('never throws, whatever is done to a valid file', async () => {
    const valid = `- required_engine_version: 15\n- list: L\n  items: [a, "b c"]\n- macro: m\n  condition: >\n    ka.verb in (L)\n    and not x\n${rule(
      'm and ka.user.groups intersects (L)',
      'exceptions:',
      '- {name: e, fields: [ka.uri, ka.verb], comps: [in, =], values: [[[a, b], c]]}',
    )}- rule: R\n  output: "%ka.verb"\n  override: {output: append}\n`;
    const edit = fc.record({
      at: fc.nat(valid.length),
      cut: fc.nat(12),
      text: fc.oneof(
        fc.string({ maxLength: 4 }),
        fc.constantFrom(
          '[',
          ']',
          '{',
          '}',
          ': ',
          '- ',
          '\n  ',
          '"',
          "'",
          '&a ',
          '*a',
          '~',
          '%',
          '(',
          '|\n',
          '<<: ',
          '\t',
          'override: ',
        ),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        let text = valid;
        for (const { at, cut, text: added } of edits)
          text = text.slice(0, at) + added + text.slice(at + cut);
        const { files } = await loadRules([{ name: 'f', text }]);
        for (const { line, column, snippet } of files.flatMap(({ errors, warnings }) =>
          errors.concat(warnings),
        )) {
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
          expect(snippet).toContain('^');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('survives deep nesting and aliases that multiply', async () => {
    const deep = `- rule: ${'['.repeat(50_000)}`;
    const laughs = `- list: a\n  items: &a [${'x,'.repeat(9)}x]\n${['b', 'c', 'd', 'e', 'f', 'g']
      .map((name, i) => `- list: ${name}\n  items: &${name} [${`*${'abcdef'[i]},`.repeat(9)}x]\n`)
      .join('')}`;
    expect((await loadError(deep)).code).toBe('LOAD_ERR_YAML_PARSE');
    expect((await loadError(laughs)).code).toBe('LOAD_ERR_YAML_VALIDATE');
  });
});
