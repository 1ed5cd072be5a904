import { loadAll } from 'js-yaml';
import { describe, expect, it, test } from 'vitest';
import { PLATFORMS } from '../../src/setup/platforms/platforms.ts';
import { checkProtection, parseListen } from '../../src/serve/listen.ts';
import { routeOf } from '../../src/serve/routes.ts';
import { parseCli, runCli } from '../cli/run-cli.ts';

type Tree = Readonly<Record<string, unknown>>;

async function text(...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await runCli({ args: ['setup', 'webhook', ...args] });
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return stdout;
}

async function refusal(...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await runCli({ args: ['setup', 'webhook', ...args] });
  expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  return stderr;
}

const documents = (yaml: string): Tree[] => loadAll(yaml) as Tree[];

const AUTHS = ['certificate', 'token', 'none'] as const;

describe('setup webhook', () => {
  it('says of every platform which way its events come', async () => {
    const stdout = await text();
    for (const { id } of PLATFORMS) {
      expect(stdout).toMatch(
        new RegExp(String.raw`^${id} +(?:audit webhook|log forwarder|admission only) `, 'm'),
      );
    }
  });

  it.each(PLATFORMS.map(({ id }) => id))('tells how for %s', async (id) => {
    const stdout = await text(id);
    for (const part of ['Start serve', 'Send it the events', 'watch out for'])
      expect(stdout).toContain(part);
    const json = JSON.parse(await text(id, '-f', 'json')) as Tree;
    expect(json).toMatchObject({ id });
    const markdown = await text(id, '-f', 'markdown');
    for (const { code = [] } of [...(json['serve'] as Code[]), ...(json['steps'] as Code[])]) {
      for (const line of code) {
        expect(stdout).toContain(line);
        expect(markdown).toContain(line);
      }
    }
  });

  it.each(['minikube', 'kind'])(
    'puts the files of %s on the machine, and its address in when the cluster runs',
    async (id) => {
      const stdout = (await text(id)).replaceAll(/\s+/g, ' ');
      expect(stdout).not.toContain('on every control-plane node: webhook.yaml');
      expect(stdout).toContain('the address of the service is known once the cluster runs');
    },
  );

  it('prints commands that k8s-audit understands', async () => {
    const pages = [
      ...PLATFORMS.map(({ id }) => text(id)),
      ...AUTHS.map((auth) => text('kubeadm', '--auth', auth, '--url', 'https://a.example:1/audit')),
      text('kubeadm', '--url', 'http://a.example/audit'),
    ];
    const commands = (await Promise.all(pages)).flatMap((page) =>
      [...page.replaceAll(/ \\\n */g, ' ').matchAll(/^ *k8s-audit ([^|>\n]*)/gm)].map(([, args]) =>
        args!.trim(),
      ),
    );
    expect(new Set(commands).size).toBeGreaterThan(5);
    const known = new Set(commands.map((args) => parseCli(args.split(' '))));
    expect([...known].toSorted()).toEqual(['serve', 'setup audit-policy', 'setup webhook']);
  });

  it('suggests a platform for a wrong name', async () => {
    expect(await refusal('k3')).toContain("no platform is called 'k3'");
  });
});

interface Code {
  readonly code?: readonly string[];
}

describe('the kubeconfig', () => {
  it.each([
    ['certificate', { 'client-certificate': expect.any(String), 'client-key': expect.any(String) }],
    ['token', { tokenFile: expect.any(String) }],
  ])('names what the API server shows: %s', async (auth, user) => {
    const [config] = documents(await text('--part', 'kubeconfig', '--auth', auth));
    expect(config).toMatchObject({
      kind: 'Config',
      clusters: [{ name: 'k8s-audit' }],
      users: [{ name: 'kube-apiserver', user }],
      contexts: [{ context: { cluster: 'k8s-audit', user: 'kube-apiserver' } }],
      'current-context': 'audit',
    });
  });

  it('has no user where nothing is asked for', async () => {
    const [config] = documents(await text('--part', 'kubeconfig', '--auth', 'none'));
    expect(Object.keys(config!)).not.toContain('users');
    expect(JSON.stringify(config)).not.toContain('kube-apiserver');
  });

  it.each([
    ['https://audit.example.com', 'https://audit.example.com/audit'],
    ['https://10.0.0.1:9765/audit/prod', 'https://10.0.0.1:9765/audit/prod'],
    ['https://[fd00::1]:9765/audit/prod/', 'https://[fd00::1]:9765/audit/prod'],
    ['http://audit.example.com/audit', 'http://audit.example.com/audit'],
  ])('names the server %s by a path that serve takes', async (url, server) => {
    const [config] = documents(await text('--part', 'kubeconfig', '--url', url));
    const [{ cluster }] = config!['clusters'] as [{ cluster: Tree }];
    expect(cluster['server']).toBe(server);
    expect(routeOf(new URL(server).pathname)).toMatchObject({ kind: 'audit' });
    expect('certificate-authority' in cluster).toBe(url.startsWith('https'));
  });

  it.each([
    'ftp://a/audit',
    'https://a/k8s-audit',
    'https://a/audit?cluster=x',
    'https://a/audit/x"\n- y',
    'https://a/events',
    'nonsense',
  ])('refuses %s', async (url) => {
    expect(await refusal('--url', url)).toContain('--url');
  });

  it.each(['certificate', 'token'])(
    'refuses %s over plain HTTP: the API server would send none',
    async (auth) => {
      expect(await refusal('--url', 'http://a/audit', '--auth', auth)).toContain(
        'the API server sends no credentials at all',
      );
    },
  );
});

