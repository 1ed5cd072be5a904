interface ReadFinding {
  readonly rule: string;
  readonly output: string;
  readonly k8s_audit: {
    readonly auditID: string;
    readonly stage: string;
    readonly fingerprint: string;
  };
}

/** Findings of a report in NDJSON. */
export function readFindings(text: string): ReadFinding[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as ReadFinding);
}

/** What was found, in an order of its own, without the places where it was read. */
export function findingSet(findings: readonly ReadFinding[]): string[] {
  return findings
    .map(({ rule, output, k8s_audit: { auditID, stage, fingerprint } }) =>
      [rule, auditID, stage, fingerprint, output].join(' '),
    )
    .toSorted();
}
