import { describe, expect, it } from 'vitest';
import { formatDiagnostic, toFalcoJson } from '../../src/rules/diagnostics.ts';
import { loadRules } from '../../src/rules/load.ts';
import { loadError, loadOk, rule } from '../helpers.ts';

const HEAD = '- rule: R\n  desc: d\n';
const TAIL = '\n  output: o\n  priority: INFO\n  source: k8s_audit\n';
const withCondition = (written: string): string => `${HEAD}  condition: ${written}${TAIL}`;

describe('printed errors', () => {
  it.each([
    [
      'a field',
      withCondition('ka.verd = x'),
      `f1.yaml:3:14: error: rule 'R', rule condition: filter_check called with nonexistent field ka.verd
    condition: ka.verd = x
               ^
  LOAD_ERR_COMPILE_CONDITION (Error compiling condition)
  hint: did you mean 'ka.verb'?`,
    ],
    [
      'a part of a field name',
      withCondition('ka.response = x'),
      `f1.yaml:3:14: error: rule 'R', rule condition: filter_check called with nonexistent field ka.response
    condition: ka.response = x
               ^
  LOAD_ERR_COMPILE_CONDITION (Error compiling condition)
  hint: fields that start with it: ka.response.code, ka.response.reason`,
    ],
    [
      'a macro',
      `- macro: is_pod\n  condition: ka.verb exists\n${withCondition('isPod')}`,
      `f1.yaml:5:14: error: rule 'R', rule condition: Undefined macro 'isPod' used in filter.
    condition: isPod
               ^
  LOAD_ERR_VALIDATE (Error validating rule/macro/list/exception objects)
  hint: did you mean 'is_pod'?`,
    ],
    [
      'a parenthesis',
      withCondition('(ka.verb = x'),
      `f1.yaml:3:26: error: rule 'R', rule condition: expected a ')' token
    condition: (ka.verb = x
                           ^
  LOAD_ERR_COMPILE_CONDITION (Error compiling condition)
  hint: a parenthesis is not closed`,
    ],
    [
      'an operator for parts of a text',
      withCondition('ka.user.groups startswith x'),
      `f1.yaml:3:28: error: rule 'R', rule condition: filter error: 'startswith' operator not supported list filters
    condition: ka.user.groups startswith x
                             ^
  LOAD_ERR_COMPILE_CONDITION (Error compiling condition)
  hint: ka.user.groups is a list: use intersects (…) for whole values, or compare its text: join(",", ka.user.groups) glob …`,
    ],
    [
      'a field of system calls',
      withCondition('evt.type = execve'),
      `f1.yaml:3:14: error: rule 'R', rule condition: filter_check called with nonexistent field evt.type
    condition: evt.type = execve
               ^
  LOAD_ERR_COMPILE_CONDITION (Error compiling condition)
  hint: evt.type is a field of system calls: audit events have none like it`,
    ],
    [
      'a field of pods that system calls have',
      withCondition('k8s.ns.name = shop'),
      `f1.yaml:3:14: error: rule 'R', rule condition: filter_check called with nonexistent field k8s.ns.name
    condition: k8s.ns.name = shop
               ^
  LOAD_ERR_COMPILE_CONDITION (Error compiling condition)
  hint: audit events have ka.target.namespace`,
    ],
    [
      'a key as other languages call it',
      '- rule: R\n  description: d\n  condition: ka.verb exists\n  output: o\n  priority: INFO\n',
      `f1.yaml:1:3: error: rule 'R': Item has no mapping for key 'desc'
  - rule: R
    ^
  LOAD_ERR_YAML_VALIDATE (Error validating internal structure of YAML file)
  hint: write 'desc' for 'description'`,
    ],
    [
      'overrides for override',
      `${rule('ka.verb exists')}- rule: R\n  condition: and ka.uri exists\n  overrides: {condition: append}\n`,
      `f1.yaml:7:3: error: rule 'R': Item has no mapping for key 'output'
  - rule: R
    ^
  LOAD_ERR_YAML_VALIDATE (Error validating internal structure of YAML file)
  hint: write 'override' for 'overrides'`,
    ],
    [
      'a mistyped key that override names',
      `${rule('ka.verb exists')}- rule: R\n  conditions: and ka.uri exists\n  override: {condition: append}\n`,
      `f1.yaml:7:3: error: rule 'R': An append override for 'condition' was specified but 'condition' is not defined
  - rule: R
    ^
  LOAD_ERR_YAML_VALIDATE (Error validating internal structure of YAML file)
  hint: write 'condition' for 'conditions'`,
    ],
    [
      'a macro that refers to itself',
      '- macro: m\n  condition: not m\n',
      `f1.yaml:2:18: error: macro 'm', macro condition: Undefined macro 'm' used in filter.
    condition: not m
                   ^
  LOAD_ERR_VALIDATE (Error validating rule/macro/list/exception objects)
  hint: a macro cannot refer to itself`,
    ],
    [
      'an operator for lists',
      withCondition('ka.user.groups != x'),
      `f1.yaml:3:28: error: rule 'R', rule condition: filter error: '!=' operator not supported list filters
    condition: ka.user.groups != x
                             ^
  LOAD_ERR_COMPILE_CONDITION (Error compiling condition)
  hint: ka.user.groups is a list: use not … intersects (…)`,
    ],
    [
      'a priority',
      withCondition('ka.verb exists').replace('INFO', 'WARN'),
      `f1.yaml:5:13: error: rule 'R', rule priority: Invalid priority 'WARN'
    priority: WARN
              ^
  LOAD_ERR_YAML_VALIDATE (Error validating internal structure of YAML file)
  hint: did you mean 'WARNING'?`,
    ],
    [
      'an override key',
      '- rule: R\n  conditon: x\n  override: {conditon: replace}\n',
      `f1.yaml:3:14: error: rule 'R', overrides: Key 'conditon' cannot be replaced
    override: {conditon: replace}
               ^
  LOAD_ERR_YAML_VALIDATE (Error validating internal structure of YAML file)
  hint: did you mean 'condition'?`,
    ],
    [
      'a rule to change',
      `${rule('ka.verb exists')}- rule: r\n  desc: x\n  override: {desc: append}\n`,
      `f1.yaml:7:3: error: rule 'r': Rule uses 'append' or 'override.desc: append' but no rule by that name already exists
  - rule: r
    ^
  LOAD_ERR_VALIDATE (Error validating rule/macro/list/exception objects)
  hint: did you mean 'R'?`,
    ],
    [
      'a mistyped key',
      withCondition('ka.verb exists').replace('condition', 'conditon'),
      `f1.yaml:1:3: error: rule 'R': Item has no mapping for key 'condition'
  - rule: R
    ^
  LOAD_ERR_YAML_VALIDATE (Error validating internal structure of YAML file)
  hint: write 'condition' for 'conditon'`,
    ],
    [
      'a change without override',
      `${rule('ka.verb exists')}- rule: R\n  exceptions: []\n`,
      `f1.yaml:7:3: error: rule 'R': Item has no mapping for key 'enabled'
  - rule: R
    ^
  LOAD_ERR_YAML_VALIDATE (Error validating internal structure of YAML file)
  hint: to change the rule of this name, add 'override: {exceptions: append}'`,
    ],
    [
      'a new value without override',
      `${rule('ka.verb exists')}- rule: R\n  condition: and ka.uri exists\n  desc: x\n`,
      `f1.yaml:7:3: error: rule 'R': Item has no mapping for key 'output'
  - rule: R
    ^
  LOAD_ERR_YAML_VALIDATE (Error validating internal structure of YAML file)
  hint: to change the rule of this name, add 'override: {condition: append, desc: replace}'`,
    ],
    [
      'a rule without anything',
      '- rule: R\n',
      `f1.yaml:1:3: error: rule 'R': Item has no mapping for key 'enabled'
  - rule: R
    ^
  LOAD_ERR_YAML_VALIDATE (Error validating internal structure of YAML file)
  hint: a rule needs condition, output, desc and priority`,
    ],
    [
      'a percent sign',
      withCondition('ka.verb exists').replace('output: o', 'output: 100% sure'),
      `f1.yaml:4:15: error: rule 'R', rule output: unknown filter: unexpected token after '
    output: 100% sure
                ^
  LOAD_ERR_COMPILE_OUTPUT (Error compiling output)
  hint: a percent sign starts a field; it cannot be printed as such`,
    ],
    [
      'a field that is none, in an output',
      withCondition('ka.verb exists').replace('output: o', 'output: o %proc.name'),
      `f1.yaml:4:14: error: rule 'R', rule output: unknown filter: unexpected token after '
    output: o %proc.name
               ^
  LOAD_ERR_COMPILE_OUTPUT (Error compiling output)
  hint: proc.name is a field of system calls: audit events have none like it`,
    ],
    [
      'items without a list',
      'rule: R\nenabled: false\n',
      `f1.yaml:1:1: error: rules content: Rules content is not yaml array of objects
  rule: R
  ^
  LOAD_ERR_YAML_VALIDATE (Error validating internal structure of YAML file)
  hint: each item begins with '- ', as in - rule: NAME`,
    ],
    ...[
      ['namspace', "hint: did you mean 'namespace'[?]"],
      ['team', 'hint: the rule has the exceptions namespace, user; a new one needs fields'],
    ].map(([name, hint]): [string, string, unknown] => [
      `an added exception ${name}`,
      `${withCondition('ka.verb exists')}  exceptions: [{name: namespace, fields: [ka.target.namespace]}, {name: user, fields: [ka.user.name]}]
- rule: R
  exceptions: [{name: ${name}, values: [[a]]}]
  override: {exceptions: append}
`,
      expect.stringMatching(
        new RegExp(`exception '${name}': Rule exception must have fields [^]*\\n {2}${hint}$`),
      ),
    ]),
    [
      'an exception',
      `${withCondition('ka.verb exists')}  exceptions: [{name: e, fields: [ka.verb], comps: [equals], values: [[a]]}]\n`,
      `f1.yaml:7:53: error: rule 'R', exception 'e': 'equals' is not a supported comparison operator
    exceptions: [{name: e, fields: [ka.verb], comps: [equals], values: [[a]]}]
                                                      ^
  LOAD_ERR_VALIDATE (Error validating rule/macro/list/exception objects)`,
    ],
    [
      'YAML',
      '- rule: [a\n  desc: d\n',
      expect.stringMatching(
        /^f1\.yaml:\d+:\d+: error: .+\n[^]*\n {2}LOAD_ERR_YAML_PARSE \(YAML parse error\)$/,
      ),
    ],
  ])('about %s', async (_what, text, expected) => {
    expect(formatDiagnostic(await loadError(text))).toEqual(expected);
  });

  it('cut long lines around the place', async () => {
    const long = withCondition(
      `ka.verb in (${'x, '.repeat(100)}x) and ZZZ and ka.verb in (${'y, '.repeat(100)}y)`,
    );
    const [shown = '', caret = ''] = (await loadError(long)).snippet.split('\n');
    expect(shown).toMatch(/^\.\.\..*\.\.\.$/);
    expect(shown.length).toBe(166);
    expect(shown.slice(caret.length - 1).startsWith('ZZZ')).toBe(true);
  });
});

