import { describe, expect, it } from 'vitest';
import { describeInput } from '../../src/events/decode/describe.ts';

describe('describing input in which nothing was recognised', () => {
  it.each([
    ['', 'blank lines only'],
    ['apiVersion: audit.k8s.io/v1', 'an audit policy'],
    ['kind: Pod', 'YAML'],
    ['<!DOCTYPE html>', 'an HTML page'],
    ['NAMESPACE   NAME   READY', 'printed by kubectl'],
    ['time,user,verb', 'CSV'],
    ['192.0.2.1 - - [02/Jan/2026:03:04:05 +0000] "GET / HTTP/1.1" 200', 'web server access log'],
    ['type=SYSCALL msg=audit(1.0:1): x', 'auditd'],
    ['I0102 03:04:05.123456       1 a.go:1] x', 'klog'],
    ['{"kind":"Pod","apiVersion":"v1"}', 'kind Pod'],
    ['[{"eventSource":"ec2.amazonaws.com"}]', 'CloudTrail'],
    ['{"output_fields":{}}', 'Falco'],
    ['{"b":1,"a":2}', 'the keys b, a'],
    ['{"a":', 'unfinished JSON'],
    [`{"a":1,"b":{"c":"${'x'.repeat(70_000)}"}}`.slice(0, 65_536), 'JSON with the keys a, b, c'],
    ['{"kind"=>"Event", "auditID"=>"a"}', 'hashes as Ruby prints them'],
    ["{ kind: 'Event', apiVersion: 'audit.k8s.io/v1' }", 'as JavaScript prints them'],
    [String.raw`n1 - - [x] "POST / HTTP/1.1" "{\x22kind\x22:1}"`, 'as nginx logs it'],
    ['payload=%7B%22kind%22%3A%22Event%22%7D', 'the encoding of URLs'],
    ['{"class_uid":6003,"category_uid":6}', 'OCSF'],
    ['{\\rtf1\\ansi\\deff0\n\\{"kind":"Event"\\}\\par', 'a rich text document'],
    ["INSERT INTO audit VALUES (1,'{}'),(2,'{}');", 'a dump of a database'],
    ['-- MySQL dump 10.13  Distrib 8.0.36', 'a dump of a database'],
    ['{"event":"kube.request","code":"T3009I","kubernetes_cluster":"x"}', 'Teleport'],
    ['[1]', 'without objects'],
    ['{}', 'empty JSON objects'],
    ['hello world', 'text without JSON'],
    [
      '{"Records":[{"eventVersion":"1.08","eventSource":"eks.amazonaws.com"}]}',
      'CloudTrail records, not Kubernetes audit events; EKS writes its audit log to CloudWatch',
    ],
    ['{\n  "Records": [\n    {\n      "eventSource": "s3.amazonaws.com",', 'CloudTrail'],
    [
      '2 123456789012 eni-0a1b 10.0.0.1 10.0.0.2 443 5 6 20 4249 1 2 ACCEPT OK',
      'an AWS VPC flow log, not a Kubernetes audit log; EKS',
    ],
    ['version account-id interface-id srcaddr dstaddr', 'VPC flow log'],
    ['apiVersion: v1\nclusters:\n- cluster:\n    server: x', 'a kubeconfig'],
    ['{"kind":"Config","apiVersion":"v1"}', 'a kubeconfig'],
    ['---\napiVersion: apps/v1\nkind: Deployment', 'of kind Deployment, not an audit log (YAML)'],
    ['# policy\napiVersion: audit.k8s.io/v1\nkind: Policy', 'pass the file that --audit-log-path'],
    ['- rule: x\n  desc: y', 'Falco rules'],
    ['<html><head><title>502</title>', 'an HTML page'],
    ['<?xml version="1.0"?>\n<Error><Code>AccessDenied', 'XML, perhaps the error message'],
    ['-----BEGIN CERTIFICATE-----', 'a PEM file'],
    ['a;b;c', 'CSV without a column'],
    ['@timestamp,kubernetes.audit.verb,kubernetes.audit.user.username', 'with their _source'],
    ['{\n "hits": [\n  {"fields": {"kubernetes.audit.verb": ["get"]', 'with their _source'],
    ['---\ninsertId: a\nprotoPayload:\n  serviceName: k8s.io', 'audit events as YAML'],
    ['- AuditId: a\n  RequestUri: /api', 'audit events as YAML'],
    ["[{'kind': 'Event'", 'dictionaries as Python prints them'],
    [
      '2026-01-02T03:04:05.000Z 2 123456789012 eni-0a1b2c3d 10.0.0.1 10.0.0.2 443 5 6',
      'VPC flow log',
    ],
    ['vpc-0a1b2c 123456789012 5 eni-1235b8ca123456789 10.0.0.1 10.0.0.2 ACCEPT', 'VPC flow log'],
    ['srcaddr dstaddr srcport', 'VPC flow log'],
    ['2026-01-02T03:04:05Z my-lb 192.0.2.1:2817 10.0.0.1:80 0.1 0.1 0.1 200', 'load balancer'],
    [`${'a1'.repeat(32)} bucket [06/Feb/2026:00:00:38 +0000] 192.0.2.3`, 'an S3 access log'],
    ['#Version: 1.0\n#Fields: date time', 'W3C format'],
    ['#separator \\x09', 'a Zeek log'],
    ['# HELP a b\n# TYPE a counter', 'metrics of Prometheus'],
    ['node=a type=SYSCALL msg=audit(1.0:1): x', 'auditd'],
    ['An error occurred (AccessDenied) when calling the FilterLogEvents operation', 'AWS command'],
    ['Error from server (NotFound): pods "x" not found', 'an error message of kubectl'],
    ['ERROR: (gcloud.logging.read) x', 'an error message of gcloud'],
    ['Name:         web\nNamespace:    shop', 'kubectl describe'],
    ['Jan 02 03:04:05 host kubelet[12]: hello', 'a system log'],
    ['<34>1 2026-10-11T22:14:15.003Z host su - ID47 - x', 'a system log'],
    ['2026-01-02T03:04:05.1Z stdout F hello', 'the log of a container'],
    ['time="2026-01-02T03:04:05Z" level=info msg=x', 'the log of a container'],
    ['[12345.678] IN=eth0 OUT=', 'a kernel log'],
    ['[section]\nkey=value', 'a configuration file (INI)'],
    ['03:04:05.123: Notice A shell was spawned', 'output of Falco or k8s-audit'],
    ['version https://git-lfs.github.com/spec/v1', 'git lfs pull'],
    [`${'a1'.repeat(32)}  audit.log`, 'a list of checksums'],
    ['ssh-rsa AAAAB3Nz me', 'an SSH key'],
    ['title: A\nlogsource:\n  product: kubernetes', 'a Sigma rule'],
    ['image:\n  repository: x', 'YAML, not an audit log'],
    ['# Title\n\nText', 'text without JSON'],
    ['\u{fffd}a\u{fffd}b', 'binary data'],
    ['{"kind":"Status","apiVersion":"v1","message":"forbidden"}', 'API server (forbidden)'],
    ['{"kind":"List","apiVersion":"v1","items":[{"kind":"Pod"}]}', 'Kubernetes objects (List)'],
    [
      '{"records":[{"category":"guard","properties":{"log":"x"}}]}',
      'Azure records of category guard',
    ],
    [
      '{"events":[{"logStreamName":"authenticator-1","message":"x"}]}',
      'stream authenticator-1; EKS',
    ],
    ['[{"logName":"x","jsonPayload":{}}]', 'Google Cloud log entries without an audit record'],
    ['{"output_fields":{},"rule":"x","k8s_audit":{}}', 'a report of k8s-audit'],
    ['{"baseline":[\n', 'a baseline of k8s-audit'],
    ['{"flow":{},"node_name":"n"}', 'Hubble'],
    ['{"process_exec":{}}', 'Tetragon'],
    ['{"type":"request","auth":{},"request":{}}', 'a Vault audit log'],
    ['{"ts":1.5,"v":4,"msg":"x"}', 'the log of a Kubernetes component'],
    ['{"log":"x","stream":"stdout","time":"t"}', 'the log of a container'],
    ['{"__REALTIME_TIMESTAMP":"1","MESSAGE":"x","_SYSTEMD_UNIT":"a.service"}', 'unit a.service,'],
  ])('%j', (text, part) => {
    expect(describeInput(text)).toContain(part);
  });
});

