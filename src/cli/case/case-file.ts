// Room cli/case: what an HTML report tells beside findings.
// Door: case-file.ts.
// Neighbours: scan gives it findings and asks it at the end; activity/case gathers, outputs draws.
// Inside: the log is read once more, for what was done around the findings.

import { CaseGatherer } from '../../activity/case/case-gatherer.ts';
import type { BlindSpots } from '../../engine/blind.ts';
import type { Finding } from '../../engine/finding.ts';
import type { Incidents } from '../../incidents/incident.ts';
import type { CaseBlind, CaseSections } from '../../outputs/case-sections.ts';
import { caseTexts } from '../../outputs/case/case-texts.ts';
import { caseIncident, MAX_INCIDENTS } from '../../outputs/incidents/incident-case.ts';
import { incidentCard } from '../../outputs/incidents/incident-card.ts';
import { leftOutText } from '../../outputs/incidents/left-out.ts';
import { number } from '../../outputs/summary-text.ts';
import { askEvents } from '../../scan/ask-events.ts';
import type { Evaluation } from '../../scan/evaluation.ts';
import type { ScanResult } from '../../scan/hooks.ts';
import { inTimeOrder } from '../../scan/log-end.ts';
import type { ScanPlan } from '../../scan/plan.ts';
import { KnownError } from '../../util/errors.ts';
import { formatDateTimeSeconds } from '../../util/time.ts';
import type { InvocationOf } from '../flags/command-options.ts';
import { incidentCommands } from '../run/next-commands.ts';
import { runHooks } from '../run/run-hooks.ts';

/** Rules, and resources of one, that are told of those that could not be decided. */
const MAX_RULES = 200;
const MAX_RESOURCES = 20;

/** Gathers what an HTML report tells beside findings. */
export class CaseFile {
  readonly #invocation: InvocationOf<'scan'>;
  readonly #style: { showSecrets: boolean; formatTime: (time: bigint) => string };
  readonly #gatherer: CaseGatherer;
  #sections: CaseSections | undefined;

  constructor(invocation: InvocationOf<'scan'>) {
    const { showSecrets, timezone } = invocation.settings;
    this.#invocation = invocation;
    this.#style = { showSecrets, formatTime: (time) => formatDateTimeSeconds(time, timezone) };
    this.#gatherer = new CaseGatherer(this.#style);
  }

  /** What there is to tell; undefined before the end. */
  get sections(): CaseSections | undefined {
    return this.#sections;
  }

  /** Takes a finding that is shown. */
  finding(finding: Finding): void {
    this.#gatherer.finding(finding);
  }

  /**
   * Reads the log once more, for what was done around the findings: only then is it known whose profiles and which
   * objects are of interest, and so memory is bounded. What can be read once only, such as a pipe, is not read again.
   */
  async end(
    plan: ScanPlan,
    { engine, resourceFilter }: Evaluation,
    result: ScanResult,
    incidents: Incidents,
  ): Promise<void> {
    const absent = absence(plan, result) || (await this.#read(plan, { engine, resourceFilter }));
    this.#sections = {
      ...this.#incidents(incidents),
      blind: this.#blind(result.blind),
      activity: absent === '' ? this.#gatherer.end() : undefined,
      absent,
    };
  }

  /** @returns why it was not read to its end; empty when it was */
  async #read(
    plan: ScanPlan,
    { engine, resourceFilter }: Pick<Evaluation, 'engine' | 'resourceFilter'>,
  ): Promise<string> {
    const run = runHooks(this.#invocation, plan.sources);
    try {
      const surroundings = run.hooks({ closed: false, settle: () => Promise.resolve() });
      const { summary } = await askEvents(
        { ...inTimeOrder(plan), engine: plan.engine },
        {
          scope: engine.scope,
          resourceFilter,
          event: (event) => this.#gatherer.event(event),
        },
        surroundings,
      );
      return summary.interrupted ? 'the reading was interrupted' : '';
    } catch (error) {
      // Findings are there: what could not be added to them is no reason to lose them.
      if (error instanceof KnownError) return `the log could not be read again: ${error.message}`;
      throw error;
    } finally {
      run.end();
    }
  }

  #incidents(incidents: Incidents): Pick<CaseSections, 'incidents' | 'incidentNotes'> {
    const { redact } = caseTexts(this.#style);
    const { list } = incidents;
    const rest = list.length - MAX_INCIDENTS;
    return {
      incidents: list
        .slice(0, MAX_INCIDENTS)
        .map((each) =>
          caseIncident(
            incidentCard(each, redact, incidentCommands(each, this.#invocation)),
            this.#style,
          ),
        ),
      incidentNotes: [
        ...(rest > 0 ? [`${number(rest)} more incidents, none worse, are not in this page`] : []),
        ...leftOutText(incidents),
      ],
    };
  }

  #blind(blind: BlindSpots): CaseBlind[] {
    const { name } = caseTexts(this.#style);
    return blind
      .list()
      .slice(0, MAX_RULES)
      .map(({ rule, events, missing, resources }) => ({
        rule: name(rule),
        events,
        missing: missing.map(({ part }) => name(part)),
        resources: resources
          .slice(0, MAX_RESOURCES)
          .map((each) => ({ value: name(each.resource), count: each.events })),
      }));
  }
}

/** Why a log is not read again; empty when it can be. */
function absence(
  { sources, follow, checkpoint, isRecorded }: ScanPlan,
  { summary }: ScanResult,
): string {
  if (summary.interrupted) return 'the reading was interrupted';
  if (isRecorded === true) return 'partial results were merged, and the logs are elsewhere';
  if (follow === true) return 'the log was followed while it grew';
  if (checkpoint !== undefined) return 'only what was new in the log was read';
  if (sources.some(({ path, size }) => path === undefined || size === undefined)) {
    return 'it came through a pipe, which is read once: save it to a file to have them';
  }
  return '';
}
