import { describe, expect, it } from 'vitest';
import { loadOk } from '../helpers.ts';
import { sigmaRule } from './sigma-text.ts';

/** The condition that keys of a selection become. */
async function conditionOf(...keys: readonly string[]): Promise<string> {
  const detection = `sel:\n${keys.map((key) => `  ${key}`).join('\n')}\ncondition: sel`;
  const { rules } = await loadOk(sigmaRule(detection));
  return rules[0]!.conditionText;
}

describe('values of Sigma rules become comparisons', () => {
  it.each([
    ['verb: create', 'tolower(ka.verb) = "create"'],
    ['verb: [create, GET]', 'tolower(ka.verb) in ("create", "get")'],
    ['verb|cased: CREATE', 'ka.verb = "CREATE"'],
    ['userAgent|contains: Kube', 'ka.useragent icontains "Kube"'],
    ['userAgent|contains|cased: Kube', 'ka.useragent contains "Kube"'],
    ['userAgent|startswith: Kube', 'tolower(ka.useragent) startswith "kube"'],
    ['userAgent|endswith: "1.0"', 'ka.useragent endswith "1.0"'],
    ['userAgent: "k*l"', 'ka.useragent iglob "k*l"'],
    ['userAgent: "k[*l"', 'ka.useragent iglob "k\\\\[*l"'],
    ['userAgent: "*"', 'ka.useragent exists'],
    ['userAgent: "k?l"', 'kx.any[/userAgent] regex "\\x28?is\\x29k.l"'],
    ['user.username: Émile', 'kx.any[/user/username] regex "\\x28?is\\x29Émile"'],
    ['userAgent|re: "^curl"', 'ka.useragent regex "\\x28curl\\x29\\x28.|\\n\\x29*"'],
    ['userAgent|re: "a|b"', 'ka.useragent regex "\\x28.|\\n\\x29*\\x28a|b\\x29\\x28.|\\n\\x29*"'],
    [
      'userAgent|re|i: "^curl"',
      'kx.any[/userAgent] regex "\\x28?s:.*\\x29\\x28?i:^curl\\x29\\x28?s:.*\\x29"',
    ],
    [
      "userAgent|re: 'v\\d'",
      'kx.any[/userAgent] regex "\\x28?s:.*\\x29\\x28?:v\\\\d\\x29\\x28?s:.*\\x29"',
    ],
    ['sourceIPs|cidr: 10.0.0.0/8', 'kx.net[/sourceIPs] in ("10.0.0.0/8")'],
    ['responseStatus.code: 403', 'ka.response.code = "403"'],
    ['responseStatus.code|gte: 400', 'kx.any[/responseStatus/code] >= 400'],
    ['impersonatedUser.username|exists: true', 'ka.impuser.name exists'],
    ['impersonatedUser.username|exists: false', 'not ka.impuser.name exists'],
    ['impersonatedUser.username: null', 'not kx.any[/impersonatedUser/username] exists'],
    ['impersonatedUser|exists: true', 'jevt.value[/impersonatedUser] exists'],
    ['impersonatedUser: null', 'not kx.any[/impersonatedUser] exists'],
    ['objectRef|exists: false', 'not jevt.value[/objectRef] exists'],
    ['user.groups: dev', 'tolower(kx.any[/user/groups]) = "dev"'],
    ['verb|neq: get', 'not tolower(ka.verb) = "get"'],
    ['userAgent|contains|all: [a, b]', 'ka.useragent icontains "a" and ka.useragent icontains "b"'],
    ['verb: [get, null]', 'tolower(ka.verb) = "get" or not kx.any[/verb] exists'],
    ['user.username|fieldref: objectRef.name', 'tolower(ka.user.name) = tolower(ka.target.name)'],
    ['requestObject.a|base64: ab', 'tolower(kx.any[/requestObject/a]) = "ywi="'],
    ['requestObject.a|utf16le|base64: a', 'tolower(kx.any[/requestObject/a]) = "yqa="'],
    ['hostPath: "*"', 'kx.podspec.hostpaths exists'],
    [
      'hostPath|startswith: /var',
      'concat("\\n", join("\\n", kx.podspec.hostpaths), "\\n") icontains "\\n/var"',
    ],
    ['capabilities: sys_admin', 'tolower(kx.podspec.capabilities) intersects ("sys_admin")'],
    ['ka.uri.param[command]: sh', 'tolower(ka.uri.param[command]) = "sh"'],
    ['event.action: get', 'tolower(ka.verb) = "get"'],
    ['source.ip: 10.0.0.1', 'jevt.value[/sourceIPs/0] = "10.0.0.1"'],
    ['kubernetes.audit.level: Metadata', 'tolower(jevt.value[/level]) = "metadata"'],
    [
      'kubernetes.audit.annotations.authorization_k8s_io/decision: forbid',
      'tolower(ka.auth.decision) = "forbid"',
    ],
    [
      'requestObject.metadata.labels.a.b/c: x',
      'tolower(kx.any[/requestObject/metadata/labels/a.b~1c]) = "x"',
    ],
    [
      'requestObject.spec.containers[0].image: x',
      'tolower(kx.any[/requestObject/spec/containers/0/image]) = "x"',
    ],
    [
      'requestObject.spec.containers{}.image: x',
      'tolower(kx.any[/requestObject/spec/containers/image]) = "x"',
    ],
    ['resource: pods', 'tolower(ka.target.resource) = "pods"'],
    ['subresource: exec', 'tolower(ka.target.subresource) = "exec"'],
    ['namespace: shop', 'tolower(ka.target.namespace) = "shop"'],
    ['annotations.a b: x', 'tolower(jevt.value["/annotations/a b"]) = "x"'],
  ])('%s', async (key, condition) => {
    expect(await conditionOf(key)).toBe(condition);
  });

  it('keeps names of lists in values from being taken for the lists', async () => {
    const list = '- list: allowed\n  items: [x, y]\n';
    const detection = 'sel:\n  userAgent|contains: [is allowed here, allowed]\ncondition: sel';
    const { rules } = await loadOk(list, sigmaRule(detection));
    expect(rules[0]!.lists).toEqual([]);
    expect(rules[0]!.conditionText).toBe(
      'ka.useragent icontains "is\\x20allowed\\x20here" or ka.useragent icontains "allowed"',
    );
  });
});

