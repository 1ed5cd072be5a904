import type { Finding } from '../../engine/finding.ts';
import type { ScanSummary } from '../../engine/summary.ts';
import { escapeJsonForTerminal, escapeUnseen } from '../encode/escape.ts';
import {
  EVENT_FINGERPRINT,
  eventFingerprint,
  SUBJECT_FINGERPRINT,
  subjectFingerprint,
} from '../encode/fingerprint.ts';
import { encodeJson } from '../encode/json-encode.ts';
import type { Encodable } from '../encode/json-encode.ts';
import { MostSevere } from '../keep.ts';
import { redactor, type Redact } from '../../redact/redact.ts';
import { levelOf, sarifLocation, sarifRules, sarifText } from './sarif-parts.ts';
import { priorityRank } from '../../rules/priority.ts';
import { shownMessage } from '../encode/shown-message.ts';
import { subjectObject, subjectUser } from '../subject.ts';
import { formatRfc3339Nano } from '../../util/time.ts';
import type { OutputContext, OutputWriter, Sink } from '../writer.ts';

/** GitHub shows the 5,000 most important of at most 25,000 results per run. */
const MAX_RESULTS = 5000;
const MAX_MESSAGE = 2000;
const MAX_VALUE = 500;

/** JSON that any viewer shows as it is: names of rules may hold what is not seen. */
function json(value: Encodable): string {
  return escapeJsonForTerminal(encodeJson(value));
}

/** One SARIF result: all findings of one rule on one user, verb and object. */
interface Group {
  readonly key: string;
  readonly first: Finding;
  count: number;
  last: bigint;
}

/** SARIF 2.1.0, as GitHub code scanning wants it: one run, folded and capped. */
export function createSarifWriter(sink: Sink, context: OutputContext): OutputWriter {
  const groups = new Map<string, Group>();
  const kept = new MostSevere<Group>(MAX_RESULTS);
  let left = 0;
  const redact = redactor(context.showSecrets);

  const finding = (one: Finding): void => {
    const key = subjectFingerprint(one);
    const group = groups.get(key);
    if (group) {
      group.count++;
      if (one.time > group.last) group.last = one.time;
      return;
    }
    const added: Group = { key, first: one, count: 1, last: one.time };
    groups.set(key, added);
    const removed = kept.add(priorityRank(one.priority), added);
    if (removed === undefined) return;
    groups.delete(removed.key);
    left += removed.count;
  };

  const end = (summary: ScanSummary): void => {
    const results = kept.inOrder();
    const fired = results.map(({ first }) => first);
    const rules = sarifRules(context, fired);
    const driver = {
      name: 'k8s-audit',
      informationUri: context.home,
      version: context.version,
      semanticVersion: context.version,
      rules: rules.descriptors,
    };
    const toolExecutionNotifications = notifications(summary, left, redact);
    const executionSuccessful = !summary.interrupted && summary.failure === undefined;
    const invocation = { executionSuccessful, toolExecutionNotifications };
    sink.write(
      '{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{' +
        `"tool":${json({ driver })},\n"columnKind":"utf16CodeUnits",\n` +
        `"invocations":${json([invocation])},\n"results":[`,
    );
    let separator = '\n';
    for (const group of results) {
      sink.write(separator + json(result(group, rules.indexOf(group.first.rule), redact)));
      separator = ',\n';
    }
    sink.write('\n]}]}\n');
  };

  /** A result; `rule` says where its rule stands among the descriptors. */
  const result = (
    { key, first, count, last }: Group,
    rule: { readonly id: string; readonly index: number },
    clean: Redact,
  ): Encodable => {
    const { subject, origin } = first;
    const value = (text: string | undefined): string | undefined =>
      text === undefined ? undefined : escapeUnseen(clean(text)).slice(0, MAX_VALUE);
    return {
      ruleId: rule.id,
      ruleIndex: rule.index,
      level: levelOf(first.priority),
      message: {
        text: sarifText(
          escapeUnseen(shownMessage(first, clean)).slice(0, MAX_MESSAGE) || first.rule,
        ),
      },
      locations: [sarifLocation(origin.file, origin.line)],
      partialFingerprints: {
        [EVENT_FINGERPRINT]: eventFingerprint(first),
        [SUBJECT_FINGERPRINT]: key,
      },
      occurrenceCount: count,
      properties: {
        priority: first.priority,
        user: value(subjectUser(subject)),
        verb: value(subject.verb),
        object: value(subjectObject(subject)),
        sourceIp: value(subject.sourceIp),
        userAgent: value(subject.userAgent),
        code: value(subject.code),
        auditID: value(first.auditId),
        firstSeen: formatRfc3339Nano(first.time),
        lastSeen: formatRfc3339Nano(last),
      },
    };
  };

  return { finding, end };
}

function notifications(
  summary: ScanSummary,
  left: number,
  redact: (text: string) => string,
): Encodable[] {
  const list: Encodable[] = summary.problems.map(({ kind, text, count, examples }) => ({
    level: kind === 'skipped' ? 'note' : 'warning',
    message: { text: sarifText(`${count}: ${text}`) },
    locations: examples.map(({ file, line }) => sarifLocation(file, line)),
  }));
  for (const note of summary.notes) {
    list.push({ level: 'note', message: { text: sarifText(redact(note)) } });
  }
  if (summary.failure !== undefined) {
    list.push({ level: 'error', message: { text: sarifText(redact(summary.failure)) } });
  }
  if (summary.interrupted) {
    list.push({ level: 'error', message: { text: 'Interrupted: the results are partial.' } });
  }
  if (left > 0) {
    list.push({
      level: 'warning',
      message: { text: `${left} findings beyond ${MAX_RESULTS} results are left out.` },
    });
  }
  return list;
}
