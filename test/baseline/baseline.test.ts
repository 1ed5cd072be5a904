import { describe, expect, it } from 'vitest';
import { Baseline } from '../../src/baseline/baseline.ts';
import { BaselineCollector } from '../../src/baseline/collect.ts';
import { parseBaseline } from '../../src/baseline/read-baseline.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { SummaryBuilder } from '../../src/engine/summary.ts';
import { subjectFingerprint } from '../../src/outputs/encode/fingerprint.ts';
import { FORMATS, type FormatName } from '../../src/outputs/index.ts';
import { context, finding, FINDINGS, memorySink } from '../outputs/findings.ts';

const differing = (subject: Partial<Finding['subject']>): Finding =>
  finding({ subject: { ...finding().subject, ...subject } });

function collected(findings: readonly Finding[]): string {
  const collector = new BaselineCollector(false);
  for (const one of findings) collector.add(one);
  return collector.text();
}

async function report(format: FormatName, findings: readonly Finding[]): Promise<string> {
  const sink = memorySink();
  const writer = await FORMATS[format].create(sink, context());
  writer.start?.();
  for (const one of findings) writer.finding(one);
  writer.end(new SummaryBuilder().build(1));
  return sink.text();
}

describe('a baseline', () => {
  it.each(['ndjson', 'json', 'sarif'] as const)(
    'can be a report in the format %s',
    async (format) => {
      const baseline = new Baseline(parseBaseline('known', await report(format, FINDINGS)));
      expect(FINDINGS.filter((one) => !baseline.has(one))).toEqual([]);
      expect(baseline.stale()).toEqual([]);
      expect(baseline.known).toBe(FINDINGS.length);
    },
  );

  it('can be what was collected', () => {
    const baseline = new Baseline(parseBaseline('known', collected(FINDINGS)));
    expect(FINDINGS.filter((one) => !baseline.has(one))).toEqual([]);
  });

  it.each([
    ['the time', finding({ time: 1n, timeText: 'x' })],
    ['the audit ID', finding({ auditId: 'another' })],
    ['the place', finding({ origin: { file: 'rotated.log', line: 99 } })],
    ['the message', finding({ message: 'worded anew' })],
    ['the client', differing({ sourceIp: '203.0.113.9', userAgent: 'curl', code: '403' })],
  ])('knows a finding that differs only in %s', (_, other) => {
    const baseline = new Baseline(parseBaseline('known', collected([finding()])));
    expect(baseline.has(other)).toBe(true);
  });

  it.each([
    ['the rule', finding({ rule: 'Another' })],
    ['the user', differing({ user: 'mallory' })],
    ['the impersonated user', differing({ impersonatedUser: 'admin' })],
    ['the verb', differing({ verb: 'delete' })],
    ['the namespace', differing({ namespace: 'kube-system' })],
    ['the resource', differing({ resource: 'nodes' })],
    ['the subresource', differing({ subresource: 'proxy' })],
    ['the name', differing({ name: 'other' })],
  ])('does not know a finding that differs in %s', (_, other) => {
    const baseline = new Baseline(parseBaseline('known', collected([finding()])));
    expect(baseline.has(other)).toBe(false);
    expect(baseline.stale()).toHaveLength(1);
  });

  it('does not take one name with separators for several', () => {
    expect(subjectFingerprint(differing({ name: 'web/exec' }))).not.toBe(
      subjectFingerprint(differing({ name: 'web', subresource: 'exec' })),
    );
    expect(subjectFingerprint(differing({ user: 'a as b' }))).not.toBe(
      subjectFingerprint(differing({ user: 'a', impersonatedUser: 'b' })),
    );
  });

  it('names what did not occur', () => {
    const known = differing({ user: 'alice', verb: 'create', resource: 'pods', name: 'web' });
    const [stale] = new Baseline(parseBaseline('known', collected([known]))).stale();
    expect(stale).toMatchObject({ rule: 'Attach/Exec Pod', subject: 'alice create pods/web' });
  });

  it('is the same text for the same findings in any order', () => {
    expect(collected(FINDINGS.toReversed())).toBe(collected(FINDINGS));
    expect(collected([...FINDINGS, ...FINDINGS])).toBe(collected(FINDINGS));
  });

  it('hides credentials', () => {
    expect(collected([differing({ name: 'x?token=hunter2' })])).not.toContain('hunter2');
  });

  it('has a bound and says what it left out', () => {
    const collector = new BaselineCollector(true);
    for (let i = 0; i < 100_002; i++) collector.add(differing({ name: `n${i}` }));
    expect(collector).toMatchObject({ size: 100_000, left: 2 });
  });
});

describe('parsing a baseline', () => {
  it.each([
    ['nothing', ''],
    ['an empty baseline', '{"baseline":[]}'],
    ['a report without findings', '{"findings":[],"summary":{}}'],
    ['a SARIF log without results', '{"version":"2.1.0","runs":[{"results":[]}]}'],
    ['blank lines', '\n\r\n'],
  ])('finds no entry in %s', (_, text) => {
    expect(parseBaseline('known', text)).toEqual([]);
  });

  const ENTRY = `{"rule":"R","k8s_audit":{"fingerprint":"${'a'.repeat(32)}"}}`;

  it.each([
    ['a byte order mark', `\uFEFF${ENTRY}`],
    ['CRLF line ends', `${ENTRY}\r\n${ENTRY}\r\n`],
    ['no line end at the end', ENTRY],
  ])('accepts lines with %s', (_, text) => {
    expect(parseBaseline('known', text)).toEqual([
      { fingerprint: 'a'.repeat(32), rule: 'R', subject: undefined },
    ]);
  });

  it.each([
    ['text', 'hello', 'known:1: not JSON'],
    ['a cut line', `${ENTRY}\n${ENTRY.slice(0, 20)}`, 'known:2: not JSON'],
    ['alerts of Falco', `${ENTRY}\n{"rule":"R","priority":"Notice"}`, 'known:2: no k8s-audit'],
    ['a bare value', '1', 'known:1: no k8s-audit fingerprint'],
    ['null', 'null', 'known:1: no k8s-audit fingerprint'],
    ['results of another tool', '{"runs":[{"results":[{"ruleId":"x"}]}]}', 'known: result 1: no'],
    ['a fingerprint that is none', '{"baseline":[{"fingerprint":"x"}]}', 'known: entry 1: no'],
    ['inherited names', '{"baseline":[{"__proto__":{"fingerprint":"x"}}]}', 'known: entry 1: no'],
    ['an audit log', '{"kind":"Event","auditID":"x"}', 'known:1: no k8s-audit fingerprint'],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseBaseline('known', text)).toThrow(message);
  });
});
