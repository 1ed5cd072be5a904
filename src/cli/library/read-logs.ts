import { SummaryBuilder, type ScanSummary } from '../../engine/summary.ts';
import type { AuditEvent } from '../../events/event.ts';
import { expandSources } from '../../io/sources.ts';
import { readEvents } from '../../scan/read-events.ts';
import { OPTIONS } from '../flags/options.ts';

/**
 * Hands over every event of some logs, in order, with the default bounds.
 *
 * @param paths files, directories or patterns
 * @param signal ends reading early
 * @returns the problems met, and how many inputs could not be read
 */
export async function readLogs(
  paths: readonly string[],
  onEvent: (event: AuditEvent) => void,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ readonly problems: ScanSummary['problems']; readonly unread: number }> {
  const { sources, problems } = expandSources(paths);
  const summary = new SummaryBuilder();
  const { unread } = await readEvents(
    {
      sources,
      sourceProblems: problems,
      since: undefined,
      until: undefined,
      maxEventSize: OPTIONS.maxEventSize.default,
      cluster: undefined,
    },
    {
      event: onEvent,
      settle: () => Promise.resolve(),
      progress: () => undefined,
      signal,
    },
    summary,
  );
  return { problems: summary.build(0).problems, unread };
}
