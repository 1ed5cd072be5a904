import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One audit event as a log line, without line end. */
export function eventLine(event: Record<string, unknown> = {}): string {
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: 'id-1',
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/shop/pods/web',
    verb: 'get',
    user: { username: 'alice', groups: ['system:authenticated'] },
    sourceIPs: ['192.0.2.1'],
    userAgent: 'kubectl/v1.34.1',
    objectRef: { resource: 'pods', namespace: 'shop', name: 'web', apiVersion: 'v1' },
    responseStatus: { code: 200 },
    requestReceivedTimestamp: '2026-03-05T10:00:00.000000Z',
    stageTimestamp: '2026-03-05T10:00:00.000000Z',
    annotations: { 'authorization.k8s.io/decision': 'allow' },
    ...event,
  });
}

/** One rule as a rules file's item. */
export function ruleText(
  name: string,
  condition: string,
  { priority = 'WARNING', more = '' }: { priority?: string; more?: string } = {},
): string {
  return (
    `- rule: ${name}\n  desc: A rule of the tests.\n  condition: ${condition}\n` +
    `  output: ${name} (user=%ka.user.name)\n  priority: ${priority}\n  source: k8s_audit\n${more}`
  );
}

/** A temporary directory with files; left to the system to remove. */
export function folder(files: Readonly<Record<string, string | Buffer>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'k8s-audit-test-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}
