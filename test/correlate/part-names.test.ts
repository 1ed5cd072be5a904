import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventLine, folder } from '../cli/events.ts';
import { runCli } from '../cli/run-cli.ts';

const RULES = `- rule: "Pods read\\nby anyone"
  desc: A name of two lines, as Falco allows
  condition: ka.target.resource = pods
  output: "user=%ka.user.name"
  priority: WARNING
  source: k8s_audit
- correlation: Two Reads
  type: event_count
  events:
    - read: ka.target.resource = pods
  timespan: 1h
  condition: {gte: 2}
  output: "count=%corr.count"
  priority: ERROR
`;
const dir = folder({
  'a.log': `${eventLine({ auditID: 'a' })}\n${eventLine({ auditID: 'b' })}\n`,
  'r.yaml': RULES,
});

test.each(['fast', 'reference'])(
  'a rule with a name of several lines is no part of a correlation, engine %s',
  async (engine) => {
    const args = ['scan', join(dir, 'a.log'), '-f', 'ndjson', '--engine', engine];
    const { stdout } = await runCli({
      args: [...args, '--no-default-rules', '-r', join(dir, 'r.yaml')],
    });
    const found = stdout.trimEnd().split('\n');
    const rules = found.map((line) => (JSON.parse(line) as { rule: string }).rule);
    expect(rules.toSorted()).toEqual(['Pods read\nby anyone', 'Pods read\nby anyone', 'Two Reads']);
  },
);