describe('audit events that a tool spoiled', () => {
  const event = '{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a","verb":"get"}';
  const folded = (width: number): string =>
    event
      .repeat(2)
      .match(new RegExp(`.{1,${width}}`, 'g'))!
      .join('\n');
  const base64 = Buffer.from(event.repeat(3)).toString('base64');
  const hex = Buffer.from(event.slice(0, 16)).toString('hex');
  it.each([
    ['---\nkind: Event\napiVersion: audit.k8s.io/v1\nlevel: Metadata', 'audit events as YAML'],
    ['kind: EventList\napiVersion: audit.k8s.io/v1\nitems:', 'audit events as YAML'],
    [
      'apiVersion: audit.k8s.io/v1\nitems:\n- annotations: {}\n  auditID: a',
      'audit events as YAML',
    ],
    ['- apiVersion: audit.k8s.io/v1\n  auditID: a\n  kind: Event', 'audit events as YAML'],
    ['kind: List\nitems:\n  - level: Metadata\n    requestURI: /', 'audit events as YAML'],
    [`events:\n- eventId: "1"\n  message: '${event}'`, 'audit events as YAML'],
    [`---\nlogName: x\ntextPayload: "${event.replaceAll('"', '\\"')}"`, 'audit events as YAML'],
    [`From: a@example.com\nMIME-Version: 1.0\n\n${event.slice(0, 40)}=`, 'an e-mail message'],
    ['json = {};\njson.apiVersion = "audit.k8s.io/v1";', 'gron --ungron'],
    ['{\n    "@timestamp" => 2026-01-02,\n       "message" => "x"\n}', 'as Logstash prints them'],
    ["{\n  _id: ObjectId('65'),\n  kind: 'Event'\n}", 'mongosh'],
    ['{"kind":{"0":"Event"},"auditID":{"0":"a"}}', 'as pandas writes it'],
    ['{"columns":["auditID"],"index":[0],"data":[["a"]]}', 'as pandas writes it'],
    ['kind: Policy\napiVersion: audit.k8s.io/v1\nrules:', 'an audit policy'],
    [event.replaceAll('"', '&quot;'), 'as copied from a web page'],
    [event.replaceAll('"', '\u201d'), 'typographic quotes'],
    [event.replaceAll('"', "'"), 'as Python prints them'],
    [`[0] kube.audit: [[1700000000.123456789, {}], {"log"=>"x"}]`, 'set format json_lines'],
    [`[3] kube.audit: [1700000000.000000000, {"kind"=>"Event"}]`, 'as Fluent Bit prints them'],
    [event.replaceAll('"', '\\"'), 'a backslash before each quote'],
    [event.replaceAll(',', ',\u00a0'), 'no-break spaces'],
    [folded(50), 'broken into lines of 50 characters'],
    [`${base64.slice(0, 76)}\n${base64.slice(76)}`, 'base64 -d'],
    [`00000000  ${hex.match(/../g)!.join(' ')}`, 'a hex dump'],
    [`00000000: ${hex.match(/.{4}/g)!.join(' ')}`, 'a hex dump'],
    ...[
      'Jan 02 03:04:05 host k3s[812]: ',
      '2026-01-02T03:04:05Z stdout F ',
      'web-1  | ',
      '[pod/a/b] ',
    ].map((prefix): [string, string] => [
      JSON.stringify(JSON.parse(event), undefined, 2).replaceAll(/^/gm, prefix),
      'over several lines with a prefix on each',
    ]),
    // Cut, not folded.
    [`${event.slice(0, 50)}\n${event.slice(0, 44)}\n${event.slice(0, 47)}`, 'unfinished JSON'],
  ])('%j', (text, described) => {
    expect(describeInput(text)).toContain(described);
  });
});

describe('long and strange texts', () => {
  // A pattern that backtracks without bound would not end before the time limit of tests.
  it.each([
    'a ',
    'eni-',
    '1.',
    '[',
    '-',
    ':',
    '"a",',
    'srcaddr',
    'a'.repeat(32) + ' ',
    '\u{fffd}',
    '{"a":',
    ',\u00a0',
    '{ ',
    '0a ',
    'A',
  ])('are described: %j, many times', (part) => {
    const text = part.repeat(65_536 / part.length);
    expect(describeInput(text)).toMatch(/^[\w ]/);
  });
});
