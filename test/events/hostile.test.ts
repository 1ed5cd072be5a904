import { describe, expect, it } from 'vitest';
import { MAX_WEIGHT } from '../../src/json/weight.ts';
import { accounted, decode, ids, line } from './decode.ts';

const [A, B] = [line('a'), line('b')];
const event = (members: string): string =>
  `{"kind":"Event","stageTimestamp":"2026-01-02T03:04:05Z",${members}}`;

describe('hostile input', () => {
  it('keeps __proto__ and constructor as plain members', () => {
    const decoded = decode(event('"__proto__":{"verb":"get"},"constructor":{"x":1},"auditID":"p"'));
    const value = decoded.events[0]!.value;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.hasOwn(value, '__proto__')).toBe(true);
    expect(({} as Record<string, unknown>)['verb']).toBeUndefined();
  });

  it('does not take inherited names for keys of wrappers', () => {
    expect(decode('{"__proto__":{"kind":"Event"}}').reasons).toEqual(['1:other-json']);
    expect(decode('{"__proto__":{"message":"x"},"toString":1}').reasons).toEqual(['1:other-json']);
  });

  it('builds converted events without touching prototypes', () => {
    const entry = {
      protoPayload: { serviceName: 'k8s.io', methodName: 'io.k8s.core.v1.pods.get' },
      timestamp: '2026-01-02T03:04:05Z',
    };
    const text = JSON.stringify(entry).replace('{', '{"labels":{"__proto__":"x","a":"b"},');
    const annotations = decode(text).events[0]!.value['annotations'];
    expect(Object.getPrototypeOf(annotations)).toBe(Object.prototype);
  });

  it('takes the last of duplicate keys', () => {
    const decoded = decode(event('"verb":"get","verb":"delete"'));
    expect(decoded.events[0]!.value['verb']).toBe('delete');
  });

  it('reads a text in base64 in a member, however long', () => {
    const long = 'QUJD'.repeat(3_000_000);
    const member = Buffer.from(event(`"auditID":"x","more":"${long}"`)).toString('base64');
    const packed = [`{"message":"${long}"}`, `{"kinesis":{"data":"${member}"}}`, A];
    const decoded = decode(packed.join('\n'));
    expect(ids(decoded)).toEqual(['x', 'a']);
    expect(decoded.reasons).toEqual(['1:wrapped-text', '2:unknown-wrapper']);
  });

  it('reads lone surrogates', () => {
    expect(ids(decode(event('"x":"\\ud800","auditID":"s"')))).toEqual(['s']);
  });

  it.each(['{', '[', '{"a":', '[{"a":'])('reports nesting of a million %s', (open) => {
    const decoded = decode(`${open.repeat(1_000_000)}\n${A}\n`);
    expect(ids(decoded)).toEqual(['a']);
    expect(decoded.reasons).toEqual(['1:too-deep']);
  });

  it('reports closed nesting, and nesting inside an event', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(decode(`${deep}\n${event(`"x":${deep}`)}\n${A}`).reasons).toEqual([
      '1:too-deep',
      '2:too-deep',
    ]);
  });

  it('reports nesting over many lines without reading them again and again', () => {
    const decoded = decode(`${'{"a":\n'.repeat(20_000)}${A}\n`);
    expect(ids(decoded)).toEqual(['a']);
    expect(accounted(decoded)).toBe(20_001);
  });

  it('reads on behind a value of more lines than a call takes as arguments', () => {
    const decoded = decode(`{\n${'"a":1,\n'.repeat(150_000)}${A}\n${B}\n`);
    expect(ids(decoded)).toEqual(['a', 'b']);
    expect(accounted(decoded)).toBe(150_003);
  });

  it('reads more labels of an entry of BigQuery than a call takes as arguments', () => {
    const labels = Object.fromEntries(Array.from({ length: 150_000 }, (_, i) => [`l${i}`, 'x']));
    const row = {
      protopayload_auditlog: {
        serviceName: 'k8s.io',
        methodName: 'io.k8s.core.v1.pods.delete',
        resourceName: 'core/v1/namespaces/shop/pods/web',
      },
      resource: { type: 'k8s_cluster', labels: {} },
      labels,
      timestamp: '2026-01-02 03:04:05 UTC',
    };
    expect(decode(JSON.stringify(row)).events).toHaveLength(1);
  });

  it('reports wrappers in wrappers', () => {
    let text = A;
    for (let i = 0; i < 10; i++) text = JSON.stringify({ message: text });
    expect(decode(text).reasons).toEqual(['1:unwrap-depth']);
    expect(decode(`${'['.repeat(9)}${A}${']'.repeat(9)}`).reasons).toEqual(['1:unwrap-depth']);
  });

  it.each<[string, (inner: string, levels: number) => string]>([
    ['arrays', (inner, levels) => `${'['.repeat(levels)}${inner}${']'.repeat(levels)}`],
    [
      // A text in a record counts twice.
      'records with JSON in a text',
      (inner, levels) =>
        Array.from({ length: levels / 2 }).reduce<string>(
          (text) => JSON.stringify({ message: text }),
          inner,
        ),
    ],
  ])('unwraps %s eight levels deep and no deeper', (_name, wrap) => {
    expect(ids(decode(wrap(A, 8)))).toEqual(['a']);
    const deeper = decode(`[${wrap(A, 8)}]\n${wrap(A, 10)}\n${B}`);
    expect(ids(deeper)).toEqual(['b']);
    expect(deeper.reasons).toEqual(['1:unwrap-depth', '2:unwrap-depth']);
  });

  it('reads a line of five megabytes', () => {
    expect(ids(decode(event(`"auditID":"big","x":"${'y'.repeat(5_000_000)}"`)))).toEqual(['big']);
  });

  it('takes a list in a string apart that holds more than is parsed at once', () => {
    const heavy = `{"a":[0${',0'.repeat(MAX_WEIGHT * 0.51)}]}`;
    const list = `{"kind":"EventList","metadata":{},"items":[${A},${heavy},${heavy},${B}]}`;
    const decoded = decode(JSON.stringify({ log: list }));
    expect(ids(decoded)).toEqual(['a', 'b']);
    expect(decoded.reasons).toEqual(['1:other-json', '1:other-json']);
    expect(decoded.counts).toMatchObject({ carriers: 1, problems: 0 });
  });

  it('takes no object of an EventList for an event that has nothing of one', () => {
    const items = ['{}', '{"a":1}', '{"toString":1}', '{"user":{}}', '{"verb":"get"}'];
    const decoded = decode(`{"kind":"EventList","items":[${items.join(',')}]}`);
    expect(decoded.events.map(({ text }) => text)).toEqual(items.slice(3));
    expect(decoded.reasons.slice(0, 3)).toEqual(['1:other-json', '1:other-json', '1:other-json']);
  });

  it.each([
    ['brackets', '['.repeat(150_000).replaceAll('[', '[]')],
    ['quotes', `{${'"'.repeat(300_001)}`],
    ['backslashes', `{"${'\\'.repeat(300_001)}`],
    ['openers of events', '{"audit.k8s.io/'.repeat(50_000)],
    ['syslog brackets', `<1>1 - h i p m ${'["'.repeat(100_000)}`],
    ['blanks', `x${' '.repeat(150_000)}y`],
    ['text of base64 characters', `H4sI${'A'.repeat(150_000)}!`],
    ['legacy quotes', `2026-01-02T03:04:05Z AUDIT: id="${'\\"'.repeat(100_000)}`],
    ['commas', ','.repeat(150_000)],
    ['an array of broken elements', `[{},${'{"a":"},'.repeat(60_000)}`],
    ['an array of commas', `[${','.repeat(150_000)}]`],
  ])('does not choke on a long line of %s', (_name, text) => {
    const decoded = decode(`${text}\n${A}\n`);
    expect(ids(decoded)).toEqual(['a']);
    expect(accounted(decoded)).toBe(2);
  });

  it('bounds the output of a payload that is a gzip bomb', async () => {
    const { gzipSync } = await import('node:zlib');
    const bomb = gzipSync(Buffer.alloc(20_000_000, 0x20)).toString('base64');
    const decoded = decode(`${bomb}\n${A}\n`);
    expect(decoded.reasons).toEqual(['1:payload-too-long']);
    expect(ids(decoded)).toEqual(['a']);
  });

  it('reports base64 that is none', () => {
    expect(decode('H4sIAAAAAAAA\n').reasons).toEqual(['1:bad-base64']);
  });
});
