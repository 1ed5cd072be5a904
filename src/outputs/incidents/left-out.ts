import type { Incidents } from '../../incidents/incident.ts';
import { number, plural } from '../summary-text.ts';

/** What of the findings is in no incident, in words; nothing where all are. */
export function leftOutText({
  alone,
  dropped,
  droppedConsequences,
}: Omit<Incidents, 'list'>): string[] {
  return [
    ...(alone > 0
      ? [
          `${number(alone)} ${plural(alone, 'finding')} of notices alone, with nothing worse around, ${alone === 1 ? 'makes' : 'make'} no incident`,
        ]
      : []),
    ...(dropped > 0
      ? [
          `${number(dropped)} ${plural(dropped, 'finding')} ${dropped === 1 ? 'was' : 'were'} not looked at: the worst are held, and of those the earliest`,
        ]
      : []),
    ...(droppedConsequences > 0
      ? [
          `${number(droppedConsequences)} later ${plural(droppedConsequences, 'request')} of controllers not looked at`,
        ]
      : []),
  ];
}
