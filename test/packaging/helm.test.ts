import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { COMMAND_OPTIONS } from '../../src/cli/flags/command-options.ts';
import { OPTIONS } from '../../src/cli/flags/options.ts';
import { routeOf } from '../../src/serve/routes.ts';
import { runCli } from '../cli/run-cli.ts';
import { PACKAGE, ROOT, textOf } from './product.ts';

const CHART = 'packaging/helm/k8s-audit';

type Tree = { readonly [key: string]: unknown };

const values = load(textOf(`${CHART}/values.yaml`)) as Tree;
const schema = JSON.parse(textOf(`${CHART}/values.schema.json`)) as Tree;
const templates = readdirSync(join(ROOT, CHART, 'templates')).map((name) => ({
  name,
  text: textOf(`${CHART}/templates/${name}`),
}));
const all = templates.map(({ text }) => text).join('\n');
const deployment = templates.find(({ name }) => name === 'deployment.yaml')!.text;

const ajv = new Ajv({ allErrors: true });
/** What the schema says against values. */
function faults(some: Tree): string[] {
  ajv.validate(schema, some);
  return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Dotted names of the values that are no maps, and of maps that are empty. */
function leaves(tree: Tree, before = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const isMap =
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.keys(value).length > 0;
    return isMap ? leaves(value as Tree, `${before}${key}.`) : [`${before}${key}`];
  });
}

describe('the Helm chart', () => {
  it('has the version of the program', () => {
    expect(load(textOf(`${CHART}/Chart.yaml`))).toMatchObject({
      version: PACKAGE.version,
      appVersion: PACKAGE.version,
    });
  });

  it('has values that its schema allows', () => {
    expect(faults(values)).toEqual([]);
  });

  it.each([
    ['features', { k8sAuditDetection: true }],
    ['features', { k8sAuditDetectionsRules: [{ apiGroups: [''], operations: ['create'] }] }],
    ['auth', { type: 'basic' }],
    ['spool', { size: '1GB' }],
    ['rules', { 'a/b.yaml': 1 }],
    ['admission', { timeoutSeconds: 31 }],
    ['clusterName', 'a/b'],
    ['nonsense', 1],
  ])('refuses a wrong value of %s: %j', (key, value) => {
    expect(faults({ ...values, [key]: value })).not.toEqual([]);
  });

  it('uses each of its values, and none that it has not', () => {
    const used = new Set([...all.matchAll(/\.Values\.([\w.]+\w)/g)].map(([, name]) => name!));
    const has = (name: string, other: string): boolean =>
      name === other || name.startsWith(`${other}.`) || other.startsWith(`${name}.`);
    const names = leaves(values);
    expect([...used].filter((name) => !names.some((each) => has(each, name)))).toEqual([]);
    const isUsed = (name: string): boolean =>
      [...used].some((each) => name === each || name.startsWith(`${each}.`));
    expect(names.filter((name) => !isUsed(name))).toEqual([]);
  });

  it('describes each value in its README', () => {
    const readme = textOf(`${CHART}/README.md`);
    expect(Object.keys(values).filter((key) => !readme.includes(`\`${key}`))).toEqual([]);
  });

  it('starts serve with options that it has', () => {
    const flags = new Set(
      COMMAND_OPTIONS.serve.map((name) => /--[\w-]+/.exec(OPTIONS[name].flags)![0]),
    );
    const given = [...deployment.matchAll(/^ +- (--[\w-]+)/gm)].map(([, flag]) => flag!);
    expect(given.length).toBeGreaterThan(8);
    expect(given.filter((flag) => !flags.has(flag))).toEqual([]);
    expect(deployment).toMatch(/args:\n +- serve\n/);
  });

  it('mounts what these options name', () => {
    const mounts = [...deployment.matchAll(/mountPath: (\/\w+)/g)].map(([, path]) => path!);
    const paths = [...deployment.matchAll(/- --[\w-]+=(\/\w+)/g)].map(([, path]) => path!);
    expect(new Set(paths)).toEqual(new Set(mounts));
  });

  it('asks for paths that serve has', () => {
    const paths = [...all.matchAll(/\bpath: (\/\w+)/g)].map(([, path]) => path!);
    expect(new Set(paths)).toEqual(new Set(['/readyz', '/healthz', '/metrics', '/admission']));
    for (const path of paths) expect(routeOf(path)).toBeDefined();
  });

  it('leaves users to OpenShift, which refuses any that is chosen', () => {
    const [, chosen] =
      /\{\{- if not \(\.Capabilities\.APIVersions\.Has "security\.openshift\.io\/v1"\) \}\}\n([^{]*)\{\{- end \}\}/.exec(
        deployment,
      ) ?? [];
    expect(chosen).toMatch(/runAsUser: 1000\n *runAsGroup: 1000\n *fsGroup: 1000\n/);
  });

  it('meets the restricted pod security standard', () => {
    for (const line of [
      'runAsNonRoot: true',
      'seccompProfile: {type: RuntimeDefault}',
      'allowPrivilegeEscalation: false',
      'readOnlyRootFilesystem: true',
      'capabilities: {drop: [ALL]}',
      'automountServiceAccountToken: false',
    ])
      expect(deployment).toContain(line);
    expect(deployment).not.toMatch(/hostPath|hostNetwork|hostPort|privileged: true/);
  });

  it('has rules of the webhook that --resource-rules reads as they are', async () => {
    const log = join(ROOT, 'samples/privileged-pod.log');
    const rules = ['--resource-rules', join(ROOT, CHART, 'values.yaml')];
    const { stdout, stderr, code } = await runCli({
      args: ['scan', log, '-f', 'ndjson', ...rules],
    });
    expect({ code, findings: stdout.includes('Privileged Workload Template') }).toEqual({
      code: 0,
      findings: true,
    });
    expect(stderr).not.toMatch(/^warning|: warning/m);
    expect(values).toMatchObject({
      features: { k8sAuditDetections: true },
      admission: { failurePolicy: 'Ignore', timeoutSeconds: 1 },
    });
    expect(all).toContain('sideEffects: None');
  });
});
