import { parseJson } from '../../json/parse.ts';
import { isObject } from '../../json/value.ts';
import { contentStart, isKlog } from '../text/line-text.ts';

/** Characters of the first line that are looked at to tell what an input is. */
export const LONGEST_LOOK = 65_536;

interface Look {
  readonly pattern: RegExp;
  readonly text: string;
}

/**
 * Inputs that people pass by mistake, recognised by the start of the first line. The patterns are constant and
 * anchored.
 */
const LOOKS: readonly Look[] = [
  { pattern: /^apiVersion: audit\.k8s\.io/, text: 'an audit policy (YAML), not an audit log' },
  { pattern: /^(?:---|apiVersion:|kind:|[\w-]{1,64}:(?: |$))/, text: 'YAML' },
  { pattern: /^<(?:\?xml|!DOCTYPE|html)/i, text: 'XML or HTML' },
  { pattern: /^(?:NAMESPACE|NAME|LAST SEEN|NODE) {2,}[A-Z]/, text: 'a table printed by kubectl' },
  {
    pattern: /^"?[\w @.-]{1,64}"?(?:[,;\t]"?[\w @.-]{1,64}"?){2,}\s*$/,
    text: 'CSV; export it as JSON',
  },
  { pattern: /^\S{1,64} \S{1,64} \S{1,64} \[[^\]]{1,64}\] "/, text: 'a web server access log' },
  {
    pattern: /^type=[A-Z_]{1,32} msg=audit\(/,
    text: 'a Linux auditd log, not a Kubernetes audit log',
  },
];

/** Key of a JSON object and what has it. */
const JSON_LOOKS: readonly (readonly [key: string, text: string])[] = [
  ['eventSource', 'AWS CloudTrail records, not Kubernetes audit events'],
  ['protoPayload', 'Google Cloud audit log entries of another service than k8s.io'],
  ['output_fields', 'output of Falco, not an audit log'],
  ['runs', 'a SARIF report'],
];

/**
 * Describes an input without any event in a few words, for an error message.
 *
 * @param line the first line that is not blank
 */
export function describeLine(line: string): string {
  const start = contentStart(line);
  const text = line.slice(start, start + 65_536).trimEnd();
  if (text === '') return 'blank lines only';
  if (isKlog(text))
    return 'klog text of a Kubernetes component; is audit logging to stdout enabled?';
  if (text.startsWith('{') || text.startsWith('[')) return describeJson(text);
  for (const look of LOOKS) if (look.pattern.test(text)) return look.text;
  return 'text without JSON';
}

function describeJson(text: string): string {
  let value;
  try {
    value = parseJson(text);
  } catch {
    return 'malformed or unfinished JSON';
  }
  const first = Array.isArray(value) ? value[0] : value;
  if (!isObject(first)) return 'JSON without objects';
  for (const [key, look] of JSON_LOOKS) if (Object.hasOwn(first, key)) return look;
  const kind = first['kind'];
  if (typeof kind === 'string' && Object.hasOwn(first, 'apiVersion')) {
    return `a Kubernetes object of kind ${kind.slice(0, 64)}`;
  }
  const keys = Object.keys(first)
    .slice(0, 6)
    .map((key) => key.slice(0, 32));
  return keys.length === 0 ? 'empty JSON objects' : `JSON objects with the keys ${keys.join(', ')}`;
}
