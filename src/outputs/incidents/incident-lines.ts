import type { Incidents } from '../../incidents/incident.ts';
import type { Severity } from '../../policies/severity.ts';
import { redact } from '../../redact/redact.ts';
import { number, plural } from '../summary-text.ts';
import { incidentTitle } from './incident-card.ts';

/** Incidents that a summary names. */
const MAX_NAMED = 3;

/** A line of a summary: redacted, and text of the log. */
export interface IncidentLine {
  readonly severity: Severity | undefined;
  readonly text: string;
}

/** What a summary says of the incidents of a run: how many, and the worst. Nothing without any. */
export function incidentLines({ list, dropped }: Incidents): IncidentLine[] {
  if (list.length === 0) {
    if (dropped === 0) return [];
    const text = `${number(dropped)} findings are too many to join here: see k8s-audit incidents`;
    return [{ severity: undefined, text }];
  }
  const named = list.slice(0, MAX_NAMED).map((incident): IncidentLine => {
    const { severity, id, findings } = incident;
    const amount = `${number(findings)} ${plural(findings, 'finding')}`;
    const word = severity === 'high' ? 'HIGH' : severity;
    return { severity, text: `${word} ${incidentTitle(incident, redact)} (${id}, ${amount})` };
  });
  const [first, ...others] = named as [IncidentLine, ...IncidentLine[]];
  const lines = [{ ...first, text: `${number(list.length)}: ${first.text}` }, ...others];
  const rest = list.length - named.length;
  if (rest > 0) lines.push({ severity: undefined, text: `and ${number(rest)} more` });
  if (dropped > 0) {
    lines.push({ severity: undefined, text: `${number(dropped)} findings were not looked at` });
  }
  return lines;
}
