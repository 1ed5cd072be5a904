import { parseJson } from '../../json/parse.ts';
import { isObject } from '../../json/value.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';
import { contentStart, isKlog } from '../text/line-text.ts';

/** Lines and characters that are looked at to tell what an input without events is. */
const MAX_LINES = 40;
const MAX_SIZE = 65_536;

/** Keeps the first lines of the first input that has any. */
export class FirstLook {
  #lines: string[] = [];
  #size = 0;
  #isOver = false;

  /** Takes a line that is not known to be an event; blank ones do not count. */
  note(text: string): void {
    if (this.#isOver || text.trim() === '') return;
    const part = text.slice(0, MAX_SIZE - this.#size);
    this.#lines.push(part);
    this.#size += part.length;
    this.#isOver = this.#size >= MAX_SIZE || this.#lines.length >= MAX_LINES;
  }

  /** Another input starts. */
  next(): void {
    if (this.#lines.length > 0) this.#isOver = true;
  }

  /** The lines so far, for {@link describeInput}; undefined without any. */
  get text(): string | undefined {
    return this.#lines.length === 0 ? undefined : this.#lines.join('\n');
  }
}

interface Look {
  readonly pattern: RegExp;
  readonly text: string;
}

const EKS_NEXT =
  'EKS writes its audit log to CloudWatch Logs, group /aws/eks/CLUSTER/cluster, streams kube-apiserver-audit-…';
const CLOUDTRAIL = `AWS CloudTrail records, not Kubernetes audit events; ${EKS_NEXT}`;
const FLOW_LOG = `an AWS VPC flow log, not a Kubernetes audit log; ${EKS_NEXT}`;
const POLICY = 'an audit policy, not an audit log; pass the file that --audit-log-path names';
const KUBECONFIG =
  'a kubeconfig, which holds credentials and no audit events; pass the audit log itself';

/**
 * Inputs that people pass by mistake, recognised by the start of the first line. The patterns are constant and
 * anchored.
 */
const LOOKS: readonly Look[] = [
  {
    pattern: /^<(?:!DOCTYPE html|html|head|body)/i,
    text: 'an HTML page, perhaps an error or a login page; look at how the file was downloaded',
  },
  {
    pattern: /^<(?:\?xml|[A-Za-z][\w:-]{0,64}[ />])/,
    text: 'XML, perhaps the error message of a download',
  },
  { pattern: /^(?:NAMESPACE|NAME|LAST SEEN|NODE) {2,}[A-Z]/, text: 'a table printed by kubectl' },
  { pattern: /^\d{1,2} (?:\d{12}|unknown) eni-[\da-f]+ /, text: FLOW_LOG },
  { pattern: /^version account[-_]id interface[-_]id /, text: FLOW_LOG },
  {
    pattern: /^(?:https?|h2|grpcs?|wss?) \d{4}-\d\d-\d\dT\S{1,32} (?:app|net)\/\S{1,128} /,
    text: 'an AWS load balancer access log, not a Kubernetes audit log',
  },
  {
    pattern: /^"?[@\w .-]{1,64}"?(?:[,;\t|]"?[@\w .-]{1,64}"?){1,64}\s*$/,
    text: 'CSV without a column that holds audit events',
  },
  { pattern: /^\S{1,64} \S{1,64} \S{1,64} \[[^\]]{1,64}\] "/, text: 'a web server access log' },
  {
    pattern: /^type=[A-Z_]{1,32} msg=audit\(/,
    text: 'a Linux auditd log, not a Kubernetes audit log',
  },
  {
    pattern: /^-----BEGIN [A-Z ]{1,40}-----/,
    text: 'a PEM file (a certificate or key), not an audit log',
  },
  { pattern: /^#!/, text: 'a script, not an audit log' },
];

const YAML = /^(?:---|#|- [\w-]{1,64}:|apiVersion:|kind:|[\w-]{1,64}:(?: |$))/;

/** Key of a JSON object and what has it. */
const JSON_LOOKS: readonly (readonly [key: string, text: string])[] = [
  ['eventSource', CLOUDTRAIL],
  ['protoPayload', 'Google Cloud audit log entries of another service than k8s.io'],
  ['output_fields', 'output of Falco, not an audit log'],
  ['runs', 'a SARIF report'],
];

/** Keys whose list holds the records of an export. */
const LISTS = ['Records', 'records', 'items', 'events'];

/**
 * Describes an input without any event in a few words and, where there is one, the next step, for an error
 * message.
 *
 * @param lines its first lines that are not blank, as {@link FirstLook} keeps them
 */
export function describeInput(lines: string): string {
  const text = lines.slice(contentStart(lines)).trimEnd();
  if (text === '') return 'blank lines only';
  if (isKlog(text))
    return 'klog text of a Kubernetes component; is audit logging to stdout enabled?';
  if (text.startsWith('{') || text.startsWith('[')) return describeJson(text);
  const [first = ''] = text.split('\n', 1);
  for (const look of LOOKS) if (look.pattern.test(first)) return look.text;
  return YAML.test(first) ? describeYaml(text) : 'text without JSON';
}

function describeYaml(text: string): string {
  const apiVersion = /^apiVersion: ?["']?([\w./-]{1,128})/m.exec(text)?.[1];
  const kind = /^kind: ?["']?(\w{1,64})/m.exec(text)?.[1];
  if (apiVersion?.startsWith('audit.k8s.io/') === true) return `${POLICY} (YAML)`;
  if (kind === 'Config' || /^(?:current-context|clusters):/m.test(text)) return KUBECONFIG;
  if (kind !== undefined) return `${objectOf(kind)} (YAML)`;
  if (/^- (?:rule|macro|list):/m.test(text)) return 'Falco rules (YAML); pass them with --rules';
  return 'YAML, not an audit log';
}

function objectOf(kind: string): string {
  return `a Kubernetes object of kind ${kind}, not an audit log`;
}

function describeJson(text: string): string {
  const value = firstValue(text);
  if (value === undefined) {
    // Unfinished, or spread over more lines than were kept.
    for (const [key, look] of JSON_LOOKS) if (text.includes(`"${key}"`)) return look;
    return 'malformed or unfinished JSON';
  }
  let first = Array.isArray(value) ? value[0] : value;
  if (isObject(first)) first = firstRecord(first);
  if (!isObject(first)) return 'JSON without objects';
  for (const [key, look] of JSON_LOOKS) if (Object.hasOwn(first, key)) return look;
  const { kind, apiVersion } = first;
  if (typeof kind === 'string' && typeof apiVersion === 'string') {
    if (apiVersion.startsWith('audit.k8s.io/') && kind === 'Policy') return POLICY;
    return kind === 'Config' ? KUBECONFIG : objectOf(kind.slice(0, 64));
  }
  const keys = Object.keys(first)
    .slice(0, 6)
    .map((key) => key.slice(0, 32));
  return keys.length === 0 ? 'empty JSON objects' : `JSON objects with the keys ${keys.join(', ')}`;
}

/** The value on the first line, or on all of them together. */
function firstValue(text: string): JsonValue | undefined {
  for (const part of [text.split('\n', 1)[0]!, text]) {
    try {
      return parseJson(part);
    } catch {
      continue;
    }
  }
  return undefined;
}

/** The first record of an export that is an object with a list. */
function firstRecord(object: JsonObject): JsonObject {
  for (const key of LISTS) {
    const list = Object.hasOwn(object, key) ? object[key] : undefined;
    const record = Array.isArray(list) ? list[0] : undefined;
    if (isObject(record) && !Object.hasOwn(object, 'kind')) return record;
  }
  return object;
}
