import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/engine/finding.ts';
import { SummaryBuilder } from '../../src/engine/summary.ts';
import { FORMATS } from '../../src/outputs/index.ts';
import { context, finding, FINDINGS, memorySink, summary } from './findings.ts';

interface Message {
  readonly text: string;
}
interface Place {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region?: { readonly startLine: number };
  };
}
interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: Message;
  readonly locations: readonly Place[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly occurrenceCount: number;
  readonly properties: Readonly<Record<string, string>>;
}
interface Rule {
  readonly id: string;
  readonly name: string;
  readonly shortDescription: Message;
  readonly fullDescription: Message;
  readonly help: Message & { readonly markdown: string };
  readonly defaultConfiguration: { readonly level: string };
  readonly properties: { readonly tags: readonly string[]; readonly 'security-severity': string };
}
interface Log {
  readonly version: string;
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: { readonly name: string; readonly rules: readonly Rule[] };
      };
      readonly invocations: readonly [
        {
          readonly executionSuccessful: boolean;
          readonly toolExecutionNotifications: readonly {
            readonly level: string;
            readonly message: Message;
          }[];
        },
      ];
      readonly results: readonly Result[];
    },
  ];
}

async function sarif(
  findings: readonly Finding[],
  end = new SummaryBuilder().build(1),
): Promise<Log> {
  const sink = memorySink();
  const writer = await FORMATS.sarif.create(sink, context());
  for (const one of findings) writer.finding(one);
  writer.end(end);
  return JSON.parse(sink.text()) as Log;
}

const LEVEL = /^(?:error|warning|note)$/;

describe('sarif', () => {
  it('has the structure of SARIF 2.1.0', async () => {
    const log = await sarif(FINDINGS, summary());
    expect(log.version).toBe('2.1.0');
    const [{ tool, results, invocations }] = log.runs;
    const { rules } = tool.driver;
    expect(tool.driver.name).toBe('k8s-audit');
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const rule of rules) {
      expect(rule.id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
      expect(rule.defaultConfiguration.level).toMatch(LEVEL);
      expect(rule.properties.tags[0]).toBe('security');
      expect(Number(rule.properties['security-severity'])).toBeGreaterThan(0);
      expect(rule.shortDescription.text).not.toBe('');
      expect(rule.fullDescription.text).not.toBe('');
      expect(rule.help.markdown).not.toMatch(/<(?!!-- -->)/);
    }
    expect(results).toHaveLength(FINDINGS.length);
    for (const result of results) {
      expect(rules[result.ruleIndex]!.id).toBe(result.ruleId);
      expect(result.level).toMatch(LEVEL);
      expect(result.message.text).not.toMatch(/(?<!\\)\]\(/);
      for (const { physicalLocation } of result.locations) {
        expect(physicalLocation.region!.startLine).toBeGreaterThan(0);
        expect(physicalLocation.artifactLocation.uri).toMatch(/^[\w\-.~!*'()%/:]+$/);
      }
    }
    expect(invocations[0].executionSuccessful).toBe(true);
    const levels = invocations[0].toolExecutionNotifications.map(({ level }) => level);
    expect(levels).toEqual(['note', 'warning', 'warning', 'note']);
  });

  it.each([
    ['logs/a b#%.log', 'logs/a%20b%23%25.log'],
    ['/var/log/audit.log', 'file:///var/log/audit.log'],
    ['C:\\logs\\a.log', 'file:///C:/logs/a.log'],
    ['../up/a.log', '../up/a.log'],
    ['x\ud800', 'x%EF%BF%BD'],
  ])('points at %s as %s', async (file, uri) => {
    const { runs } = await sarif([finding({ origin: { file, line: 7 } })]);
    const physicalLocation = { artifactLocation: { uri }, region: { startLine: 7 } };
    expect(runs[0].results[0]!.locations).toEqual([{ physicalLocation }]);
  });

  it('has a location for standard input too: GitHub refuses results without', async () => {
    const { runs } = await sarif([finding({ origin: { file: '-', line: 7 } })]);
    const physicalLocation = { artifactLocation: { uri: 'stdin' }, region: { startLine: 7 } };
    expect(runs[0].results[0]!.locations).toEqual([{ physicalLocation }]);
  });

  it('folds what differs only in time and counts it', async () => {
    const later = finding({ time: finding().time + 5_000_000_000n, auditId: 'other' });
    const other = finding({ subject: { ...finding().subject, user: 'bob' } });
    const [run] = (await sarif([finding(), later, other])).runs;
    expect(run.results.map(({ occurrenceCount }) => occurrenceCount)).toEqual([2, 1]);
    expect(run.results[0]!.properties).toMatchObject({
      firstSeen: '2026-01-02T03:04:05.000000000Z',
      lastSeen: '2026-01-02T03:04:10.000000000Z',
    });
  });

  it('has fingerprints that survive log rotation', async () => {
    const rotated = finding({ origin: { file: 'old.log.gz', line: 99 } });
    const before = (await sarif([finding()])).runs[0].results[0]!.partialFingerprints;
    expect((await sarif([rotated])).runs[0].results[0]!.partialFingerprints).toEqual(before);
    const other = (await sarif([finding({ auditId: 'x' })])).runs[0].results[0]!;
    expect(other.partialFingerprints['k8sAuditEvent/v1']).not.toBe(before['k8sAuditEvent/v1']);
    expect(other.partialFingerprints['k8sAuditSubject/v1']).toBe(before['k8sAuditSubject/v1']);
  });

  it('stops at 5,000 results, the most severe ones, and says so', async () => {
    const many = Array.from({ length: 5010 }, (_, i) =>
      finding({ subject: { ...finding().subject, name: `n${i}` } }),
    );
    const [run] = (await sarif([...many, finding({ rule: 'X', priority: 'Alert' })])).runs;
    expect(run.results).toHaveLength(5000);
    expect(run.results.at(-1)!.level).toBe('error');
    expect(run.invocations[0].toolExecutionNotifications.at(-1)!.message.text).toBe(
      '11 findings beyond 5000 results are left out.',
    );
  });

  it('says that an interrupted run failed', async () => {
    const builder = new SummaryBuilder();
    builder.interrupt();
    const [run] = (await sarif([], builder.build(1))).runs;
    expect(run.invocations[0].executionSuccessful).toBe(false);
  });
});
