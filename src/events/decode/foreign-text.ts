/** What a text without events is, told by its first line. */
interface TextLook {
  /** Constant, anchored, and bounded in what it looks at. */
  readonly pattern: RegExp;
  /** Completes `it looks like …`, with the next step where there is one. */
  readonly text: string;
}

/** Where EKS keeps its audit log, for people who took another log of AWS for it. */
export const EKS_NEXT =
  'EKS writes its audit log to CloudWatch Logs, group /aws/eks/CLUSTER/cluster, streams kube-apiserver-audit-…';

const FLOW_LOG = `an AWS VPC flow log, not a Kubernetes audit log; ${EKS_NEXT}`;
const LOAD_BALANCER = 'an AWS load balancer access log, not a Kubernetes audit log';
const TOOL_ERROR = 'instead of a log; look at how the file was made';
const CONTAINER_LOG =
  'the log of a container without audit events; kube-apiserver writes them to it only with --audit-log-path=-';

/** The first one that fits counts: what is special stands before what is general. */
const LOOKS: readonly TextLook[] = [
  {
    pattern: /^<(?:!DOCTYPE html|html|head|body)/i,
    text: 'an HTML page, perhaps an error or a login page; look at how the file was downloaded',
  },
  { pattern: /^<svg[ >]/i, text: 'an SVG image, not a log; pass the audit log itself' },
  {
    pattern: /^<(?:\?xml|[A-Za-z][\w:-]{0,64}[ />])/,
    text: 'XML, perhaps the error message of a download',
  },
  {
    pattern: /^(?:NAMESPACE|NAME|LAST SEEN|NODE) {2,}[A-Z]/,
    text: 'a table printed by kubectl, not an audit log',
  },
  { pattern: /^Name: {2,}\S/, text: 'what kubectl describe prints, not an audit log' },
  {
    pattern:
      /^(?:Error from server\b|error: |The connection to the server |Unable to connect to the server)/,
    text: `an error message of kubectl ${TOOL_ERROR}`,
  },
  {
    pattern: /^An error occurred \(\w{1,64}\) when calling the /,
    text: `an error message of the AWS command line ${TOOL_ERROR}`,
  },
  {
    pattern: /^ERROR: \(gcloud\./,
    text: `an error message of gcloud ${TOOL_ERROR}`,
  },
  { pattern: /^(?:[^\n]{0,200} )?eni-[\da-f]{4,17} /, text: FLOW_LOG },
  { pattern: /^version account[-_]id interface[-_]id /, text: FLOW_LOG },
  { pattern: /^(?:[a-z\d-]{1,32} ){1,40}(?:srcaddr|pkt-srcaddr|dstaddr)(?: |$)/, text: FLOW_LOG },
  {
    pattern: /^(?:https?|h2|grpcs?|wss?) \d{4}-\d\d-\d\dT\S{1,32} (?:app|net)\/\S{1,128} /,
    text: LOAD_BALANCER,
  },
  {
    pattern: /^[\w-]{1,64} [\d.:a-f]{7,45}:\d{1,5} (?:[\d.:a-f]{7,45}:\d{1,5}|-) [\d.-]+ [\d.-]+ /,
    text: LOAD_BALANCER,
  },
  { pattern: /^[\da-f]{64} \S{3,63} \[/, text: 'an S3 access log, not a Kubernetes audit log' },
  {
    pattern: /^#(?:Version|Software|Fields): /,
    text: 'a web server or CDN log (W3C format), not a Kubernetes audit log',
  },
  { pattern: /^#separator /, text: 'a Zeek log, not a Kubernetes audit log' },
  { pattern: /^# (?:HELP|TYPE) \w/, text: 'metrics of Prometheus, not an audit log' },
  {
    pattern: /^time,priority,rule,user,impersonated_user,/,
    text: 'a report of k8s-audit (CSV), not an audit log',
  },
  {
    pattern: /^"?[@\w .-]{1,64}"?(?:[,;\t|]"?[@\w .-]{1,64}"?){1,64}\s*$/,
    text: 'CSV without a column that holds audit events',
  },
  {
    pattern: /^\S{1,64} \S{1,64} \S{1,64} \[[^\]]{1,64}\] "/,
    text: 'a web server access log, not a Kubernetes audit log',
  },
  {
    pattern: /^(?:node=\S{1,255} )?type=[A-Z_]{1,32} msg=audit\(/,
    text: 'a Linux auditd log, not a Kubernetes audit log',
  },
  {
    pattern:
      /^\d\d:\d\d:\d\d\.\d{1,9}: (?:Emergency|Alert|Critical|Error|Warning|Notice|Info|Debug)/,
    text: 'output of Falco or k8s-audit, not an audit log',
  },
  {
    pattern: /^-----BEGIN [A-Z ]{1,40}-----/,
    text: 'a PEM file (a certificate or key), not an audit log',
  },
  { pattern: /^(?:ssh-\w{1,16}|ecdsa-\S{1,32}) AAAA/, text: 'an SSH key, not an audit log' },
  { pattern: /^#!/, text: 'a script, not an audit log' },
  {
    pattern: /^\{\\rtf1/,
    text: 'a rich text document, as TextEdit and WordPad write it; save the log as plain text',
  },
  {
    pattern: /^(?:-- (?:MySQL|MariaDB|PostgreSQL database) dump|INSERT INTO )/,
    text: 'a dump of a database; export the column with the events as JSON lines',
  },
  {
    pattern: /^version https:\/\/git-lfs\.github\.com\//,
    text: 'a Git LFS pointer; fetch the file itself with git lfs pull',
  },
  { pattern: /^[\da-f]{32,128} [ *]\S/, text: 'a list of checksums, not an audit log' },
  {
    pattern: /^\[[A-Za-z][\w .-]{0,64}\]\s*$/,
    text: 'a configuration file (INI), not an audit log',
  },
  { pattern: /^(?:stdout|stderr) [FP] /, text: CONTAINER_LOG },
  { pattern: /^time="[^"]{1,40}" level=/, text: CONTAINER_LOG },
  { pattern: /^\[ *\d{1,9}\.\d{3,6}\] /, text: 'a kernel log, not a Kubernetes audit log' },
  {
    pattern:
      /^(?:<\d{1,3}>(?:\d )?)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{1,32}) \S{1,255} [\w./-]{1,128}(?:\[\d{1,10}\])?(?:: | )/,
    text: 'a system log (syslog or journal) without audit events',
  },
];

/** A time before each line, as CloudWatch and `kubectl logs --timestamps` write it. */
const TIME = /^\d{4}-\d\d-\d\d[T ][\d:.,]{5,24}(?:Z|[+-]\d\d:?\d\d)? /;

/** What a text is whose first line this is, in a few words; undefined when it is nothing that is known. */
export function foreignText(first: string): string | undefined {
  const behind = first.replace(TIME, '');
  return LOOKS.find(({ pattern }) => pattern.test(first) || pattern.test(behind))?.text;
}
