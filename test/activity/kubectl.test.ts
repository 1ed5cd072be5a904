import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { kubectlCommand } from '../../src/activity/request/kubectl-command.ts';
import { commandLines, shellWord } from '../../src/activity/request/kubectl-words.ts';
import { requestOf } from '../../src/activity/request.ts';
import type { JsonValue } from '../../src/json/value.ts';
import { escapeTerminal } from '../../src/outputs/encode/escape.ts';
import { auditEvent } from '../fields/fake-event.ts';
import { eventLine, folder } from '../cli/events.ts';
import { runCli } from '../cli/run-cli.ts';
import { join } from 'node:path';

type Members = Readonly<Record<string, JsonValue>>;

function command(verb: string, objectRef: Members, more: Members = {}) {
  const event = auditEvent({ verb, objectRef, ...more });
  return kubectlCommand(requestOf(event), event);
}

const line = (...args: Parameters<typeof command>): string | undefined => {
  const words = command(...args)?.words;
  return words === undefined ? undefined : commandLines(words, Infinity).join('\n');
};

const POD = { resource: 'pods', namespace: 'shop', name: 'web-0' };
const pod = (subresource: string) => ({ ...POD, subresource });
const uri = (query: string) => ({ requestURI: `/api/v1/namespaces/shop/pods/web-0/x?${query}` });
const spec = (value: JsonValue) => ({ requestObject: { spec: value } });

