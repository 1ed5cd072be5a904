import type { Finding, FindingSubject } from '../../src/engine/finding.ts';
import type { LinkFacts } from '../../src/engine/facts/link-facts.ts';
import {
  IncidentCollector,
  type CollectorOptions,
} from '../../src/incidents/incident-collector.ts';
import type { Incident } from '../../src/incidents/incident.ts';

export const MINUTE = 60_000_000_000n;
const START = 1_772_000_000_000_000_000n;
let lines = 0;

export interface Given extends Partial<FindingSubject> {
  /** Minutes from the start of the log. */
  readonly at: number;
  readonly rule?: string;
  readonly facts?: Partial<LinkFacts>;
  readonly rest?: Partial<Finding>;
}

/** A finding of priority Warning and high severity: it makes a story alone. */
export function found({ at, rule = 'R', facts, rest, ...subject }: Given): Finding {
  const line = ++lines;
  return {
    rule,
    priority: 'Warning',
    source: 'k8s_audit',
    tags: [],
    time: START + BigInt(Math.round(at * 60)) * 1_000_000_000n,
    message: 'm',
    timeText: '',
    outputFields: [],
    auditId: `id-${line}`,
    stage: 'ResponseComplete',
    origin: { file: 'a.log', line },
    severity: 'high',
    subject: {
      user: undefined,
      impersonatedUser: undefined,
      verb: 'get',
      resource: undefined,
      subresource: undefined,
      namespace: undefined,
      name: undefined,
      sourceIp: undefined,
      userAgent: undefined,
      code: '200',
      ...subject,
    },
    facts: { isOutside: false, ...facts },
    ...rest,
  };
}

/** The incidents of findings. */
export function incidentsOf(
  findings: readonly Finding[],
  options?: CollectorOptions,
): readonly Incident[] {
  const collector = new IncidentCollector(options);
  for (const finding of findings) collector.add(finding);
  return collector.build().list;
}

export const mallory = { user: 'mallory@example.com', sourceIp: '198.51.100.23' };
export const account = (name: string, namespace = 'shop'): string =>
  `system:serviceaccount:${namespace}:${name}`;
