import type { Finding } from '../../engine/finding.ts';
import type { ScanSummary } from '../../engine/summary.ts';
import type { Severity } from '../../policies/severity.ts';
import { severityOfFinding } from '../card/card.ts';
import { rankOf } from '../card/order.ts';
import type { OutputContext } from '../writer.ts';
import { CASE_BOUNDS, CaseBlocks, packed, type CaseBounds } from './case-blocks.ts';
import type { CaseSections } from '../case-sections.ts';
import { DETAIL_TEXTS, ROW_TEXTS, type PartName } from './case-data.ts';
import { caseInfo } from './case-info.ts';
import { caseRows } from './case-row.ts';

/** A piece of data for the page: base64 of compressed JSON. */
interface CasePart {
  readonly part: PartName;
  readonly text: string;
}

/** Packs findings for the page, in bounded memory: see {@link CaseBlocks}. */
export interface CaseWriter {
  add(finding: Finding): void;
  /** All parts, one after the other; what was handed out is let go. @param sections what there is beside findings */
  end(summary: ScanSummary, sections?: CaseSections): Iterable<CasePart>;
}

/** @param bounds how much a case file holds; tests take smaller ones */
export function createCaseWriter(
  context: OutputContext,
  bounds: CaseBounds = CASE_BOUNDS,
): CaseWriter {
  const rows = caseRows(context);
  const blocks = new CaseBlocks({ texts: ROW_TEXTS, details: DETAIL_TEXTS }, bounds);
  const worst = new Map<string, { rank: number; severity: Severity }>();
  const known = new Set(context.rules.map(({ name }) => name));

  const add = (finding: Finding): void => {
    for (const each of [finding, ...(finding.others ?? [])]) {
      const rank = rankOf(each);
      if (known.has(each.rule) && rank < (worst.get(each.rule)?.rank ?? Infinity)) {
        worst.set(each.rule, { rank, severity: severityOfFinding(each) });
      }
    }
    blocks.add(rankOf(finding), {
      row: () => rows.row(finding),
      event: () => rows.event(finding),
    });
  };

  function* end(summary: ScanSummary, sections?: CaseSections): Iterable<CasePart> {
    const all = blocks.end();
    const counts = {
      dropped: blocks.dropped,
      withoutRequest: all.reduce((sum, each) => sum + (each.events === '' ? each.rows : 0), 0),
      severities: new Map([...worst].map(([rule, { severity }]) => [rule, severity])),
    };
    const info = caseInfo(summary, context, counts, sections);
    yield { part: 'case', text: packed(info) };
    for (const { text } of all) yield { part: 'rows', text };
    for (const { details } of all) yield { part: 'details', text: details };
    for (const { events } of all) yield { part: 'events', text: events };
    if (sections === undefined) return;
    yield { part: 'incidents', text: packed(sections.incidents) };
    const { activity } = sections;
    if (activity === undefined) return;
    yield { part: 'identities', text: packed(activity.identities) };
    yield { part: 'objects', text: packed(activity.objects) };
    yield { part: 'sessions', text: packed(activity.sessions) };
    for (const { text } of activity.requests) yield { part: 'requests', text };
    for (const { details } of activity.requests) yield { part: 'request-details', text: details };
  }

  return { add, end };
}