describe('results as Falco prints them (§7)', () => {
  it('have its keys, with positions from 0', async () => {
    const { files } = await loadRules([
      { name: 'a.yaml', text: '- list: L\n  items: [a]\n' },
      { name: 'b.yaml', text: withCondition('ka.verb = x and ZZZ') },
    ]);
    const position = { name: 'b.yaml', line: 2, column: 29, offset: 49 };
    expect(toFalcoJson(files)).toEqual({
      falco_load_results: [
        {
          name: 'a.yaml',
          successful: true,
          errors: [],
          warnings: [
            expect.objectContaining({ code: 'LOAD_UNUSED_LIST', codedesc: 'Unused list' }),
          ],
        },
        {
          name: 'b.yaml',
          successful: false,
          errors: [
            {
              code: 'LOAD_ERR_VALIDATE',
              codedesc: 'Error validating rule/macro/list/exception objects',
              message: "Undefined macro 'ZZZ' used in filter.",
              context: {
                locations: [
                  { item_type: 'rules content', item_name: '', position },
                  { item_type: 'rule', item_name: 'R', position },
                  { item_type: 'rule condition', item_name: '', position },
                ],
                snippet: `  condition: ka.verb = x and ZZZ\n${' '.repeat(29)}^\n`,
              },
            },
          ],
          warnings: [],
        },
      ],
    });
  });

  it('are empty for no files', () => {
    expect(toFalcoJson([])).toEqual({ falco_load_results: [] });
  });
});