describe('what a Sigma rule says of itself', () => {
  it('becomes what a rule of this program has', async () => {
    const { rules, warnings } = await loadOk(
      sigmaRule(
        'sel:\n  verb: get\ncondition: sel',
        'title: Reads 100% of it',
        'id: 11112222-3333-4444-5555-666677778888',
        'status: stable',
        'description: Long words.',
        'author: me',
        'references: [https://a.example/b]',
        'falsepositives: [Backups, null]',
        'level: high',
        'tags: [attack.t1552.007, attack.credential-access, attack.s0002, cve.2024-1, own]',
        'fields: [requestURI, requestObject.spec.x, sourceIPs]',
      ),
    );
    expect(warnings).toEqual([]);
    expect(rules[0]).toMatchObject({
      name: 'Reads 100% of it',
      description: 'Long words.',
      priority: 'Error',
      source: 'k8s_audit',
      enabled: true,
      tags: ['CVE-2024-1', 'S0002', 'T1552.007', 'mitre_credential_access', 'own'],
      outputText:
        'Reads 100 percent of it (user=%ka.user.name verb=%ka.verb resource=%ka.target.resource ' +
        'ns=%ka.target.namespace name=%ka.target.name code=%ka.response.code requestURI=%ka.uri ' +
        'requestObject.spec.x=%kx.any[/requestObject/spec/x] sourceIPs=%jevt.value[/sourceIPs])',
      sigma: {
        id: '11112222-3333-4444-5555-666677778888',
        status: 'stable',
        level: 'high',
        author: 'me',
        references: ['https://a.example/b'],
        falsePositives: ['Backups'],
      },
      file: 'f1.yaml',
      line: 1,
    });
  });

  it.each([
    ['critical', 'Critical'],
    ['high', 'Error'],
    ['medium', 'Warning'],
    ['low', 'Notice'],
    ['informational', 'Informational'],
  ])('level %s is priority %s', async (level, priority) => {
    const { rules } = await loadOk(sigmaRule('s:\n  verb: get\ncondition: s', `level: ${level}`));
    expect(rules[0]!.priority).toBe(priority);
  });

  it('switches withdrawn rules off, and says so', async () => {
    const text = sigmaRule('s:\n  verb: get\ncondition: s', 'status: deprecated');
    const { rules, warnings } = await loadOk(text);
    expect(rules[0]!.enabled).toBe(false);
    expect(warnings).toEqual(['LINT_SIGMA']);
  });

  it('keeps rules of one title apart, and takes the later of one id', async () => {
    const rule = (id: string, verb: string): string =>
      sigmaRule(`s:\n  verb: ${verb}\ncondition: s`, `id: ${id}`);
    const falco =
      '- rule: R\n  desc: d\n  condition: ka.verb = x\n  output: o\n  priority: INFO\n  source: k8s_audit\n';
    const { rules } = await loadOk(
      falco,
      [rule('aaaaaaaa-1', 'get'), rule('bbbbbbbb-1', 'list'), rule('aaaaaaaa-1', 'watch')].join(
        '---\n',
      ),
    );
    expect(rules.map(({ name, conditionText }) => `${name}: ${conditionText}`)).toEqual([
      'R: ka.verb = x',
      'R (Sigma aaaaaaaa): tolower(ka.verb) = "watch"',
      'R (Sigma bbbbbbbb): tolower(ka.verb) = "list"',
    ]);
  });
});