describe('manifests', () => {
  const kinds = ['Namespace', 'PersistentVolumeClaim', 'Deployment', 'Service'];

  it.each(AUTHS)('start serve with options that it has: %s', async (auth) => {
    const all = documents(await text('--part', 'manifests', '--auth', auth));
    expect(all.map((each) => each['kind'])).toEqual(kinds);
    const args = argumentsOf(all);
    expect(parseCli(args)).toBe('serve');
    const value = (flag: string): string | undefined =>
      args.find((arg) => arg.startsWith(`${flag}=`))?.slice(flag.length + 1);
    const protection = {
      tls: value('--tls-cert') !== undefined,
      token: value('--token-file') !== undefined,
      clientCa: value('--client-ca') !== undefined,
      plain: false,
    };
    expect(() => checkProtection(parseListen(value('--listen')!)!, protection)).not.toThrow();
    expect([protection.clientCa, protection.token]).toEqual([
      auth === 'certificate',
      auth === 'token',
    ]);
    // An API server shows nothing to admission webhooks: with credentials asked for, none would pass.
    expect(args.includes('--open-admission')).toBe(auth !== 'none');
    const { mounts, volumes } = placesOf(all);
    for (const path of args.flatMap((arg) => /=(\/\w+)/.exec(arg)?.[1] ?? []))
      expect(mounts.map(({ mountPath }) => mountPath)).toContain(path);
    expect(mounts.map(({ name }) => name).toSorted()).toEqual(
      volumes.map(({ name }) => name).toSorted(),
    );
  });

  it('meet the restricted pod security standard', async () => {
    const pod = podOf(documents(await text('--part', 'manifests')));
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    });
  });

  it('of the admission webhook ask for an answer within a second, and ignore none', async () => {
    const [webhook] = documents(await text('--part', 'admission'));
    const [hook] = webhook!['webhooks'] as [Tree];
    expect(hook).toMatchObject({ failurePolicy: 'Ignore', timeoutSeconds: 1, sideEffects: 'None' });
    const { service } = hook['clientConfig'] as { service: Tree };
    expect(routeOf(service['path'] as string)).toMatchObject({ kind: 'admission' });
    const { ports } = specOf(documents(await text('--part', 'manifests')), 'Service') as {
      ports: readonly Tree[];
    };
    expect(ports.map(({ port }) => port)).toContain(service['port']);
  });
});

test.each([
  [['k3s', '--part', 'flags'], 'parts are the same on every platform'],
  [['--part', 'flags', '-f', 'json'], 'there is no json format of it'],
])('%j is refused', async (args, why) => {
  expect(await refusal(...args)).toContain(why);
});

function specOf(all: readonly Tree[], kind: string): Tree {
  return all.find((each) => each['kind'] === kind)!['spec'] as Tree;
}

function podOf(all: readonly Tree[]): Tree {
  return (specOf(all, 'Deployment')['template'] as { spec: Tree }).spec;
}

function argumentsOf(all: readonly Tree[]): string[] {
  return (podOf(all)['containers'] as [{ args: string[] }])[0].args;
}

function placesOf(all: readonly Tree[]): {
  readonly mounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly volumes: readonly { readonly name: string }[];
} {
  const pod = podOf(all);
  const [{ volumeMounts: mounts }] = pod['containers'] as [
    { volumeMounts: { name: string; mountPath: string }[] },
  ];
  return { mounts, volumes: pod['volumes'] as { name: string }[] };
}
