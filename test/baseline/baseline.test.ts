import { describe, expect, it } from 'vitest';
import { Baseline } from '../../src/baseline/baseline.ts';
import { BaselineCollector } from '../../src/baseline/collect.ts';
import { parseBaseline } from '../../src/baseline/read-baseline.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { SummaryBuilder } from '../../src/engine/summary.ts';
import { oldSubjectFingerprint, subjectFingerprint } from '../../src/outputs/encode/fingerprint.ts';
import { FORMATS, type FormatName } from '../../src/outputs/index.ts';
import { context, finding, FINDINGS, memorySink } from '../outputs/findings.ts';

const differing = (subject: Partial<Finding['subject']>): Finding =>
  finding({ subject: { ...finding().subject, ...subject } });

/** A finding whose rule names a command as its evidence. */
const executing = (command: string | null): Finding =>
  finding({
    evidence: [['ka.uri.param[command]', command]],
  });

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
    ['the client', differing({ sourceIp: '203.0.113.9', userAgent: 'curl' })],
    ['the code of success', differing({ code: '201' })],
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
    ['the outcome', differing({ code: '403' })],
  ])('does not know a finding that differs in %s', (_, other) => {
    const baseline = new Baseline(parseBaseline('known', collected([finding()])));
    expect(baseline.has(other)).toBe(false);
    expect(baseline.stale()).toHaveLength(1);
  });

  it('knows one command, not each', () => {
    const baseline = new Baseline(parseBaseline('known', collected([executing('cat')])));
    expect(
      [executing('cat'), executing('rm'), executing(null)].map((one) => baseline.has(one)),
    ).toEqual([true, false, false]);
  });

  it('says what of a finding is known', () => {
    const [entry] = parseBaseline(
      'known',
      collected([executing('curl -H "token: hunter2hunter2"')]),
    );
    expect(Object.keys(entry!.evidence!)).toEqual(['ka.uri.param[command]']);
    expect(collected([executing('mysql --password=hunter2')])).not.toContain('hunter2');
  });

  it('of the version without evidence knows each command, and counts as old', () => {
    const fingerprint = oldSubjectFingerprint(executing('cat'));
    const old = JSON.stringify({ baseline: [{ rule: 'R', fingerprint }] });
    const baseline = new Baseline(parseBaseline('known', old));
    expect([executing('cat'), executing('rm')].map((one) => baseline.has(one))).toEqual([
      true,
      true,
    ]);
    expect(baseline.has(finding({ rule: 'Another' }))).toBe(false);
    expect(baseline).toMatchObject({ old: 1, known: 2 });
    expect(baseline.stale()).toEqual([]);
  });

  it.each([
    ['2026-03-19', false],
    ['2026-03-20', true],
    ['2026-03-20T11:59:59Z', false],
    ['2026-03-20T12:00:01+00:00', true],
  ])('entry that expires %s holds at noon of 2026-03-20: %s', (expires, holds) => {
    const entry = { rule: 'R', fingerprint: subjectFingerprint(finding()), reason: 'r', expires };
    const now = BigInt(Date.UTC(2026, 2, 20, 12)) * 1_000_000n;
    const baseline = new Baseline(
      parseBaseline('known', JSON.stringify({ baseline: [entry] })),
      now,
    );
    expect(baseline.has(finding())).toBe(holds);
    expect(baseline.expired).toHaveLength(holds ? 0 : 1);
  });

  it.each(['soon', '2026-02-30', '', 5])('refuses the expiry %j', (expires) => {
    const entry = { rule: 'R', fingerprint: subjectFingerprint(finding()), expires };
    const text = JSON.stringify({ baseline: [entry] });
    expect(() => parseBaseline('known', text)).toThrow('known: entry 1: expires must be a date');
  });

  it('keeps reason and expiry when it is written anew', () => {
    const entry = {
      rule: 'R',
      fingerprint: subjectFingerprint(finding()),
      reason: 'fine',
      expires: '2099-01-01',
    };
    const known = new Baseline(parseBaseline('known', JSON.stringify({ baseline: [entry] })));
    const collector = new BaselineCollector(false);
    for (const one of FINDINGS) collector.add(one, known.entryOf(one));
    collector.add(finding(), known.entryOf(finding()));
    const entries = parseBaseline('known', collector.text());
    expect(entries.filter(({ reason }) => reason !== undefined)).toMatchObject([
      { reason: 'fine', expires: '2099-01-01' },
    ]);
  });

  it('does not take one name with separators for several', () => {
    expect(subjectFingerprint(differing({ name: 'web/exec' }))).not.toBe(
      subjectFingerprint(differing({ name: 'web', subresource: 'exec' })),
    );
    expect(subjectFingerprint(differing({ user: 'a as b' }))).not.toBe(
      subjectFingerprint(differing({ user: 'a', impersonatedUser: 'b' })),
    );
    expect(subjectFingerprint(differing({ user: 'a1:b' }))).not.toBe(
      subjectFingerprint(differing({ user: 'a', impersonatedUser: 'b' })),
    );
    expect(subjectFingerprint(differing({ namespace: '', resource: '-' }))).not.toBe(
      subjectFingerprint(differing({ namespace: '-', resource: '' })),
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
