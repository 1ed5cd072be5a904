import type { Condition } from '../condition/condition.ts';
import type { AuditEvent } from '../events/event.ts';
import type { ResourceFilter } from '../policies/resource/resource-filter.ts';
import { DEFAULT_FIELD_SETTINGS } from '../rules/resolver.ts';
import { choosingRule } from './choosing-rule.ts';
import type { Evaluation } from './evaluation.ts';
import type { ScanHooks, ScanResult } from './hooks.ts';
import type { EngineChoice, ReadPlan } from './plan.ts';
import { scan } from './run-scan.ts';

/** Which events a command asks for, and where they go. */
export interface Ask {
  /** Events for which it is false are counted as left out. */
  readonly scope?: Condition | undefined;
  /** Leaves events out by their resource, before anything else. */
  readonly resourceFilter?: ResourceFilter | undefined;
  /** Of those in scope the events that the command looks at; all without it. The others are counted only. */
  readonly wanted?: Condition | undefined;
  /**
   * Takes the wanted events in input order. An event is valid during the call only: what is to stay must be copied
   * ({@link keptEvent}).
   */
  event(event: AuditEvent): void;
}

/**
 * Reads inputs and hands over the events that are asked for. Which engine reads them makes no difference to events,
 * amounts and problems: what no condition can match is rejected by the fast one without being parsed.
 */
export function askEvents(
  plan: ReadPlan & EngineChoice,
  ask: Ask,
  hooks: Omit<ScanHooks, 'finding' | 'wanted'>,
): Promise<ScanResult> {
  const evaluation: Evaluation = {
    engine: {
      rules: [choosingRule('wanted', ask.wanted ?? EVERY_EVENT)],
      matching: 'first',
      timeField: 'evt.time',
      settings: DEFAULT_FIELD_SETTINGS,
      scope: ask.scope,
    },
    resourceFilter: ask.resourceFilter,
    handsOver: true,
  };
  return scan(plan, evaluation, {
    ...hooks,
    finding: () => false,
    wanted: (event) => ask.event(event),
  });
}

const EVERY_EVENT: Condition = { kind: 'and', operands: [] };
