import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Certificates } from '../serve/certificates.ts';
import { runCli } from '../cli/run-cli.ts';
import { writeToken } from './receiver-run.ts';

/** Where build.sh puts the programs. */
export const BUILT =
  process.env['K8S_AUDIT_APISERVER'] ??
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'k8s-audit/apiserver');

/** A program that build.sh has built. */
export function built(name: string): string {
  const path = join(BUILT, 'bin', name);
  if (!existsSync(path)) throw new Error(`${path} is not there: run test/apiserver/build.sh`);
  return path;
}

/** Who may do what: names are tokens too. */
const USERS = { admin: 'system:masters', alice: 'devs', bob: 'devs', eve: '' } as const;
export type User = keyof typeof USERS | 'nobody';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly auditId: string | undefined;
  readonly warnings: readonly string[];
}

export interface Cluster {
  readonly files: Certificates;
  /** The log file that the API server writes itself. */
  readonly log: string;
  /** Its component log. */
  readonly said: () => string;
  ask(user: User, method: string, path: string, body?: object): Promise<Answer>;
  /** Has the API server show another token to `serve`. */
  useToken(token: string): void;
  /** Ends the API server, which sends what it has not sent. */
  stop(): Promise<void>;
  kill(): void;
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Starts etcd and an API server that logs everything to a file and to `serve`, with the files and flags that
 * `setup webhook` prints.
 *
 * @param url where `serve` is
 * @param files the authority that both sides know
 * @param token what it shows to `serve`, from a file
 */
export async function startCluster(
  url: string,
  files: Certificates,
  token: string,
): Promise<Cluster> {
  const { dir } = files;
  const at = (name: string): string => join(dir, name);
  const own = files.issue('apiserver');
  files.issue('client');
  // It reads no PKCS #8 here.
  execFileSync('openssl', ['ec', '-in', at('client.key'), '-out', at('accounts.key')], {
    stdio: 'ignore',
  });
  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()];
  const part = async (name: string, ...more: string[]): Promise<string> => {
    const { stdout, code } = await runCli({
      args: ['setup', 'webhook', '--part', name, '--url', url, ...more],
    });
    if (code !== 0) throw new Error(`setup webhook --part ${name} failed`);
    return stdout.replaceAll('/etc/kubernetes/audit', dir);
  };
  // It shows both: a certificate and the token of a file.
  const certificate = (await part('kubeconfig', '--auth', 'certificate'))
    .split('\n')
    .filter((line) => line.includes('client-'));
  const withToken = await part('kubeconfig', '--auth', 'token');
  if (certificate.length !== 2 || !withToken.includes('    tokenFile: '))
    throw new Error('the kubeconfigs of setup webhook are not what this test takes them for');
  writeFileSync(
    at('webhook.yaml'),
    withToken.replace('    tokenFile: ', `${certificate.join('\n')}\n    tokenFile: `),
  );
  writeToken(at('token'), token);
  const flags = (await part('flags')).trim().split('\n');
  writeFileSync(
    at('policy.yaml'),
    'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: RequestResponse\n',
  );
  const tokens = Object.entries(USERS).map(([name, group]) => `${name},${name},${name},"${group}"`);
  writeFileSync(at('tokens.csv'), `${tokens.join('\n')}\n`);

  const children: ChildProcess[] = [];
  const start = (name: string, args: string[]): ChildProcess => {
    const child = spawn(built(name), args, { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.pipe(createWriteStream(at(`${name}.log`)));
    children.push(child);
    return child;
  };
  start('etcd', [
    `--data-dir=${at('etcd')}`,
    `--listen-client-urls=http://127.0.0.1:${etcdPort}`,
    `--advertise-client-urls=http://127.0.0.1:${etcdPort}`,
    `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peerPort}`,
    `--initial-cluster=default=http://127.0.0.1:${peerPort}`,
    '--unsafe-no-fsync',
  ]);
  const server = start('kube-apiserver', [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--tls-cert-file=${own.cert}`,
    `--tls-private-key-file=${own.key}`,
    `--client-ca-file=${at('ca.crt')}`,
    `--token-auth-file=${at('tokens.csv')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${at('accounts.key')}`,
    `--service-account-signing-key-file=${at('accounts.key')}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    '--authorization-mode=RBAC',
    `--audit-log-path=${at('audit.log')}`,
    ...flags,
  ]);
  const ended = new Promise<void>((resolve) => server.on('exit', () => resolve()));
  const cluster: Cluster = {
    files,
    log: at('audit.log'),
    said: () => readFileSync(at('kube-apiserver.log'), 'utf8'),
    useToken: (next) => writeToken(at('token'), next),
    ask: (user, method, path, body) => ask({ port, ca: files.ca }, user, method, path, body),
    async stop() {
      server.kill('SIGTERM');
      await ended;
    },
    kill: () => children.forEach((child) => child.kill('SIGKILL')),
  };
  await isReady(cluster, ended);
  return cluster;
}

async function isReady(cluster: Cluster, ended: Promise<void>): Promise<void> {
  let isOver = false;
  void ended.then(() => (isOver = true));
  for (;;) {
    const answer = await cluster.ask('admin', 'GET', '/readyz').catch(() => undefined);
    if (answer?.status === 200) return;
    if (isOver) throw new Error(`the API server ended: ${cluster.said().slice(-2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function ask(
  { port, ca }: { readonly port: number; readonly ca: string },
  user: User,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const isPatch = method === 'PATCH';
  const headers = {
    ...(user === 'nobody' ? {} : { authorization: `Bearer ${user}` }),
    'content-type': isPatch ? 'application/apply-patch+yaml' : 'application/json',
  };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, ca, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => (text += String(part)));
      response.on('error', reject).on('end', () => {
        const warning = response.headers['warning'];
        resolve({
          status: response.statusCode!,
          text,
          auditId: response.headers['audit-id'] as string | undefined,
          warnings: warning === undefined ? [] : [warning],
        });
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
