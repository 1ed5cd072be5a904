import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { REQUEST_LIST } from '../../src/activity/request/request-list.ts';
import { listSchema } from '../../src/outputs/parquet/schema-text.ts';

/** The Python of Spark's schemas: each name of a struct at the depth of its indentation, and its type. */
const PYTHON = readFileSync('integrations/spark/k8s_audit_spark/schemas.py', 'utf8');

interface Schema {
  readonly type: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

const schemaOf = (name: string): Schema =>
  JSON.parse(readFileSync(`schemas/${name}.schema.json`, 'utf8')) as Schema;

/** Names and types of a struct, and of those in it behind a dot. */
function columns(struct: string): Record<string, string> {
  const body = new RegExp(`^${struct} = _struct\\(\\n(.*?)^\\)$`, 'ms').exec(PYTHON)![1]!;
  const found: Record<string, string> = {};
  let inside = '';
  for (const [, indent, name, type] of body.matchAll(/^( +)(\w+)=(.+?),?$/gm)) {
    const isInner = indent!.length > 4;
    found[isInner ? `${inside}.${name}` : name!] = type!.replace(/\($/, '');
    if (!isInner) inside = name!;
  }
  return found;
}

/** The type in Spark of a value in JSON. */
function sparkType(schema: Schema): string {
  if (schema.type === 'array') return schema.items!.type === 'string' ? '_TEXTS' : 'rows';
  return schema.type === 'integer' ? '_LONG' : '_TEXT';
}

describe('what Spark reads of lines of JSON is what the program writes', () => {
  test('of findings', () => {
    const { k8s_audit: own, output_fields: fields, ...rest } = schemaOf('finding').properties!;
    expect(fields!.type).toBe('object');
    // Spark has no use for these: nothing is replayed there, and whole events are not asked for.
    const { replayed, event, ...inner } = own!.properties!;
    expect([replayed, event]).not.toContain(undefined);
    const expected = {
      ...Object.fromEntries(Object.entries(rest).map(([name, one]) => [name, sparkType(one)])),
      output_fields: 'MapType(_TEXT, _TEXT)',
      k8s_audit: '_struct',
      ...Object.fromEntries(
        // Policies are texts, and severity one of a few.
        Object.entries(inner).map(([name, one]) => [`k8s_audit.${name}`, sparkType(one)]),
      ),
    };
    expect(columns('ALERT')).toEqual(expected);
  });

  test('of activity', () => {
    const { date, logged_time: logged, ...rest } = columns('ACTIVITY');
    expect([date, logged]).toEqual(['DateType()', '_TEXT']);
    const types: Record<string, string> = { TIMESTAMP: '_TIME', INT64: '_LONG', STRING: '_TEXT' };
    const expected = listSchema(REQUEST_LIST).map(({ name, type }) => [
      name,
      types[type.replace(/\(.*/, '')] ?? type,
    ]);
    expect(rest).toEqual(Object.fromEntries(expected));
  });

  test('of problems and amounts', () => {
    const summary = schemaOf('report').properties!['summary']!.properties!;
    const problem = summary['problems']!.items!.properties!;
    expect(Object.keys(problem).toSorted()).toEqual(
      [...PYTHON.matchAll(/^PROBLEM = _struct\(\n(.*?)^\)$/gms)][0]![1]!
        .match(/^ {4}\w+/gm)!
        .map((name) => name.trim())
        .toSorted(),
    );
    // Names of the table of accounting that are not the program's.
    const own = /^(?:file|range_begin|range_end|file_bytes|expanded_bytes|requests|exit_code)$/;
    const read = Object.keys(columns('ACCOUNTING')).filter((name) => !own.test(name));
    expect(read.filter((name) => !Object.hasOwn(summary, name))).toEqual([]);
    expect(read).toContain('lines');
  });
});
