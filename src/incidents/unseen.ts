import type { Entry } from './incident-entry.ts';
import { isChange, objectText } from './made.ts';

/** Names of objects that one remark gives. */
const MAX_NAMED = 3;

/** What the log does not show of a story, in words. Names in them are text of the log. */
export function unseenOf(entries: readonly Entry[]): string[] {
  const bodiless = named(
    entries.filter(({ finding, facts }) => facts.level === 'Metadata' && isChange(finding)),
  );
  const unnamed = named(
    entries.filter(
      ({ finding, facts: { issued } }) =>
        finding.subject.resource === 'serviceaccounts' &&
        finding.subject.subresource === 'token' &&
        finding.subject.verb === 'create' &&
        Number(finding.subject.code ?? 200) < 400 &&
        issued === undefined,
    ),
  );
  const started = named(
    entries.filter(
      ({ finding: { subject, stage } }) =>
        subject.resource === 'pods' &&
        (subject.subresource === 'exec' || subject.subresource === 'attach') &&
        subject.code === '101' &&
        stage === 'ResponseStarted',
    ),
  );
  const timeless = entries.filter(({ finding }) => finding.time === 0n).length;
  return [
    ...(bodiless === '' ? [] : [`what was written is not logged (level Metadata): ${bodiless}`]),
    ...(unnamed === ''
      ? []
      : [
          `which token was issued is not logged, so what used it is joined by the account: ${unnamed}`,
        ]),
    ...(started === '' ? [] : [`what was typed and sent in sessions is never logged: ${started}`]),
    ...(timeless === 0 ? [] : [`findings of unknown time are joined by their request alone`]),
  ];
}

function named(entries: readonly Entry[]): string {
  const names = new Set(entries.map(({ finding }) => objectText(finding)));
  const shown = [...names].slice(0, MAX_NAMED).join(', ');
  return names.size > MAX_NAMED ? `${shown} and ${names.size - MAX_NAMED} more` : shown;
}
