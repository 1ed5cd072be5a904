import { number, plural } from '../../../outputs/summary-text.ts';
import type { ShownLevels } from '../../../policies/severity.ts';
import type { RuleSelection } from '../../../rules/select.ts';

/** Counts findings that the display filters leave out: a report that does not tell of them passes for all there was. */
export class HiddenFindings {
  readonly #levels: ShownLevels;
  #count = 0;

  constructor(levels: ShownLevels) {
    this.#levels = levels;
  }

  add(): void {
    this.#count++;
  }

  /** @param evaluated the rules that ran: no others can have findings */
  notes({ minPriority: evaluated }: Pick<RuleSelection, 'minPriority'>): string[] {
    const { minPriority, minSeverity, severity } = this.#levels;
    const priority = minPriority?.toLowerCase();
    const filters = [
      ...(minPriority === evaluated ? [] : [`--min-priority ${priority}`]),
      ...(minSeverity === undefined ? [] : [`--min-severity ${minSeverity}`]),
      ...severity.map((each) => `--severity ${each}`),
    ];
    const count = this.#count;
    return [
      ...(count === 0
        ? []
        : [`${number(count)} ${plural(count, 'finding')} not shown (${filters.join(', ')})`]),
      ...(evaluated === undefined
        ? []
        : [
            `rules below priority ${evaluated.toLowerCase()} did not run (--min-priority ${priority})`,
          ]),
    ];
  }
}
