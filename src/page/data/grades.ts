import { SEVERITIES } from '../../policies/severity.ts';
import type { CaseTable } from './case-table.ts';

/** How requests ended, what deserves a look first. */
export const RESULTS = ['denied', 'failed', 'open', 'unknown', 'allowed'] as const;
export type Result = (typeof RESULTS)[number];

/** What the entries of a feed are told apart by with colours and buttons. */
export interface Grades {
  readonly column: 'severity' | 'result';
  /** The gravest first. */
  readonly names: readonly string[];
  /** What the buttons are called together. */
  readonly title: string;
}

const OF_FINDINGS: Grades = { column: 'severity', names: SEVERITIES, title: 'Severities' };
const OF_REQUESTS: Grades = { column: 'result', names: RESULTS, title: 'Results' };

/** Findings have severities, requests have results. */
export function gradesOf({ texts }: Pick<CaseTable, 'texts'>): Grades {
  return texts.severity === undefined && texts.result !== undefined ? OF_REQUESTS : OF_FINDINGS;
}

/** For each text of the column of grades, the place of its grade. */
export function gradePlaces(table: CaseTable): readonly number[] {
  const { column, names } = gradesOf(table);
  return (table.texts[column]?.values ?? []).map((value) => Math.max(0, names.indexOf(value)));
}
