import type { Finding, OutputValue } from '../../engine/finding.ts';
import type { KeptEvent } from '../../events/event.ts';
import type { FieldValue } from '../../fields/field.ts';
import type { Fired } from '../recorded.ts';
import type { FromWorker } from './contract.ts';
import {
  SUBJECT,
  type PackedEvent,
  type PackedFinding,
  type PackedMessage,
  type PackedSubject,
  type PackedValue,
  type RuleEntry,
} from './packed-events.ts';

/** Packs the messages of one thread, in their order. */
export class Packer {
  /** By the name of their rule; few, since policies and their severities are. */
  readonly #entries = new Map<string, { readonly entry: RuleEntry; readonly index: number }[]>();
  #count = 0;
  #fresh: RuleEntry[] = [];
  #kept: string[] = [];

  pack(message: FromWorker): PackedMessage {
    if (message.kind !== 'part') return message;
    const { events, ...rest } = message;
    const text = JSON.stringify(events.map((event) => this.#event(event)));
    const entries = this.#fresh;
    const kept = this.#kept;
    this.#fresh = [];
    this.#kept = [];
    return { ...rest, entries, text, kept };
  }

  #event([time, findings]: Fired): PackedEvent {
    const subjects = new Shares<Finding['subject']>();
    const facts = new Shares<NonNullable<Finding['facts']>>();
    let kept: KeptEvent | undefined;
    const packed = findings.map((finding): PackedFinding => {
      const { part, request, owner, also, raw } = finding;
      kept ??= part?.event;
      return [
        this.#entry(finding),
        finding.message,
        finding.timeText,
        finding.outputFields.map(valueOf),
        finding.evidence?.map(valueOf) ?? null,
        subjects.add(finding.subject),
        request ?? null,
        owner ?? null,
        finding.facts === undefined ? null : facts.add(finding.facts),
        part === undefined
          ? null
          : [
              part.values.map(packedValue),
              part.read?.map(packedValue) ?? null,
              part.outputs.map(packedValue),
              part.event !== undefined,
            ],
        also?.map(packedValue) ?? null,
        raw ?? null,
      ];
    });
    if (kept !== undefined) this.#kept.push(kept.json);
    const { auditId = null, stage = null, origin } = findings[0]!;
    const { file, line, cluster = null, node = null, stream = null, replayed = false } = origin;
    return [
      String(time),
      auditId,
      stage,
      [file, line, cluster, node, stream, replayed],
      subjects.all.map(packedSubject),
      facts.all,
      kept === undefined ? null : [kept.num, String(kept.firstTime)],
      packed,
    ];
  }

  #entry(finding: Finding): number {
    const { rule, ruleId, priority, source, tags, policies, severity } = finding;
    let own = this.#entries.get(rule);
    if (own === undefined) this.#entries.set(rule, (own = []));
    for (const { entry, index } of own) {
      if (entry.severity === severity && isSameList(entry.policies, policies)) return index;
    }
    const entry: RuleEntry = {
      rule,
      ruleId,
      priority,
      source,
      tags,
      ...(policies === undefined ? {} : { policies }),
      ...(severity === undefined ? {} : { severity }),
      outputs: finding.outputFields.map(([key]) => key),
      evidence: finding.evidence?.map(([key]) => key),
    };
    own.push({ entry, index: this.#count });
    this.#fresh.push(entry);
    return this.#count++;
  }
}

/** Objects that several findings of an event hold: each is packed once. */
class Shares<T> {
  readonly all: T[] = [];

  add(one: T): number {
    const at = this.all.indexOf(one);
    return at === -1 ? this.all.push(one) - 1 : at;
  }
}

function packedSubject(subject: Finding['subject']): PackedSubject {
  return SUBJECT.map((key) => subject[key] ?? null);
}

function isSameList(a: readonly string[] = [], b: readonly string[] = []): boolean {
  return a === b || (a.length === b.length && a.every((one, at) => one === b[at]));
}

function valueOf([, value]: readonly [string, OutputValue]): PackedValue {
  return packedValue(value);
}

function packedValue(value: OutputValue | FieldValue): PackedValue {
  return typeof value === 'bigint' ? { n: String(value) } : (value ?? null);
}
