// Room engine/parts: rules that find the parts of correlations, their findings, and what comes of several.
// Door: correlating.ts takes findings of parts; correlation-parts.ts makes the rules that find them.
// Neighbours: uses correlate for what belongs together; engine evaluates the rules as it does others.
// Inside: part-finding.ts reads an event for a part, correlation-finding.ts tells of what is complete.

import type { CorrelationHit } from '../../correlate/correlation.ts';
import { Correlator, type CorrelatorOptions } from '../../correlate/correlator.ts';
import { groupKeys, groupPart } from '../../correlate/group-key.ts';
import type { KnownValues } from '../../correlate/known-values.ts';
import type { CorrelationPart, Rule } from '../../rules/rule.ts';
import {
  correlationFinding,
  moved,
  type KnownPart,
  type PartEvent,
  type Place,
} from './correlation-finding.ts';
import type { PartRule } from './correlation-parts.ts';
import { createPartReader } from './part-finding.ts';
import { textOf, textsOf } from './part-values.ts';
import { outputKeys } from '../finding-readers.ts';
import type { Finding, FindingOptions } from '../finding.ts';

/** What correlations left out, or found and did not report, in words. */
interface Amounts {
  readonly late: number;
  /** True when most events came behind a later one. */
  readonly isNewestFirst: boolean;
  readonly suppressed: number;
  readonly evictedGroups: number;
  readonly evictedEvents: number;
}

/** Takes the findings of the parts of correlations, and makes findings of complete correlations. */
export class Correlating {
  readonly #rules: readonly Rule[];
  /** By the name of their rule. */
  readonly #parts = new Map<string, readonly KnownPart[]>();
  readonly #options: Pick<FindingOptions, 'timeField' | 'settings'>;
  readonly #read: ReturnType<typeof createPartReader>;
  readonly #correlator: Correlator<Place>;
  /** The event whose findings come in. */
  #open: PartEvent | undefined;
  #order = 0;

  /**
   * @param rules those of which some are correlations
   * @param parts the rules that find their parts
   * @param options what findings are made with
   */
  constructor(
    rules: readonly Rule[],
    parts: readonly PartRule[],
    options: Parameters<typeof createPartReader>[0],
    stream?: CorrelatorOptions,
  ) {
    this.#rules = rules.filter(({ correlation }) => correlation !== undefined);
    this.#options = options;
    this.#read = createPartReader(options);
    for (const { rule, parts: own } of parts) {
      const known = own.map(({ correlation, part }) =>
        knownPart(this.#rules.indexOf(correlation), part, rule),
      );
      this.#parts.set(rule.name, known);
    }
    this.#correlator = new Correlator(
      this.#rules.map(({ correlation }) => correlation!.rule),
      stream,
    );
  }

  /**
   * Takes a finding, in the order of the input.
   *
   * @returns undefined for findings that are no part of a correlation; else what is complete by now
   */
  take(finding: Finding): readonly Finding[] | undefined {
    const known = this.#parts.get(finding.rule);
    if (known === undefined) return undefined;
    const done = this.#open !== undefined && isOf(finding, this.#open) ? NOTHING : this.#close();
    this.#open ??= this.#opened(finding);
    for (const part of known) this.#match(finding, part, this.#open);
    return done;
  }