describe('the kubectl command of a request', () => {
  it.each<[string, Parameters<typeof command>]>([
    [
      'kubectl exec -n shop web-0 -c app -i -t -- sh',
      ['create', pod('exec'), uri('command=sh&container=app&stdin=true&tty=true')],
    ],
    [
      `kubectl exec -n shop web-0 -- sh -c 'id; echo $HOME'`,
      ['get', pod('exec'), uri('command=sh&command=-c&command=id%3B+echo+%24HOME')],
    ],
    [
      'kubectl attach -n shop web-0 -c app -i',
      ['create', pod('attach'), uri('container=app&stdin=1')],
    ],
    ['kubectl port-forward -n shop web-0 8080', ['create', pod('portforward'), uri('ports=8080')]],
    [
      'kubectl logs -n shop web-0 -c app --follow --tail=20',
      ['get', pod('log'), uri('container=app&follow=true&tailLines=20')],
    ],
    ['kubectl get pods -n shop web-0 -o yaml', ['get', POD]],
    [
      'kubectl get pods -n shop --selector=app=web',
      ['list', { resource: 'pods', namespace: 'shop' }, uri('labelSelector=app%3Dweb')],
    ],
    ['kubectl get secrets -A', ['list', { resource: 'secrets' }]],
    [
      'kubectl get deployments.apps -n shop --watch-only',
      ['watch', { resource: 'deployments', apiGroup: 'apps', namespace: 'shop' }],
    ],
    [
      'kubectl create -n shop -f -',
      ['create', { resource: 'pods', namespace: 'shop' }, { requestObject: { kind: 'Pod' } }],
    ],
    [
      'kubectl create -n shop --dry-run=server -f -',
      ['create', { resource: 'pods', namespace: 'shop' }, uri('dryRun=All')],
    ],
    ['kubectl replace -n shop -f -', ['update', POD, { requestObject: { kind: 'Pod' } }]],
    [
      'kubectl delete pods -n shop web-0 --grace-period=0 --force',
      ['delete', POD, { requestObject: { gracePeriodSeconds: 0 } }],
    ],
    [
      'kubectl delete pods -n shop --all',
      ['deletecollection', { resource: 'pods', namespace: 'shop' }],
    ],
    [
      `kubectl patch pods -n shop web-0 --type=strategic '--patch={"metadata":{"labels":{"a":"b"}}}'`,
      ['patch', POD, { requestObject: { metadata: { labels: { a: 'b' } } } }],
    ],
    [
      `kubectl patch certificates.cert-manager.io -n shop tls --subresource=status --type=merge '--patch={"status":{}}'`,
      [
        'patch',
        {
          resource: 'certificates',
          apiGroup: 'cert-manager.io',
          namespace: 'shop',
          name: 'tls',
          subresource: 'status',
        },
        { requestObject: { status: {} } },
      ],
    ],
    [
      `kubectl patch nodes n1 --type=json '--patch=[{"op":"remove"}]'`,
      ['patch', { resource: 'nodes', name: 'n1' }, { requestObject: [{ op: 'remove' }] }],
    ],
    [
      'kubectl cordon n1',
      ['patch', { resource: 'nodes', name: 'n1' }, spec({ unschedulable: true })],
    ],
    [
      'kubectl uncordon n1',
      ['patch', { resource: 'nodes', name: 'n1' }, spec({ unschedulable: null })],
    ],
    [
      'kubectl scale -n shop deployments.apps/web --replicas=0',
      [
        'patch',
        {
          resource: 'deployments',
          apiGroup: 'apps',
          namespace: 'shop',
          name: 'web',
          subresource: 'scale',
        },
        spec({ replicas: 0 }),
      ],
    ],
    [
      'kubectl auth can-i get secrets -n shop',
      [
        'create',
        { resource: 'selfsubjectaccessreviews' },
        spec({ resourceAttributes: { verb: 'get', resource: 'secrets', namespace: 'shop' } }),
      ],
    ],
    [
      `kubectl auth can-i '*' '*' -A`,
      [
        'create',
        { resource: 'selfsubjectaccessreviews' },
        spec({ resourceAttributes: { verb: '*', resource: '*' } }),
      ],
    ],
    [
      'kubectl auth can-i get /healthz',
      [
        'create',
        { resource: 'selfsubjectaccessreviews' },
        spec({ nonResourceAttributes: { verb: 'get', path: '/healthz' } }),
      ],
    ],
    [
      'kubectl auth can-i --list -n shop',
      ['create', { resource: 'selfsubjectrulesreviews' }, spec({ namespace: 'shop' })],
    ],
    [
      'kubectl create token -n shop web --duration=3600s --audience=vault',
      [
        'create',
        { resource: 'serviceaccounts', namespace: 'shop', name: 'web', subresource: 'token' },
        spec({ expirationSeconds: 3600, audiences: ['vault'] }),
      ],
    ],
    [
      'kubectl certificate approve csr-1',
      [
        'update',
        { resource: 'certificatesigningrequests', name: 'csr-1', subresource: 'approval' },
        { requestObject: { status: { conditions: [{ type: 'Approved' }] } } },
      ],
    ],
    [
      `kubectl debug -n shop web-0 --image=busybox --target=app -i -- sh`,
      [
        'patch',
        pod('ephemeralcontainers'),
        spec({
          ephemeralContainers: [
            {
              name: 'd',
              image: 'busybox',
              targetContainerName: 'app',
              stdin: true,
              command: ['sh'],
            },
          ],
        }),
      ],
    ],
    [
      'kubectl get --raw=/api/v1/nodes/n1/proxy/pods',
      [
        'get',
        { resource: 'nodes', name: 'n1', subresource: 'proxy' },
        { requestURI: '/api/v1/nodes/n1/proxy/pods' },
      ],
    ],
    [
      `kubectl --as=system:admin --as-group=system:masters get pods -n shop web-0 -o yaml`,
      [
        'get',
        POD,
        {
          impersonatedUser: {
            username: 'system:admin',
            groups: ['system:masters', 'system:authenticated'],
          },
        },
      ],
    ],
  ])('%s', (expected, args) => {
    expect(line(...args)).toBe(expected);
  });

  it('hands a long patch over in a here-document', () => {
    const long = command('patch', POD, { requestObject: { data: 'x'.repeat(100) } });
    expect(long?.words.at(-1)).toBe('--patch-file=/dev/stdin');
    expect(long?.stdin).toBe(JSON.stringify({ data: 'x'.repeat(100) }));
  });

  it('of a URL that is no resource', () => {
    const event = auditEvent({ verb: 'get', requestURI: '/metrics?x=1&y' });
    expect(kubectlCommand(requestOf(event), event)?.words).toEqual([
      'kubectl',
      'get',
      '--raw=/metrics?x=1&y',
    ]);
  });

  it('says what the log does not tell', () => {
    expect(command('create', { resource: 'pods', namespace: 'shop' })?.notes).toEqual([
      'its body was not logged',
    ]);
    expect(command('create', pod('portforward'))?.notes).toEqual(['its ports were not logged']);
    expect(command('patch', POD, { requestObject: { a: 1 } })?.notes).toEqual([
      'the kind of patch is not logged: strategic is likely',
    ]);
    expect(command('create', pod('exec'), uri('command=sh'))?.notes).toEqual([]);
  });

  it.each([
    { ...POD, name: '--kubeconfig=/tmp/evil' },
    { ...POD, name: '-f' },
    { ...POD, name: 'a b' },
    { ...POD, namespace: '--token=x' },
    { ...POD, resource: '$(id)' },
    { ...POD, resource: 'pods', apiGroup: '../..' },
    { ...POD, name: '\u001b[2J' },
  ])('is not made of what kubectl could take for an option: %j', (objectRef) => {
    for (const verb of ['get', 'delete', 'patch', 'update'])
      expect(command(verb, objectRef)).toBeUndefined();
  });

  it.each(['constructor', '__proto__', 'toString', ''])('knows no verb %j', (verb) => {
    expect(command(verb, POD)).toBeUndefined();
    expect(
      command('get', { ...POD, subresource: verb || 'valueOf' }, { requestURI: '' }),
    ).toBeUndefined();
  });
});

