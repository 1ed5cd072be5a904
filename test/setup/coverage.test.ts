import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadRules } from '../../src/rules/load.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { buildPolicy } from '../../src/setup/policy/build-policy.ts';
import { Census } from '../../src/setup/census.ts';
import { coverageOf } from '../../src/setup/coverage.ts';
import { decide } from '../../src/setup/policy/audit-policy.ts';
import { diagnose } from '../../src/setup/diagnosis.ts';
import { needsOf } from '../../src/setup/needs.ts';
import { printPolicy } from '../../src/setup/policy/print-policy.ts';
import { readAuditPolicy } from '../../src/setup/policy/read-audit-policy.ts';
import { bundledRules } from '../../src/cli/library/rules-input.ts';
import { auditEvent } from '../fields/fake-event.ts';
import { runCli } from '../cli/run-cli.ts';

async function rulesOf(...conditions: string[]): Promise<readonly Rule[]> {
  const text = conditions
    .map(
      (condition, i) =>
        `- rule: R${i}\n  desc: d\n  condition: ${condition}\n  output: o\n  priority: INFO\n  source: k8s_audit\n`,
    )
    .join('');
  const { ruleSet, files } = await loadRules([{ name: 'r.yaml', text }]);
  if (ruleSet === undefined) throw new Error(JSON.stringify(files));
  return ruleSet.rules;
}

/** The bundled rules that run, and what they need. */
const BUNDLED = (await loadRules(bundledRules())).ruleSet!.rules.filter(({ enabled }) => enabled);
const BUNDLED_NEEDS = needsOf(BUNDLED);

/** The needs of one condition as `verb resource: fires, sees`, for some verbs. */
async function needs(condition: string): Promise<Record<string, string>> {
  const [rule] = await rulesOf(condition);
  const found = needsOf([rule!]).byRule.get(rule!)!;
  return Object.fromEntries(
    found.map(({ shape, fires, sees, stages }) => [
      `${shape.verb} ${shape.resource ?? '-'}${shape.subresource === undefined ? '' : `/${shape.subresource}`}`,
      `${fires} ${sees} ${stages.length === 1 ? stages[0] : ''}`.trim(),
    ]),
  );
}

describe('what a rule needs', () => {
  it('follows from its condition: resource, verb, stage and bodies', async () => {
    expect(
      await needs(
        'ka.target.resource = pods and not ka.target.subresource exists and ka.verb in (create, get) and ka.stage = ResponseComplete and ka.req.pod.host_pid exists',
      ),
    ).toEqual({
      'create pods': 'Request Request ResponseComplete',
    });
  });

  it('is less when the body is one way of several', async () => {
    const found = await needs(
      'ka.target.resource = secrets and ka.verb = create and (ka.user.name = x or ka.req.configmap.obj contains y)',
    );
    expect(found).toEqual({ 'create secrets': 'Metadata Request' });
  });

  it('counts negative tests of a body as looking at it', async () => {
    const found = await needs(
      'ka.target.resource = services and ka.verb = create and not ka.req.service.type = ClusterIP and not ka.target.subresource exists',
    );
    expect(found).toEqual({ 'create services': 'Metadata Request' });
  });

  it('knows that a missing body reads as kx.body false', async () => {
    const found = await needs(
      'ka.target.resource = ingresses and ka.verb = create and kx.body = true',
    );
    expect(found).toEqual({ 'create ingresses': 'Request Request' });
  });

  it('takes the response where fields read it', async () => {
    const found = await needs(
      'ka.target.resource = pods and ka.verb = create and ka.resp.name startswith x and not ka.target.subresource exists',
    );
    expect(found).toEqual({ 'create pods': 'RequestResponse RequestResponse' });
  });

  it('finds custom resources that rules name', async () => {
    expect(Object.keys(await needs('ka.target.resource = backups and ka.verb = delete'))).toEqual([
      'delete backups',
    ]);
  });
});

