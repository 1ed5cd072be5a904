import type { Finding, OutputValue } from '../../engine/finding.ts';
import type { KeptEvent } from '../../events/event.ts';
import type { FieldValue } from '../../fields/field.ts';
import type { Fired } from '../recorded.ts';
import type { FromWorker } from './contract.ts';
import type {
  PackedEvent,
  PackedFinding,
  PackedMessage,
  PackedPlace,
  PackedSubject,
  PackedValue,
  RuleEntry,
  Shared,
} from './packed-events.ts';

/** What findings of an event have in common, unpacked. */
interface Common {
  readonly shared: Shared;
  readonly subjects: readonly Finding['subject'][];
  readonly facts: PackedEvent[5];
  readonly kept: KeptEvent | undefined;
}

/** Unpacks what the packer of one thread packed, in the same order. */
export class Unpacker {
  readonly #entries: RuleEntry[] = [];

  unpack(message: PackedMessage): FromWorker {
    if (message.kind !== 'part') return message;
    const { entries, text, kept, ...rest } = message;
    this.#entries.push(...entries);
    const texts = kept.values();
    const events = JSON.parse(text) as PackedEvent[];
    return { ...rest, events: events.map((event) => this.#event(event, texts)) };
  }

  #event(event: PackedEvent, texts: Iterator<string>): Fired {
    const [digits, auditId, stage, place, packedSubjects, facts, packedKept, findings] = event;
    const time = BigInt(digits);
    const shared: Shared = {
      time,
      auditId: given(auditId),
      stage: given(stage),
      origin: unpackedPlace(place),
    };
    const subjects = packedSubjects.map(unpackedSubject);
    const kept: KeptEvent | undefined =
      packedKept === null
        ? undefined
        : {
            json: texts.next().value as string,
            num: packedKept[0],
            firstTime: BigInt(packedKept[1]),
          };
    const common = { shared, subjects, facts, kept };
    return [time, findings.map((finding) => this.#finding(finding, common))];
  }

  #finding(packed: PackedFinding, { shared, subjects, facts: allFacts, kept }: Common): Finding {
    const { time, auditId, stage, origin } = shared;
    const [index, message, timeText, outputs, evidence, subject, ...rest] = packed;
    const [request, owner, facts, part, also, raw] = rest;
    const entry = this.#entries[index]!;
    const { rule, ruleId, priority, source, tags, policies, severity } = entry;
    const finding: { -readonly [K in keyof Finding]: Finding[K] } = {
      rule,
      ruleId,
      priority,
      source,
      tags,
      time,
      message,
      timeText,
      outputFields: named(entry.outputs, outputs),
      auditId,
      stage,
      origin,
      subject: subjects[subject]!,
    };
    if (policies !== undefined) finding.policies = policies;
    if (severity !== undefined) finding.severity = severity;
    if (evidence !== null) finding.evidence = named(entry.evidence!, evidence);
    if (request !== null) finding.request = request;
    if (owner !== null) finding.owner = owner;
    if (facts !== null) finding.facts = allFacts[facts];
    if (part !== null) {
      const [values, read, parts, isKept] = part;
      finding.part = {
        values: values.map(outputValue),
        read: read?.map(fieldValue),
        outputs: parts.map(outputValue),
        event: isKept ? kept : undefined,
      };
    }
    if (also !== null) finding.also = also.map(fieldValue);
    if (raw !== null) finding.raw = raw;
    return finding;
  }
}

function unpackedSubject(packed: PackedSubject): Finding['subject'] {
  const [user, impersonatedUser, verb, resource, subresource, namespace, name, ...rest] =
    packed.map(given);
  const [sourceIp, userAgent, code] = rest;
  return {
    user,
    impersonatedUser,
    verb,
    resource,
    subresource,
    namespace,
    name,
    sourceIp,
    userAgent,
    code,
  };
}

function unpackedPlace([file, line, ...rest]: PackedPlace): Finding['origin'] {
  const [cluster, node, stream, replayed] = rest;
  return {
    file,
    line,
    cluster: given(cluster),
    node: given(node),
    stream: given(stream),
    ...(replayed ? { replayed } : {}),
  };
}

/** JSON has no undefined. */
function given(text: string | null): string | undefined {
  return text ?? undefined;
}

function outputValue(value: PackedValue): OutputValue {
  return typeof value === 'object' && value !== null && 'n' in value ? BigInt(value.n) : value;
}

/** A field without a value is undefined. */
function fieldValue(value: PackedValue): FieldValue {
  return outputValue(value) ?? undefined;
}

function named(
  keys: readonly string[],
  values: readonly PackedValue[],
): (readonly [string, OutputValue])[] {
  return values.map((value, at) => [keys[at]!, outputValue(value)]);
}
