import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { expect } from 'vitest';
import { ROOT, runCli } from '../cli/run-cli.ts';
import { BUILT, built, type Cluster } from './cluster.ts';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: object;
}

/** Values with which the chart is rendered: each template, and each of its branches. */
const VALUES = [
  [],
  ['--set', 'auth.type=certificate,spool.persistence=true,clusterName=lab'],
  [
    '--set',
    'auth.type=token,auth.tokenSecret=t,service.clusterIP=10.0.0.77,serviceMonitor.enabled=true',
    '--set-json',
    'rules={"a.yaml":"x"}',
  ],
  ['--set', 'tls.source=secret,tls.secretName=mine,features.k8sAuditDetections=false'],
  [
    '--set',
    'tls.source=certManager,auth.type=certificate,serviceMonitor.enabled=true,serviceMonitor.labels.release=p',
  ],
  [
    '--set',
    'tls.source=certManager,tls.certManager.issuerRef.name=ours,tls.certManager.issuerRef.kind=ClusterIssuer',
  ],
];

/** The manifests of the chart and of `setup webhook`. */
export async function manifests(): Promise<Manifest[]> {
  const chart = join(ROOT, 'packaging/helm/k8s-audit');
  const texts = VALUES.map((set) =>
    execFileSync(built('helm'), ['template', 'k8s-audit', chart, '-n', 'k8s-audit', ...set], {
      encoding: 'utf8',
    }),
  );
  for (const auth of ['certificate', 'token', 'none']) {
    const args = ['setup', 'webhook', '--part', 'manifests', '--auth', auth];
    texts.push((await runCli({ args })).stdout);
  }
  return texts
    .flatMap((text) => loadAll(text) as (Manifest | null)[])
    .filter((manifest) => manifest !== null);
}

/**
 * Has the API server know the kinds of cert-manager and of Prometheus' operator, by the definitions that these
 * publish. @returns how many
 */
export async function installKinds(cluster: Cluster): Promise<number> {
  const dir = join(BUILT, 'crds');
  const names = readdirSync(dir).filter((name) => name.endsWith('.yaml'));
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  let count = 0;
  for (const name of names) {
    for (const crd of loadAll(readFileSync(join(dir, name), 'utf8')) as (Manifest | null)[]) {
      if (crd === null) continue;
      count++;
      expect((await cluster.ask('admin', 'POST', path, crd)).status).toBe(201);
      const isServed = async (): Promise<boolean> => {
        const { text } = await cluster.ask('admin', 'GET', `${path}/${crd.metadata.name}`);
        return /"type":"Established","status":"True"/.test(text.replaceAll(/\s/g, ''));
      };
      await expect.poll(isServed).toBe(true);
    }
  }
  return count;
}

/** Asks whether the API server would take a manifest: strictly, and without taking it. */
export async function dryRun(
  cluster: Cluster,
  manifest: Manifest,
): Promise<{
  readonly status: number;
  readonly warnings: readonly string[];
  readonly text: string;
}> {
  // As JSON, as kubectl does: with a body in YAML the API server cannot write the event, nor the batch it is in.
  const query = '?dryRun=All&fieldManager=test&force=true&fieldValidation=Strict';
  return cluster.ask('admin', 'PATCH', pathOf(manifest) + query, manifest);
}

function pathOf({ apiVersion, kind, metadata: { name, namespace } }: Manifest): string {
  const base = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const lower = kind.toLowerCase();
  const plural = lower.endsWith('y') ? `${lower.slice(0, -1)}ies` : `${lower}s`;
  return `${base}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}/${name}`;
}
