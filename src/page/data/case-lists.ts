import type {
  CaseIdentity,
  CaseIncident,
  CaseObject,
  CaseSession,
} from '../../outputs/case-sections.ts';
import type { ViewName } from './case-view.ts';

/** What a page tells beside findings and requests. */
export interface Sections {
  readonly incidents: readonly CaseIncident[];
  readonly identities: readonly CaseIdentity[];
  readonly objects: readonly CaseObject[];
  readonly sessions: readonly CaseSession[];
}

export const NO_SECTIONS: Sections = { incidents: [], identities: [], objects: [], sessions: [] };

/** The pages that are a list of things with one of them beside it. */
const ITEM_VIEWS = ['incidents', 'identities', 'objects', 'sessions'] as const;
export type ItemViewName = (typeof ITEM_VIEWS)[number];

/** The page as one of these; undefined for others. */
export function itemView(view: ViewName): ItemViewName | undefined {
  return ITEM_VIEWS.find((name) => name === view);
}
