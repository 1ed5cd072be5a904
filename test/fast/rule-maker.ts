import { loadRules } from '../../src/rules/load.ts';
import type { Rule } from '../../src/rules/rule.ts';
import type { Random } from './random.ts';

const ATOMS = [
  'ka.verb = create',
  'ka.verb in (get, list)',
  'ka.verb != delete',
  'ka.stage = ResponseComplete',
  'ka.stage exists',
  'ka.user.name = alice',
  'ka.user.name startswith "system:"',
  'ka.user.name = "CORP\\\\carol"',
  'tolower(ka.user.name) contains zo',
  'ka.user.groups intersects (system:unauthenticated)',
  'ka.user.groups in (a, b, c)',
  'ka.target.resource in (pods, secrets)',
  'ka.target.subresource exists',
  'ka.target.subresource = exec',
  'ka.target.namespace = kube-system',
  'ka.target.name startswith n1',
  'ka.target.name in (n10, n11, n12)',
  'tolower(ka.target.name) = n13',
  'ka.target.name endswith "1\\"4"',
  'ka.response.code startswith 2',
  'ka.response.code = 403',
  'ka.auth.decision = forbid',
  'ka.useragent icontains CURL',
  'ka.uri contains "limit=500"',
  'ka.uri icontains "LIMIT="',
  'ka.uri glob "*n=[12]"',
  'ka.uri.param[n] = 3',
  'ka.uri.param[a] contains "<b>"',
  'ka.auth.reason contains "by x"',
  'ka.sourceips intersects (10.0.0.1)',
  'ka.impuser.name exists',
  'ka.security.pod.violations exists',
  'ka.req.pod.host_network = true',
  'ka.req.pod.containers.privileged intersects (true)',
  'ka.req.pod.containers.image intersects (img:1)',
  'ka.req.pod.initContainers.image exists',
  'ka.req.pod.volumes.hostpath intersects (/etc)',
  'ka.req.pod.containers.host_port intersects (80)',
  'ka.req.configmap.obj contains value',
  'ka.req.service.type = NodePort',
  'ka.req.binding.subjects.user_names intersects (alice)',
  'ka.resp.name = p3',
  'jevt.value[/annotations] contains "\\"failed-open"',
  'jevt.value[/annotations] contains "RBAC"',
  'jevt.value[/requestObject] icontains xmrig',
  'jevt.value[/requestObject/metadata] contains "\\"note\\":"',
  'jevt.value[/requestObject/spec/containers/0/name] = c',
  'jevt.value[/user] contains alice',
  'jevt.value[/level] = Metadata',
  'jevt.value[/extra] exists',
  'jevt.value[/__proto__] exists',
  'jevt.value[/requestObject/data/n] = 1',
  'kx.any[/user/groups] startswith "system:"',
  'kx.any[/sourceIPs] = "10.0.0.1"',
  'tolower(kx.any[/requestObject/spec/containers/image]) in ("img:1", "img:2")',
  'kx.any[/requestObject/spec/containers/name] exists',
  'kx.any[/requestObject/data/n] >= 1',
  'kx.any[/responseStatus/code] < 400',
  'kx.any[/annotations/authorization.k8s.io~1reason] icontains "rbac"',
  'kx.any[/requestObject] icontains xmrig',
  'kx.net[/sourceIPs] in (10.0.0.0/8, "::1")',
  'jevt.rawtime exists',
  'jevt.rawtime = 0',
  'evt.num > 20',
  'evt.reltime > 1000000',
  'evt.source = k8s_audit',
  'ka.target.name = val(ka.user.name)',
];

function condition(r: Random, depth: number): string {
  if (depth === 0 || r.chance(25)) {
    const atom = r.pick(ATOMS);
    return r.chance(25) ? `not (${atom})` : `(${atom})`;
  }
  const joiner = r.chance(60) ? ' and ' : ' or ';
  const parts = Array.from({ length: 2 + r.below(2) }, () => condition(r, depth - 1));
  return `${r.chance(15) ? 'not ' : ''}(${parts.join(joiner)})`;
}

const OUTPUTS = [
  'user %ka.user.name did %ka.verb at %evt.time',
  'code %ka.response.code images %ka.req.pod.containers.image num %evt.num rel %evt.reltime',
  '%ka.uri %ka.user.groups %jevt.value[/requestObject/spec] %jevt.value[/objectRef]',
  'all %jevt.obj %evt.plugininfo',
];

/** A seeded rule set over fields of every kind. */
export async function randomRules(r: Random, count: number): Promise<readonly Rule[]> {
  const rules = Array.from({ length: count }, (_, i) => {
    const text = condition(r, 1 + r.below(3));
    return [
      `- rule: rule ${i}`,
      '  desc: made at random',
      `  condition: ${text}`,
      `  output: "${r.pick(OUTPUTS)}"`,
      '  priority: NOTICE',
      '  source: k8s_audit',
    ].join('\n');
  });
  const result = await loadRules([{ name: 'random.yaml', text: rules.join('\n') }]);
  if (result.ruleSet === undefined) throw new Error(JSON.stringify(result.files));
  return result.ruleSet.rules;
}