  /**
   * Goes on where another one stopped.
   *
   * @param unchanged names of the correlations that look for what they looked for there; the others start anew
   */
  goOn(before: Correlating, unchanged: ReadonlySet<string>): void {
    const places = before.#rules.map(({ name }) => {
      const at = unchanged.has(name) ? this.#rules.findIndex((rule) => rule.name === name) : -1;
      return at === -1 ? undefined : at;
    });
    this.#order = before.#order;
    this.#open = before.#open && moved(before.#open, places);
    this.#correlator.goOn(before.#correlator, places, (event) => moved(event as PartEvent, places));
  }

  /** Lets events wait longer for earlier ones from now on, and more of them. */
  widen(stream: Parameters<Correlator<Place>['widen']>[0]): void {
    this.#correlator.widen(stream);
  }

  /** What is complete with all that was taken. */
  end(): Finding[] {
    const done = this.#close();
    return [...done, ...this.#correlator.end().map((hit) => this.#findingOf(hit))];
  }

  /** The correlations, and what each of them knows of values by now. */
  known(): { readonly rule: Rule; readonly known: KnownValues }[] {
    return this.#correlator.known().flatMap((known, at) => {
      return known === undefined ? [] : [{ rule: this.#rules[at]!, known }];
    });
  }

  /** The correlations that learn before they find something, and nanoseconds until they do. */
  get warmups(): { readonly warmup: bigint; readonly left: bigint }[] {
    return this.#correlator.warmupsLeft().flatMap((left, at) => {
      const { warmup } = this.#rules[at]!.correlation!.rule;
      return left === undefined ? [] : [{ warmup, left }];
    });
  }

  /** Groups and events that are kept. */
  get kept(): number {
    return this.#correlator.kept;
  }

  /** What was left out, and what was found and not reported. */
  get amounts(): Amounts {
    const { late, isNewestFirst, rules } = this.#correlator.counts;
    const sum = (of: (counts: (typeof rules)[number]) => number): number =>
      rules.reduce((all, counts) => all + of(counts), 0);
    return {
      late,
      isNewestFirst,
      suppressed: sum(({ suppressed }) => suppressed),
      evictedGroups: sum(({ evictedGroups }) => evictedGroups),
      evictedEvents: sum(({ evictedEvents }) => evictedEvents),
    };
  }

  #opened(finding: Finding): PartEvent {
    const { time, origin } = finding;
    const id = identityOf(finding);
    return { time, order: this.#order++, origin, id, matches: [], findings: [] };
  }

  #findingOf(hit: CorrelationHit<Place>): Finding {
    const { matches, findings } = hit.completedBy as PartEvent;
    const last = matches.findLastIndex(
      ({ rule }, at) => rule === hit.rule && mayTell(findings[at]!.finding),
    );
    const { finding: light, known } = findings[last]!;
    const finding = this.#read(light, known.shared);
    const { values, read = [], outputs } = finding.part!;
    const rule = this.#rules[hit.rule]!;
    const keys = outputKeys(rule, this.#options);
    const places = placesIn(outputKeys(known.shared, this.#options), keys);
    const own = {
      values,
      read: placesIn(textsOfOutput(known.shared), textsOfOutput(known.own)).map((at) => read[at]),
      outputs: places.map((at) => outputs[at]!),
    };
    return correlationFinding(rule, hit, { ...finding, part: own }, keys);
  }

  #close(): readonly Finding[] {
    const open = this.#open;
    this.#open = undefined;
    // An event without a time is in no window.
    if (open === undefined || open.time === 0n || open.matches.length === 0) return NOTHING;
    const hits = this.#correlator.add(open);
    return hits.length === 0 ? NOTHING : hits.map((hit) => this.#findingOf(hit));
  }

  /** Adds the matches of a finding that is a part. */
  #match(finding: Finding, known: KnownPart, { matches, findings }: PartEvent): void {
    const { rule, step, group, value } = known;
    const { each, requireGroup } = this.#rules[rule]!.correlation!;
    const { values } = finding.part!;
    let shown = '';
    for (let at = 0; at < value.length; at++) {
      const text = textOf(values[value[at]!]!);
      if (text === undefined) return;
      shown = at === 0 ? text : `${shown}/${text}`;
    }
    if (each !== undefined) {
      const texts = group.map((index, key) => textsOf(values[index]!, each[key] === true));
      if (requireGroup && texts.some((some) => some.includes(undefined))) return;
      for (const text of groupKeys(texts)) {
        matches.push({ rule, step, group: text, value: shown });
        findings.push({ finding, known });
      }
      return;
    }
    let text = '';
    for (const index of group) {
      const own = textOf(values[index]!);
      if (requireGroup && own === undefined) return;
      text += groupPart(own);
    }
    matches.push({ rule, step, group: text, value: shown });
    findings.push({ finding, known });
  }
}

const NOTHING: readonly Finding[] = [];

/** True for the finding of a part whose event may complete its correlation. */
function mayTell({ part }: Finding): boolean {
  return part!.read !== undefined || part!.event !== undefined;
}

/** @param shared the rule that finds the part, and maybe others */
function knownPart(
  rule: number,
  { step, group, value, rule: own }: CorrelationPart,
  shared: Rule,
): KnownPart {
  // Evidence is sorted by the keys of its fields.
  const keys = shared.evidenceFields.toSorted((a, b) => (a < b ? -1 : 1));
  return { rule, step, group: placesIn(keys, group), value: placesIn(keys, value), shared, own };
}

/** What the text of a rule's output is made of. */
function textsOfOutput({ message }: Rule): string[] {
  return message.values.map(({ key }) => key);
}

function placesIn(all: readonly string[], some: readonly string[]): number[] {
  return some.map((one) => all.indexOf(one));
}

/** Equal for copies of an event; one without an ID is told by its place. No text of an event holds a NUL. */
function identityOf({ auditId, stage, origin: { file, line } }: Finding): string {
  return auditId === undefined ? `${file}:${line}` : `${auditId}\0${stage ?? ''}`;
}

/** True for a further finding of an event. A copy of the event stands at another place; a line may hold several. */
function isOf(finding: Finding, event: PartEvent): boolean {
  const { line, file } = event.origin;
  const { origin } = finding;
  if (origin.line !== line || origin.file !== file || event.time !== finding.time) return false;
  return event.id === identityOf(finding);
}