describe('the computed policy', () => {
  // Each rule's resources need their group in src/setup/custom-groups.ts.
  it('names a group that API servers before 1.36 take for every resource of the bundled rules', () => {
    const { policy, notes } = buildPolicy(BUNDLED_NEEDS);
    expect(notes.join('\n')).not.toContain('API groups are not known');
    const text = printPolicy(policy, []);
    expect(readAuditPolicy('policy.yaml', text).warnings).toEqual([]);
  });

  it('takes the group of an unknown resource from the rule, and says what it cannot log', async () => {
    const body = 'ka.req.pod.host_pid exists';
    const { policy, notes } = buildPolicy(
      needsOf(
        await rulesOf(
          `ka.target.resource = foos and ${body}`,
          `ka.target.resource = bars and jevt.value[/objectRef/apiGroup] = bar.example.com and ${body}`,
          `ka.target.resource = rollouts and ${body}`,
        ),
      ),
    );
    const bodies = policy.rules.filter(({ level }) => level === 'Request');
    expect(bodies.flatMap(({ resources }) => resources)).toMatchObject([
      { group: 'argoproj.io', resources: ['rollouts'] },
      { group: 'bar.example.com', resources: ['bars'] },
    ]);
    expect(notes).toEqual([
      expect.stringContaining('foos are not logged, as their API groups are not known'),
    ]);
  });

  it('is one that API servers take when it logs nothing', async () => {
    const { policy } = buildPolicy(needsOf(await rulesOf('ka.target.resource = foos')));
    expect(policy.rules).toMatchObject([{ level: 'None' }]);
  });

  it('serves every bundled rule, except where bodies are credentials', async () => {
    const found = BUNDLED_NEEDS;
    const { policy } = buildPolicy(found);
    const lacking = coverageOf(policy, found).filter(({ state }) => state !== 'ok');
    expect(lacking.map(({ rule, state }) => `${rule.name}: ${state}`)).toEqual([
      'Long-Lived Token Secret Created: blind',
      'Token Review Failed: blind',
    ]);
  });

  it('is read back as it was', async () => {
    const { policy, notes } = buildPolicy(BUNDLED_NEEDS);
    const read = readAuditPolicy('p.yaml', printPolicy(policy, notes));
    expect(read.warnings).toEqual([]);
    const plain = (rules: typeof policy.rules) =>
      rules.map((rule) => Object.assign({}, rule, { line: 0, comment: '', omitManagedFields: '' }));
    expect(plain(read.policy.rules)).toEqual(plain(policy.rules));
    expect(read.policy.omitStages).toEqual(policy.omitStages);
  });

  it('never has the bodies of secrets and minted tokens logged', async () => {
    const rules = await rulesOf(
      'ka.target.resource in (secrets, serviceaccounts) and ka.resp.name exists',
    );
    const { policy, notes } = buildPolicy(needsOf(rules));
    const level = (resource: string, subresource?: string) =>
      decide(policy, {
        user: 'u',
        groups: [],
        verb: 'create',
        resource: { group: '', resource, subresource },
        namespace: 'n',
        name: '',
        path: '',
      }).level;
    expect([level('secrets'), level('serviceaccounts', 'token')]).toEqual(['Metadata', 'Request']);
    expect(notes.join()).toContain('secrets stay at Metadata');
  });

  it('logs nothing that no rule looks at', async () => {
    const rules = await rulesOf('ka.target.resource = pods and ka.verb = delete');
    const { policy } = buildPolicy(needsOf(rules));
    const request = { user: 'u', groups: [], verb: 'delete', namespace: 'n', name: 'x', path: '' };
    const of = (resource: string) =>
      decide(policy, { ...request, resource: { group: '', resource, subresource: undefined } })
        .level;
    expect([of('pods'), of('services')]).toEqual(['Metadata', 'None']);
  });

  it('logs every sample of the bundled rules at the level it has, or higher', async () => {
    // Samples at level Metadata for what the policy logs with bodies are there to be silent.
    const { policy } = buildPolicy(BUNDLED_NEEDS);
    const lines = readFileSync('samples/privileged-pod.log', 'utf8').trim().split('\n');
    const order = ['None', 'Metadata', 'Request', 'RequestResponse'];
    for (const line of lines) {
      const { user, verb, objectRef, level, requestURI } = JSON.parse(line);
      if (objectRef === undefined) continue;
      const { apiGroup = '', resource, subresource, namespace = '', name = '' } = objectRef;
      const decision = decide(policy, {
        user: user.username,
        groups: user.groups ?? [],
        verb,
        resource: { group: apiGroup, resource, subresource },
        namespace,
        name,
        path: requestURI,
      });
      expect(order.indexOf(decision.level), `${verb} ${resource}`).toBeGreaterThanOrEqual(
        order.indexOf(level),
      );
    }
  });
});

