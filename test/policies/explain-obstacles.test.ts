import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventLine, folder, ruleText } from '../cli/events.ts';
import { runCli } from '../cli/run-cli.ts';

const CONFIG = `
policies:
  - name: Shop
    severity: low
    scope: {namespaces: [shop]}
    rules: [In Shop, Ignored, {name: Switched Off, enabled: false}]
  - name: Sleeping
    severity: low
    enabled: false
    rules: [Asleep]
  - {name: Custom Rules, enabled: false}
ignore:
  - {rule: Ignored, condition: ka.verb = get, reason: known}
`;

const RULES = ['In Shop', 'Ignored', 'Switched Off', 'Asleep', 'Loose', 'Silent']
  .map((name) =>
    ruleText(name, 'ka.verb exists', name === 'Silent' ? { more: '  enabled: false\n' } : {}),
  )
  .join('\n');

const at = folder({
  'k8s-audit.yaml': CONFIG,
  'rules.yaml': RULES,
  'audit.log': [
    eventLine({ auditID: 'in-shop', objectRef: { resource: 'pods', namespace: 'shop' } }),
    eventLine({ auditID: 'elsewhere', objectRef: { resource: 'pods', namespace: 'x' } }),
  ].join('\n'),
});

async function obstacles(id: string, rule: string): Promise<unknown> {
  const args = [
    'explain',
    id,
    join(at, 'audit.log'),
    '--no-default-rules',
    '-r',
    join(at, 'rules.yaml'),
  ];
  const { stdout, stderr } = await runCli({
    args: [...args, '--rule', rule, '-f', 'json', '-q'],
    cwd: at,
  });
  expect(stderr).toBe('');
  const [{ matched, obstacles: found }] = JSON.parse(stdout.replaceAll(`${at}/`, '')) as [
    Record<string, unknown>,
  ];
  expect(matched).toBe(true);
  return found;
}

it.each([
  ['in-shop', 'In Shop', undefined],
  ['elsewhere', 'In Shop', ['Policies: outside the scope of Shop']],
  ['in-shop', 'Ignored', ['Ignored: by the entry at k8s-audit.yaml:13: known']],
  ['in-shop', 'Switched Off', ['Policies: Shop has the rule off']],
  ['in-shop', 'Asleep', ['Policies: Sleeping is off']],
  ['in-shop', 'Loose', ['Policies: Custom Rules is off']],
  [
    'in-shop',
    'Silent',
    ['Rule: off, as its file says; scan --enable-rule runs it', 'Policies: Custom Rules is off'],
  ],
])('explain tells what keeps a match from being reported: %s, %s', async (id, rule, told) => {
  expect(await obstacles(id, rule)).toEqual(told);
});

it('explain tells it between the stages and the condition', async () => {
  const args = [
    'explain',
    'in-shop',
    join(at, 'audit.log'),
    '--no-default-rules',
    '-r',
    join(at, 'rules.yaml'),
  ];
  const { stdout } = await runCli({ args: [...args, '--rule', 'Asleep', '-q'], cwd: at });
  expect(stdout).toMatch(/complete\s+matches\nPolicies +Sleeping is off\nWhole condition\n/i);
});
