import { Counts } from '../../activity/count/value-tally.ts';
import { requestResource } from '../../activity/request.ts';
import { evaluate, type Condition } from '../../condition/condition.ts';
import { scopeParts, type ScopeOptions, type ScopePart } from '../../engine/scope-conditions.ts';
import type { AuditEvent } from '../../events/event.ts';
import type { FieldSettings } from '../../fields/field.ts';
import { fieldResolver } from '../../rules/resolver.ts';
import type { RuleSet } from '../../rules/rule.ts';
import type { EngineChoice, ReadPlan, ScopePlan } from '../../scan/plan.ts';
import { askEvents } from '../../scan/ask-events.ts';
import { compileOption, parseOption } from '../library/conditions.ts';

/**
 * Bytes of the input that a second look reads. It explains why nothing was left, so it must not take longer
 * than the run did.
 */
const MAX_BYTES = 256 * 1024 * 1024;
/** Longest value that is remembered. */
const MAX_VALUE = 256;

/** One value of a scope option, and what the log has in its place. */
export interface PartLook extends Pick<ScopePart, 'option' | 'value'> {
  /** Events that meet it, whatever the other options say. */
  readonly matched: number;
  /** Values that contain it, in any case, with their events. */
  readonly containing: Counts;
  /** All values of the option that the log has. */
  readonly values: Counts;
}

/** What a log has, seen from the scope options that left nothing of it. Texts are untrusted. */
export interface ScopeLook {
  readonly events: number;
  /** Nanoseconds since the epoch; 0 when no event has a time. */
  readonly first: bigint;
  readonly last: bigint;
  readonly inWindow: number;
  readonly parts: readonly PartLook[];
  /** Events that meet `--where`; undefined without it. */
  readonly where: number | undefined;
  /** False when there is more of the log than was looked at. */
  readonly whole: boolean;
}

/**
 * Reads the inputs once more, without their scope, to tell which option left nothing of them.
 *
 * @returns undefined when inputs cannot be read twice: pipes
 */
export async function secondLook(
  plan: ReadPlan & EngineChoice,
  scope: ScopePlan,
  ruleSet: RuleSet,
  fieldSettings: FieldSettings,
  interrupted: AbortSignal,
): Promise<ScopeLook | undefined> {
  if (plan.sources.some(({ size }) => size === undefined)) return undefined;
  const fields = await fieldResolver(fieldSettings, true);
  const parts = scopeParts(scope.options).map((part) => ({
    ...part,
    test: compileOption('scope', part.condition, '', ruleSet, fields),
    matched: 0,
    containing: new Counts(),
    values: seenValues(),
  }));
  const where = compiledWhere(scope.where);
  const seen = { events: 0, first: 0n, last: 0n, inWindow: 0, where: 0 };
  const stop = new AbortController();
  let isCut = false;
  const { since, until } = plan;
  await askEvents(
    { ...plan, since: undefined, until: undefined, duplicates: 'keep', byTime: false },
    {
      event(event) {
        const { time } = event;
        seen.events++;
        if (time > 0n && (seen.first === 0n || time < seen.first)) seen.first = time;
        if (time > seen.last) seen.last = time;
        if ((since === undefined || time >= since) && (until === undefined || time < until)) {
          seen.inWindow++;
        }
        if (where !== undefined && evaluate(where, event)) seen.where++;
        for (const part of parts) {
          if (evaluate(part.test, event)) part.matched++;
          for (const value of VALUES[part.option](event)) {
            part.values.add(value);
            if (contains(value, part.value)) part.containing.add(value);
          }
        }
      },
    },
    {
      settle: () => Promise.resolve(),
      progress(bytes) {
        if (bytes > MAX_BYTES) isCut = true;
        if (isCut || interrupted.aborted) stop.abort();
      },
      signal: stop.signal,
      now: () => 0,
    },
  );
  const { where: met, ...counts } = seen;
  return {
    ...counts,
    parts,
    where: where === undefined ? undefined : met,
    whole: !stop.signal.aborted,
  };

  function compiledWhere(text: string | undefined): Condition | undefined {
    if (text === undefined) return undefined;
    return compileOption('--where', parseOption('--where', text, ruleSet), text, ruleSet, fields);
  }
}

/** Twice the values that messages could ever name. */
function seenValues(): Counts {
  return new Counts(5000);
}

function contains(value: string, part: string): boolean {
  return value.toLowerCase().includes(part.toLowerCase());
}

/** What an event has in the place of each scope option. */
const VALUES: Readonly<Record<keyof ScopeOptions, (event: AuditEvent) => readonly string[]>> = {
  namespaces: textAt('objectRef', 'namespace'),
  users: textAt('user', 'username'),
  verbs: textAt('verb'),
  resources: (event) => {
    const resource = event.text(['objectRef', 'resource']);
    const subresource = event.text(['objectRef', 'subresource']);
    if (resource === undefined) return [];
    return [bounded(requestResource({ resource, subresource, uri: undefined }))];
  },
  names: textAt('objectRef', 'name'),
  sourceIps: (event) => {
    const addresses = event.get(['sourceIPs']);
    if (!Array.isArray(addresses)) return [];
    return addresses
      .slice(0, 10)
      .filter((each) => typeof each === 'string')
      .map(bounded);
  },
  userAgents: textAt('userAgent'),
  failedOnly: () => [],
  contained: () => [],
};

function textAt(...path: readonly string[]): (event: AuditEvent) => readonly string[] {
  return (event) => {
    const text = event.text(path);
    return text === undefined || text === '' ? [] : [bounded(text)];
  };
}

function bounded(text: string): string {
  return text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE)}…`;
}