describe('checking a policy', () => {
  const check = async (condition: string, rules: string, head = '') => {
    const { policy } = readAuditPolicy(
      'p.yaml',
      `apiVersion: audit.k8s.io/v1\nkind: Policy\n${head}rules:\n${rules}`,
    );
    const [coverage] = coverageOf(policy, needsOf(await rulesOf(condition)));
    return {
      state: coverage!.state,
      reasons: [...new Set(coverage!.gaps.map(({ reason }) => reason))],
    };
  };
  const CONFIGMAP =
    'ka.target.resource = configmaps and ka.verb = patch and ka.req.configmap.obj contains x';

  it.each([
    ['- {level: Metadata}', 'blind', ['needs Request']],
    ['- {level: Request}', 'ok', []],
    ['- {level: None}', 'blind', ['not logged']],
    ['- {level: Request, verbs: [create]}\n- {level: Metadata}', 'blind', ['needs Request']],
    [
      '- {level: Request, namespaces: [kube-system]}\n- {level: Metadata}',
      'partly',
      ['needs Request, except for namespace kube-system'],
    ],
    ['- {level: None, users: [bot]}\n- {level: Request}', 'ok', []],
  ])('%s', async (rules, state, reasons) => {
    expect(await check(CONFIGMAP, rules)).toEqual({ state, reasons });
  });

  it('knows the names and namespaces that a rule is about', async () => {
    const rules =
      '- level: Request\n  namespaces: [kube-system]\n  resources: [{group: "", resources: [configmaps], resourceNames: [aws-auth]}]\n- level: Metadata\n';
    const own = await check(`${CONFIGMAP} and ka.target.name = aws-auth`, rules);
    expect(own.reasons).toEqual(['needs Request, except for namespace kube-system, name aws-auth']);
    expect((await check(`${CONFIGMAP} and ka.target.name = other`, rules)).state).toBe('blind');
  });

  it('misses stages that are left out', async () => {
    const condition = 'ka.target.subresource = exec and ka.stage = ResponseStarted';
    expect(await check(condition, '- {level: Request}', 'omitStages: [ResponseStarted]\n')).toEqual(
      { state: 'blind', reasons: ['stage ResponseStarted is left out'] },
    );
  });
});

describe('where starts of requests are left out', () => {
  const states = (
    coverage: readonly { rule: Rule; state: string; gaps: readonly { reason: string }[] }[],
  ) =>
    Object.fromEntries(
      coverage.map(({ rule, state, gaps }) => [
        rule.name,
        [state, ...new Set(gaps.map(({ reason }) => reason))],
      ]),
    );
  const names = ['Attach/Exec Pod', 'port-forward', 'Node Proxy Used', 'Proxy to Pod or Service'];

  it.each([
    ['ResponseStarted', ['partly', 'stage ResponseStarted is left out: told at the end only']],
    ['RequestReceived', ['ok']],
  ])('a policy that omits %s', async (stage, expected) => {
    const text = `apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [${stage}]\nrules: [{level: Metadata}]\n`;
    const { policy } = readAuditPolicy('p.yaml', text);
    const found = states(coverageOf(policy, BUNDLED_NEEDS));
    for (const name of names) expect(found[name]).toEqual(expected);
    expect(found['K8s Namespace Created']).toEqual(['ok']);
  });

  it.each([
    [['ResponseComplete'], 'partly'],
    [['ResponseStarted', 'ResponseComplete'], 'ok'],
  ])('a log with %j', async (stages, expected) => {
    const census = new Census();
    for (const stage of stages) {
      const objectRef = { resource: 'pods', subresource: 'exec' };
      census.add(auditEvent({ stage, verb: 'get', level: 'Metadata', objectRef }));
    }
    const { judged } = diagnose(census, BUNDLED_NEEDS);
    expect(states(judged)['Attach/Exec Pod']![0]).toBe(expected);
  });

  it('events without a stage count as ends', async () => {
    const census = new Census();
    const objectRef = { resource: 'namespaces', name: 'x' };
    census.add(auditEvent({ verb: 'create', level: 'Metadata', objectRef }));
    const { judged } = diagnose(census, BUNDLED_NEEDS);
    expect(states(judged)['K8s Namespace Created']).toEqual(['ok']);
  });
});