describe('Sigma documents beside others', () => {
  it('skips rules that ask for fields of other logs, with a warning', async () => {
    const foreign = sigmaRule('sel:\n  file_path: x\ncondition: sel', 'title: F');
    const { rules, files } = await loadOk(
      `${foreign}---\n${sigmaRule('sel:\n  verb: get\ncondition: sel')}`,
    );
    expect(rules.map(({ name }) => name)).toEqual(['R']);
    expect(files[0]!.warnings.map(({ code, line, message }) => [code, line, message])).toEqual([
      [
        'LOAD_UNKNOWN_FILTER',
        5,
        "'file_path' is no field of Kubernetes audit events: the rule is left out",
      ],
    ]);
  });

  it('skips rules for other logs, and filters, each with a warning', async () => {
    const { rules, files } = await loadOk(
      [
        sigmaRule('s:\n  verb: get\ncondition: s'),
        'title: W\nlogsource: {product: windows}\ndetection: {s: {a: b}, condition: s}\n',
        'title: F\nlogsource: {product: kubernetes}\nfilter: {rules: [R], s: {a: b}, condition: s}\n',
      ].join('---\n'),
    );
    expect(rules.map(({ name }) => name)).toEqual(['R']);
    expect(
      files[0]!.warnings.map(({ code, message, line, items }) => [
        code,
        items[0]!.name,
        line,
        message,
      ]),
    ).toEqual([
      ['LOAD_UNKNOWN_SOURCE', 'W', 8, 'Sigma rules for other logs are skipped (product windows)'],
      ['LOAD_UNKNOWN_ITEM', 'F', 12, 'Sigma documents of this kind are skipped (filters)'],
    ]);
  });

  it.each([
    ['{product: kubernetes, service: audit}', 1],
    ['{product: Kubernetes, service: Audit, category: application}', 1],
    ['{product: k8s, service: audit}', 1],
    ['{product: kubernetes}', 1],
    ['{service: k8s_audit}', 1],
    ['{product: kubernetes, category: audit}', 1],
    ['{product: kubernetes, service: kubelet}', 0],
    ['{product: kubernetes, category: application}', 0],
    ['{product: linux, service: auditd}', 0],
    ['{service: audit}', 0],
    ['{category: process_creation}', 0],
  ])('logsource %s', async (logsource, count) => {
    const text = `title: R\nlogsource: ${logsource}\ndetection: {s: {verb: get}, condition: s}\n`;
    expect((await loadOk(text)).rules).toHaveLength(count);
  });

  it('stands beside documents of Falco, whose overrides change it', async () => {
    const falco = [
      '- macro: own\n  condition: ka.verb = x',
      '- rule: R\n  exceptions:\n    - {name: me, fields: [ka.user.name], values: [[alice]]}\n  override: {exceptions: append}',
    ].join('\n');
    const { rules } = await loadOk(`${sigmaRule('s:\n  verb: get\ncondition: s')}---\n${falco}\n`);
    expect(rules[0]!.exceptions.map(({ name }) => name)).toEqual(['me']);
    expect(rules[0]!.files).toEqual(['f1.yaml']);
  });

  it('takes tabs and the like that only Falco refuses', async () => {
    const text = sigmaRule('s:\n  verb: "\\ud83d\\ude00"\ncondition: s');
    expect((await loadOk(text)).rules).toHaveLength(1);
  });
});
