/** What a tool did to audit events so that they are no JSON any more, and how to get them as they were. */
interface Spoiling {
  /** Constant, anchored to the start of a line or without a repetition that can be long. */
  readonly pattern: RegExp;
  /** Completes `it looks like …`, with the next step. */
  readonly text: string;
}

export const EVENTS_AS_YAML =
  'audit events as YAML; make JSON lines of them: yq -o json -I 0 FILE | k8s-audit scan -';

const ITSELF = 'take the log itself';

const SPOILED: readonly Spoiling[] = [
  {
    pattern: /^[{[]\s?(?:&quot;|&#34;|&#x22;)/im,
    text: `JSON with &quot; for quotes, as copied from a web page; ${ITSELF}`,
  },
  {
    pattern: /^[{[]\s?[\u00ab\u201c-\u201f]/m,
    text: `JSON with typographic quotes, as a word processor or a chat makes them; ${ITSELF}`,
  },
  {
    pattern: /^\[?\{\s?'/m,
    text: 'dictionaries as Python prints them, not JSON; print json.dumps(event) instead',
  },
  {
    pattern: /^\[?\{\s?"[\w@.]{1,64}"\s?=>/m,
    text: 'hashes as Ruby prints them, not JSON; in Fluentd, set @type json in <format>',
  },
  {
    pattern: /^\[?\{\s?(?:kind|apiVersion|level|auditID): ?["'`]/m,
    text: 'objects as JavaScript prints them, not JSON; print JSON.stringify(event) instead',
  },
  {
    pattern: /\{\\x22\w/,
    text: String.raw`JSON with \x22 for quotes, as nginx logs it; set escape=json in its log_format`,
  },
  {
    pattern: /^(?:[\w-]{1,32}=)?(?:%7B|\{)%22/im,
    text:
      'JSON in the encoding of URLs; undo it: ' +
      "python3 -c 'import sys, urllib.parse as u; print(u.unquote_plus(sys.stdin.read()))' < FILE | k8s-audit scan -",
  },
  {
    // `[0] tag: [[time, {}], {"log"=>"…"}]`; before version 2.1 `[0] tag: [time, {"log"=>"…"}]`.
    pattern: /^\[\d{1,10}\] \S{1,128}: \[\[?\d{1,12}\.\d{1,9}, \{/m,
    text: 'records as Fluent Bit prints them (output stdout), not JSON; set format json_lines for that output',
  },
  {
    pattern: /^[{[]\s?\\"/m,
    text: String.raw`JSON with a backslash before each quote; undo that: sed 's/\\\(.\)/\1/g' FILE | k8s-audit scan -`,
  },
  {
    pattern: /^\{[^\n]{0,4096}[,:]\u00a0/m,
    text: `JSON with no-break spaces, as copied from a document or a web page; ${ITSELF}`,
  },
  {
    pattern: /^json(?:\[\d{1,9}\])? = [{[]/m,
    text: 'JSON that gron took apart; put it together: gron --ungron FILE | k8s-audit scan -',
  },
  {
    pattern: /^ {2,64}"(?:@timestamp|message|auditID)" => /m,
    text: 'records as Logstash prints them (codec rubydebug), not JSON; set codec => json_lines for that output',
  },
  {
    pattern: /^ {2,8}(?:_id: ObjectId\(|kind: 'Event',|auditID: ')/m,
    text: 'documents as mongosh prints them, not JSON; take mongoexport',
  },
  {
    pattern: /\bkubernetes\.audit\.(?:auditID|verb|requestURI|objectRef\.\w)/,
    text: 'single fields of the audit data set of Elastic, which do not tell what bodies were; export documents with their _source',
  },
  {
    pattern: /^\S[^\n"{]{0,300}\s"(?:auditID": ?"|apiVersion": ?"audit\.k8s\.io\/)/m,
    text:
      'audit events over several lines with a prefix on each; leave that out: kubectl logs without --timestamps and --prefix, ' +
      'journalctl -o cat, docker compose logs --no-log-prefix',
  },
  {
    pattern: /^[\da-f]{6,8}:? {1,2}(?:[\da-f]{2,4} ){4}/im,
    text: `a hex dump; ${ITSELF}, or undo it: xxd -r FILE | k8s-audit scan -`,
  },
];

/** Lines of base64, as `base64` breaks them. */
const BASE64_LINE = /^[A-Za-z\d+/]{60,}={0,2}$/;
/** The shortest width at which tools break lines. */
const NARROWEST = 40;

/**
 * What happened to text that may have been audit events, in a few words and with the next step; undefined when nothing
 * that is known did.
 *
 * @param text the first lines of an input without any event
 */
export function spoiledText(text: string): string | undefined {
  const known = SPOILED.find(({ pattern }) => pattern.test(text));
  if (known !== undefined) return known.text;
  const lines = text.split('\n').map((line) => line.trimEnd());
  const [first = '', second = ''] = lines;
  if (BASE64_LINE.test(first) && (second === '' || /^[A-Za-z\d+/]{1,}={0,2}$/.test(second))) {
    return 'base64; decode it: base64 -d FILE | k8s-audit scan -';
  }
  return isFolded(lines) ? folded(first.length) : undefined;
}

function folded(width: number): string {
  return `JSON that was broken into lines of ${width} characters; ${ITSELF}, or join its lines before each event`;
}

/** Several lines of one length one after the other, of which the first begins with JSON and does not end it. */
function isFolded([first = '', ...rest]: readonly string[]): boolean {
  if (!first.startsWith('{"') || first.endsWith('}') || first.length < NARROWEST) return false;
  const others = rest.slice(0, 2);
  return others.length === 2 && others.some(({ length }) => length === first.length);
}