describe('doctor', () => {
  const of = (parts: Parameters<typeof auditEvent>[0]) =>
    auditEvent({ stage: 'ResponseComplete', ...parts });
  const pods = { objectRef: { resource: 'pods' }, verb: 'create' };

  it.each([
    ['level too low', of({ ...pods, level: 'Metadata' }), 'blind', 'needs Request'],
    [
      'stage missing',
      of({ ...pods, level: 'Request', stage: 'RequestReceived' }),
      'blind',
      'stage ResponseComplete not seen',
    ],
    ['all there', of({ ...pods, level: 'Request' }), 'ok', undefined],
  ])('judges by what was seen: %s', async (_, event, state, reason) => {
    const census = new Census();
    census.add(event);
    const rules = await rulesOf(
      'ka.target.resource = pods and ka.verb = create and ka.stage = ResponseComplete and ka.req.pod.host_pid exists',
    );
    const [judged] = diagnose(census, needsOf(rules)).judged;
    expect([judged!.state, judged!.gaps[0]?.reason]).toEqual([state, reason]);
  });

  it('does not judge rules whose requests are not in the log', async () => {
    const census = new Census();
    census.add(of({ ...pods, level: 'Request' }));
    expect(diagnose(census, needsOf(await rulesOf('ka.target.resource = nodes'))).unseen).toEqual([
      'R0',
    ]);
  });

  it('counts a bounded number of sorts of requests', () => {
    const census = new Census();
    for (let i = 0; i < 6000; i++)
      census.add(of({ objectRef: { resource: `r${i}` }, verb: 'get' }));
    expect([census.seen.size, census.others, census.events]).toEqual([5000, 1000, 6000]);
  });

  it('tells from a real log what is blind', async () => {
    const { stdout, code } = await runCli({
      args: ['doctor', 'samples/metadata-only.log', '-f', 'json', '-q'],
    });
    const report = JSON.parse(stdout) as {
      levels: unknown;
      rules: { gaps: { rule: string; state: string }[] };
    };
    expect(code).toBe(0);
    expect(report.levels).toEqual({ Metadata: 9 });
    expect(report.rules.gaps).toContainEqual(
      expect.objectContaining({ rule: 'Attach to cluster-admin Role', state: 'blind' }),
    );
  });

  it('says that it looked at a part of a log only', async () => {
    const missing = async (...args: readonly string[]): Promise<string[]> => {
      const { stdout } = await runCli({ args: ['doctor', ...args, '-f', 'json', '-q'] });
      return (JSON.parse(stdout) as { missing: string[] }).missing;
    };
    const log = 'samples/exec-session.log';
    const part = 'left out by the scope: what is missing here may be in the log';
    expect(await missing(log, '--resource', 'pods/exec')).toContain(`3 events were ${part}`);
    expect(await missing(log, '--verb', 'get')).toContain(`1 event was ${part}`);
    expect((await missing(log)).join('\n')).not.toContain('left out');
    // Copies are no part of the log that is missing.
    const twice = ['samples/inputs/cri.log', 'samples/inputs/docker.json', '--dedupe'];
    expect((await missing(...twice)).join('\n')).not.toContain('left out');
    const { stderr } = await runCli({ args: ['doctor', ...twice] });
    expect(stderr).toMatch(/^read 2 events from 2 inputs, 1 read before \(--dedupe\), 2026/);
  });

  it('counts one event as one', async () => {
    const { stdout } = await runCli({
      args: ['doctor', 'samples/inputs', '--user', 'jane', '-f', 'json', '-q'],
    });
    expect((JSON.parse(stdout) as { missing: string[] }).missing).toContainEqual(
      expect.stringMatching(/^1 event lost its body because it was too long/),
    );
  });
});
