import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventLine, folder, ruleText } from './events.ts';
import { runCli } from './run-cli.ts';

const POLICY =
  'policies:\n  - {name: Prod, severity: high, scope: {namespaces: [prod]}, rules: [Mine]}\n';

test.each(['fast', 'reference'])(
  'a rule is undecided only where a policy lets it fire, with the %s engine',
  async (engine) => {
    const lines = ['prod', 'dev', 'prod'].map((namespace, i) =>
      eventLine({ auditID: `id-${i}`, verb: 'create', objectRef: { resource: 'pods', namespace } }),
    );
    const cwd = folder({
      'a.log': `${lines.join('\n')}\n`,
      'p.yaml': POLICY,
      'r.yaml': ruleText('Mine', 'ka.verb = create and ka.req.pod.host_network = true'),
    });
    const args = ['--policy', join(cwd, 'p.yaml'), '--policy', 'Prod', '--no-default-rules'];
    const { stderr } = await runCli({
      args: ['scan', join(cwd, 'a.log'), ...args, '-r', join(cwd, 'r.yaml'), '--engine', engine],
      cwd,
    });
    expect(stderr).toContain('1 rule could not be decided on 2 events');
  },
);
