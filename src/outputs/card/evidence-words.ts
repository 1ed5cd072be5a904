import type { Finding, FindingSubject, OutputValue } from '../../engine/finding.ts';
import { redactField, redactWords, SHOW_ALL, type Redact } from '../../redact/redact.ts';
import { shownMessage } from '../encode/shown-message.ts';
import { quoteWords } from '../../util/quote-words.ts';
import { valueWords } from './json-words.ts';

/** Longest value that is looked at. */
const MAX_VALUE = 64 * 1024;

type Evidence = NonNullable<Finding['evidence']>;

/** Fields that others of the same finding hold whole, or that say nothing to people. */
const PARTS_OF: Readonly<Record<string, string | undefined>> = {
  'kx.command.line': 'kx.command',
  'ka.uri.param[command]': 'kx.command',
  'ka.req.binding.subjects': 'ka.req.binding.role',
  'kx.workload.kind': undefined,
};

/** Fields of outputs, by the start of their names, of which a row has the values; or that nobody looks for first. */
const ROW_FIELDS: readonly string[] = [
  'evt.',
  'jevt.obj',
  'jevt.rawtime',
  'jevt.time',
  'jevt.value[/auditID',
  'jevt.value[/metadata',
  'jevt.value[/objectRef',
  'jevt.value[/requestReceivedTimestamp',
  'jevt.value[/responseStatus/code',
  'jevt.value[/sourceIPs',
  'jevt.value[/stage',
  'jevt.value[/user',
  'jevt.value[/verb',
  'ka.auditid',
  'ka.impuser',
  'ka.response',
  'ka.sourceips',
  'ka.stage',
  'ka.target',
  'ka.user',
  'ka.verb',
];

/** Fields by the end of their names, with the words before their values; `` for values that speak for themselves. */
const LABELS: readonly (readonly [RegExp, string])[] = [
  [/^kx\.command/, ''],
  [/^ka\.uri\.param\[dryRun\]$/, 'dry run'],
  [/^ka\.uri(?:$|\[)/, ''],
  [/^ka\.sourceips/, 'from'],
  [/^ka\.useragent$/, 'client'],
  [/images?$/i, 'image'],
  [/\.hostpaths?$/, 'host path'],
  [/capabilities$/, 'capability'],
  [/\/impersonatedUser\/groups\]$/, 'as groups'],
  [/\.rules$|\/rules\]$/, ''],
  [/\/(?:message|containers|requestObject|responseObject|spec|data|webhooks)\]$|\.obj$/, ''],
];

/**
 * What a finding's rule declares to be its evidence, in words, each part once: the command line, a role and whom it is
 * given to, images, addresses. Nothing that every row says of a request anyway. The text is redacted, and is that of
 * the log.
 */
export function evidenceWords(finding: Finding, redact: Redact): string[] {
  const { evidence = [], subject } = finding;
  // What speaks for itself goes first: the command before the container.
  const plain: string[] = [];
  const labelled: string[] = [];
  for (const [name, value] of evidence) {
    if (value === null || isSaid(name, value, evidence, subject)) continue;
    const text = fieldWords(name, value, evidence, subject, redact);
    if (text !== '') (labelOf(name) === '' ? plain : labelled).push(text);
  }
  return [...plain, ...labelled];
}

/**
 * What a finding says where no rule of its event names evidence: values of its output that no other part of the row has,
 * else the words of its message before them.
 */
export function messageWords(finding: Finding, redact: Redact): string[] {
  const values = finding.outputFields.filter(
    ([name]) => !ROW_FIELDS.some((field) => name.startsWith(field)),
  );
  const words = evidenceWords({ ...finding, evidence: values }, redact);
  if (words.length > 0) return words;
  const [head = ''] = shownMessage(finding, redact).split(' (', 1);
  const text = head.slice(0, MAX_VALUE).replace(/\s+/g, ' ').trim();
  return text === '' || text === finding.rule ? [] : [text];
}

/** True for values that another part of the row says. */
function isSaid(
  name: string,
  value: OutputValue,
  evidence: Evidence,
  { resource, subresource, sourceIp }: FindingSubject,
): boolean {
  if (Object.hasOwn(PARTS_OF, name)) {
    const whole = PARTS_OF[name];
    return whole === undefined || evidence.some(([other, it]) => other === whole && it !== null);
  }
  if (name === 'ka.uri' && typeof value === 'string') {
    // The path of a usual request is its object; what follows a proxy is not.
    return resource !== undefined && subresource !== 'proxy' && !value.includes('?');
  }
  return name === 'ka.sourceips' && Array.isArray(value) && value.join() === sourceIp;
}

function fieldWords(
  name: string,
  value: NonNullable<OutputValue>,
  evidence: Evidence,
  subject: FindingSubject,
  redact: Redact,
): string {
  const text = valueText(name, value, subject, redact);
  if (name === 'ka.req.binding.role') {
    const subjects = evidence.find(([other]) => other === 'ka.req.binding.subjects')?.[1] ?? null;
    if (subjects === null) return `role ${text}`;
    return `${text} → ${valueText('ka.req.binding.subjects', subjects, subject, redact)}`;
  }
  const label = labelOf(name);
  if (label === 'dry run') return label;
  return label === '' || text === '' ? text : `${label} ${text}`;
}

function labelOf(name: string): string {
  const known = LABELS.find(([pattern]) => pattern.test(name));
  if (known !== undefined) return known[1];
  // The last part of a path that is no index.
  const parts = name.split(/[./[\]]+/).filter((part) => part !== '' && !/^\d+$/.test(part));
  return parts.at(-1) ?? name;
}

function valueText(
  name: string,
  value: NonNullable<OutputValue>,
  subject: FindingSubject,
  redact: Redact,
): string {
  const show = (text: string): string => {
    const start = text.slice(0, MAX_VALUE);
    return redact === SHOW_ALL ? start : redactField(name, start, subject);
  };
  if (!Array.isArray(value)) return valueWords(show(String(value)));
  if (name === 'kx.command') {
    const list = value as readonly string[];
    const start = list.map((word) => word.slice(0, MAX_VALUE));
    return quoteWords(redact === SHOW_ALL ? start : redactWords(start)).replace(/\s+/g, ' ');
  }
  return (value as readonly string[]).map((each) => valueWords(show(each))).join(', ');
}
