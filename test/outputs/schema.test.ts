import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import Draft04 from 'ajv-draft-04';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { BaselineCollector } from '../../src/baseline/collect.ts';
import { SummaryBuilder } from '../../src/engine/summary.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { FORMATS, type FormatName } from '../../src/outputs/index.ts';
import type { OutputContext } from '../../src/outputs/writer.ts';
import { RULE_KEYS } from '../../src/rules/read/read-rule.ts';
import { context, FINDINGS, finding, HOSTILE, memorySink, summary } from './findings.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FIXTURES = join(ROOT, 'test', 'fixtures', 'schemas');

const json = (path: string): object => JSON.parse(readFileSync(path, 'utf8')) as object;

async function render(
  format: FormatName,
  findings: readonly Finding[],
  end = summary(),
  parts: Partial<OutputContext> = {},
): Promise<string> {
  const sink = memorySink();
  const writer = await FORMATS[format].create(sink, context(parts));
  writer.start?.();
  for (const one of findings) writer.finding(one);
  writer.end(end);
  return sink.text();
}

/** Reports that between them hold everything a report can hold. */
const CASES: readonly (readonly [name: string, findings: readonly Finding[]])[] = [
  ['no finding', []],
  ['every kind of finding', FINDINGS],
  ...HOSTILE.map(([name, text]) => {
    const hostile = finding({ rule: text, message: text, origin: { file: text, line: 3 } });
    return [`hostile text: ${name}`, [hostile]] as const;
  }),
];

describe('SARIF 2.1.0', () => {
  // A pattern of the schema is no regular expression with the flag u.
  const ajv = new Draft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  const validate = ajv.compile(json(join(FIXTURES, 'sarif-2.1.0-rtm.5.json')));
  const errors = (text: string): unknown => (validate(JSON.parse(text)) ? [] : validate.errors);

  it.each(CASES)('is valid with %s', async (_, findings) => {
    expect(errors(await render('sarif', findings))).toEqual([]);
  });

  it('is valid when the scan was interrupted and read from standard input', async () => {
    const builder = new SummaryBuilder();
    builder.interrupt();
    const piped = finding({ origin: { file: '-', line: 1 } });
    expect(errors(await render('sarif', [piped], builder.build(1)))).toEqual([]);
  });

  it('is not what the validator accepts blindly', async () => {
    const broken = (await render('sarif', FINDINGS)).replace('"level":"', '"level":"no');
    expect(errors(broken)).not.toEqual([]);
  });
});

describe('JUnit', () => {
  const schema = readFileSync(join(FIXTURES, 'junit.xsd'), 'utf8');
  const errors = async (contents: string): Promise<readonly string[]> => {
    const xml = [{ fileName: 'report.xml', contents }];
    return (await validateXML({ xml, schema })).errors.map(({ message }) => message);
  };

  it.each(CASES)('is valid with %s', async (_, findings) => {
    expect(await errors(await render('junit', findings))).toEqual([]);
  });

  it.each(['Emergency', 'Debug', undefined] as const)(
    'is valid with the gate at %s',
    async (failOn) => {
      expect(await errors(await render('junit', FINDINGS, summary(), { failOn }))).toEqual([]);
    },
  );

  it('is not what the validator accepts blindly', async () => {
    const broken = (await render('junit', FINDINGS)).replace(' failures="', ' failed="');
    expect(await errors(broken)).not.toEqual([]);
  });
});

describe('our own schemas', () => {
  const ajv = new Ajv2020({ strictRequired: false, allowUnionTypes: true, allErrors: true });
  for (const name of readdirSync(join(ROOT, 'schemas')))
    ajv.addSchema(json(join(ROOT, 'schemas', name)));
  const errors = (name: string, value: unknown): unknown => {
    const validate = ajv.getSchema(`urn:k8s-audit:schema:${name}:1`)!;
    return validate(value) === true ? [] : validate.errors;
  };

  it.each(CASES)('describe ndjson with %s', async (_, findings) => {
    const lines = (await render('ndjson', findings)).split('\n').filter((line) => line !== '');
    expect(lines).toHaveLength(findings.length);
    for (const line of lines) expect(errors('finding', JSON.parse(line))).toEqual([]);
  });

  it.each(CASES)('describe json with %s', async (_, findings) => {
    expect(errors('report', JSON.parse(await render('json', findings)))).toEqual([]);
  });

  it('describe a baseline', () => {
    const collector = new BaselineCollector(false);
    for (const one of FINDINGS) collector.add(one);
    expect(errors('baseline', JSON.parse(collector.text()))).toEqual([]);
  });

  const rules = ['rules', 'rules/extended'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => `${folder}/${name}`),
  );

  it.each(rules)('describe the rules of %s', (file) => {
    expect(errors('rules', load(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });

  it('know every key of a rule, and no other', () => {
    const schema = json(join(ROOT, 'schemas', 'rules.schema.json')) as {
      $defs: { rule: { properties: object } };
    };
    expect(Object.keys(schema.$defs.rule.properties).toSorted()).toEqual(RULE_KEYS.toSorted());
    expect(errors('rules', [{ rule: 'x', conditoin: 'y' }])).not.toEqual([]);
  });
});