describe('hints of files that do not load', () => {
  it.each([
    [
      'a text with a colon',
      withCondition('ka.verb exists').replace('output: o', 'output: a: b'),
      "a text with ': ' in it must be in quotes",
    ],
    [
      'a text with a percent sign',
      withCondition('ka.verb exists').replace('output: o', 'output: %a'),
      'a text that begins with % must be in quotes',
    ],
    [
      'text behind quotes',
      withCondition('"ka.verb exists" and a'),
      "the text ends at its closing quote: put all of it in other quotes, or on a line behind '>'",
    ],
    [
      'an item further left',
      '- list: a\n  items:\n    - a\n   - b\n',
      'this line is not indented as the lines before it',
    ],
    ['a star', '- list: a\n  items: [*]\n', 'a text that begins with * or & must be in quotes'],
    [
      'a name behind a star',
      '- list: a\n  items: [*b]\n',
      'a text that begins with * or & must be in quotes',
    ],
    [
      'a template',
      '{{- if .Values.a }}\n- list: a\n',
      "templates are no YAML: read what 'helm template' makes of it",
    ],
    [
      'a configuration',
      'rules_files: [a]\n',
      "this is Falco's configuration: pass the files that it lists",
    ],
    ['policies', 'policies: []\n', 'these are policies: pass them with --policy'],
    [
      'an object',
      'apiVersion: v1\nkind: ConfigMap\n',
      'this is a Kubernetes object: pass the rules in it as a file',
    ],
    [
      'an audit event',
      '{"kind":"Event","apiVersion":"audit.k8s.io/v1"}\n',
      'this is an audit log: name it as a path, without --rules',
    ],
    [
      'an audit log',
      '{"kind":"Event","auditID":"a"}\n{"kind":"Event","auditID":"b"}\n',
      'this is an audit log: name it as a path, without --rules',
    ],
    [
      'an audit policy',
      'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []\n',
      'this is an audit policy: k8s-audit setup audit-policy --check FILE tells what rules see under it',
    ],
    [
      'a value under override',
      '- rule: R\n  override: {enabled: false}\n',
      "the value stands beside override, under it 'enabled: replace'",
    ],
    [
      'a missing colon',
      withCondition('ka.verb exists').replace('condition: ', 'condition '),
      "the line above has no 'key: value'; text behind '>' or '|' is indented further than its key",
    ],
    [
      'a colon without a blank',
      withCondition('ka.verb exists').replace('condition: ', 'condition:'),
      'a blank must stand behind the colon in the line above',
    ],
    [
      'a dash without a blank',
      withCondition('ka.verb exists').replace('- rule', '-rule'),
      "a blank must stand behind the '-' in the line above",
    ],
    [
      'a comment within a text',
      withCondition('ka.verb exists # any\n    and ka.uri exists'),
      "a '#' ends the text of the line above: put the text in quotes, or on lines behind '>'",
    ],
    [
      'entries without their key',
      '- list: a\n  - b\n',
      'the entries of a list stand under a key of their own, such as items:',
    ],
    [
      'a bracket at the start of a text',
      withCondition('ka.verb exists').replace('output: o', 'output: [a] b'),
      'a text that begins with [ must be in quotes',
    ],
    [
      'braces around a text',
      withCondition('ka.verb exists').replace('output: o', 'output: {a}'),
      'a text that begins with { must be in quotes',
    ],
    [
      'a template in a condition',
      withCondition('ka.user.name in ({{ .Values.users }})'),
      "templates are no YAML: read what 'helm template' makes of it",
    ],
    [
      'a template for a condition',
      withCondition('{{ .Values.users }}'),
      "templates are no YAML: read what 'helm template' makes of it",
    ],
    [
      'a list of conditions',
      withCondition('\n  - ka.verb exists\n  - ka.uri exists'),
      "write one text behind '>', its checks joined by and",
    ],
    [
      'a tag',
      withCondition('!ka.verb = get'),
      "YAML takes a word that begins with ! for a tag: put the text in quotes, and write 'not'",
    ],
    [
      'an anchor',
      withCondition('&ka.verb = get'),
      'YAML takes a word that begins with & for an anchor: put the text in quotes',
    ],
    [
      'items below a key',
      'rules:\n- list: a\n  items: [b]\n',
      "leave 'rules:' out: the items are not below a key",
    ],
    ['a web page', '<!DOCTYPE html>\n<html></html>\n', 'this is a web page: fetch the file itself'],
    [
      'an archive',
      '\u001f\ufffd\b\u0000\u0000',
      'this file is compressed: unpack it, and pass the rules files that are in it',
    ],
    ['bytes', 'a\u0000b', 'this file is no text'],
    [
      'an exception with another key',
      `${withCondition('ka.verb exists')}  exceptions:\n  - name: e\n    field: [ka.verb]\n`,
      "write 'fields' for 'field'",
    ],
    [
      'one comparison for two fields',
      `${withCondition('ka.verb exists')}  exceptions:\n  - {name: e, fields: [ka.verb, ka.uri], comps: in}\n`,
      'write one comparison for each field: [in, in]',
    ],
    [
      'typographic quotes',
      withCondition('ka.user.name in (“a b”)'),
      `typographic quotes do not quote: write ' or "`,
    ],
    [
      'a dash in the name of a macro',
      `- macro: a-b\n  condition: ka.verb exists\n${withCondition('a-b')}`,
      "the names of macros have no '-', only letters, digits and '_'",
    ],
    [
      'a no-break space',
      withCondition('ka.verb\u00a0= get'),
      'a character that looks like a blank stands here',
    ],
  ])('about %s', async (_what, text, hint) => {
    expect((await loadError(text)).hint).toBe(hint);
  });
});

describe('hints of warnings', () => {
  it('warns of typographic quotes', async () => {
    const { files } = await loadOk(rule('ka.user.name = “bob”'));
    expect(files[0]!.warnings[0]!.message).toContain('typographic quotes');
  });

  it('names the missing source', async () => {
    const { files } = await loadOk(
      withCondition('ka.verb exists').replace('  source: k8s_audit\n', ''),
    );
    expect(files[0]!.warnings[0]).toMatchObject({
      code: 'LOAD_UNKNOWN_SOURCE',
      hint: "it reads fields of audit events: add 'source: k8s_audit'",
    });
    const other = withCondition('proc.name exists').replace('  source: k8s_audit\n', '');
    expect((await loadOk(other)).files[0]!.warnings[0]!.hint).toBeUndefined();
  });
});