describe('words for a shell', () => {
  const hostile = [
    "'",
    '"',
    '$(id)',
    '`id`',
    '; rm -rf /',
    '\\',
    '',
    ' ',
    '!x',
    '*',
    '~',
    '#',
    '\u001b[31m',
    '\u202e',
    '\n',
    "a'\u0007b\\",
    '\u009b',
    'é',
    '🦊',
  ];

  it('come back as they were, and steer no terminal', () => {
    for (const word of hostile) expect(escapeTerminal(shellWord(word))).toBe(shellWord(word));
    const script = `printf '%s\\0' ${hostile.map(shellWord).join(' ')}`;
    const out = execFileSync('bash', ['-c', script]).toString('utf8');
    expect(out.split('\0').slice(0, -1)).toEqual(hostile);
  });

  it('break into lines that are one command', () => {
    const words = ['printf', '%s,', 'one', 'two words', "it's", 'x'.repeat(30), 'end'];
    const lines = commandLines(words, 20);
    expect(lines.length).toBeGreaterThan(3);
    const out = execFileSync('bash', ['-c', lines.join('\n')]).toString('utf8');
    expect(out).toBe(`${words.slice(2).join(',')},`);
  });
});

describe('show', () => {
  const objectRef = { resource: 'secrets', namespace: 'shop', name: 'db', apiVersion: 'v1' };
  const dir = folder({
    'a.log': [
      eventLine({
        auditID: 'one',
        verb: 'create',
        level: 'Request',
        objectRef,
        requestObject: {
          kind: 'Secret',
          apiVersion: 'v1',
          data: { password: 'aHVudGVyMmh1bnRlcjI=' },
        },
      }),
      eventLine({
        auditID: 'two',
        verb: 'patch',
        level: 'Request',
        objectRef,
        requestObject: { data: { password: 'aHVudGVyMmh1bnRlcjI=' } },
      }),
    ].join('\n'),
  });
  const show = async (...args: string[]): Promise<string> =>
    (await runCli({ args: ['show', ...args, join(dir, 'a.log')] })).stdout;

  it('prints it with its body, marked as a reconstruction, without secrets', async () => {
    const text = await show('one');
    expect(text).toMatch(
      /^As kubectl would send it \(reconstructed\)\nkubectl create -n shop -f - <<'EOF'\n\{[^]*\n\}\nEOF\n/m,
    );
    expect(text).not.toContain('aHVudGVy');
    expect(await show('one', '--show-secrets')).toContain('"password": "aHVudGVyMmh1bnRlcjI="');
    expect(await show('two')).not.toContain('aHVudGVy');
    expect(await show('two', '--show-secrets')).toContain('aHVudGVy');
  });

  it('has it in JSON', async () => {
    const page = JSON.parse(await show('one', '-f', 'json')) as { kubectl: unknown };
    expect(page.kubectl).toMatchObject({
      reconstructed: true,
      command: 'kubectl create -n shop -f -',
      notes: [],
    });
  });
});
