import { BodyClauses } from './body-search/body-clauses.ts';
import { utf8Text } from './event/utf8.ts';
import type { FastScannerOptions } from './fast-options.ts';
import { createVerdicts, type Verdicts } from './verdicts/verdicts.ts';
import { FOUND, SLOTS } from './wasm/layout.gen.ts';
import { writeRepeats } from './wasm/repeat-memory.ts';
import { Scanner } from './wasm/wasm-scanner.ts';

/** A scanner with what it asks about each value and state that is new to it. */
interface VerdictScanner {
  readonly scanner: Scanner;
  readonly verdicts: Verdicts;
  readonly bodies: BodyClauses;
}

/** Makes verdicts on the rules, and a scanner that walks them. Each keeps something of the other. */
export function verdictScanner(options: FastScannerOptions): VerdictScanner {
  const bodies = new BodyClauses(
    (search) => scanner.addPatterns(search),
    (pattern) => scanner.isFound(FOUND.scanner, pattern),
  );
  const verdicts = createVerdicts(options, bodies);
  const { startState, header } = verdicts;
  const { fields } = header;
  const scanner = new Scanner([...SLOTS, ...header.extraSlots], {
    classify: (field, start, length) =>
      fields[field]!.classify(utf8Text(scanner.bytes, start, start + length)),
    step(state, level, cls) {
      const next = verdicts.step(state, level, cls);
      follow(next);
      return next;
    },
  });
  const follow = (state: number): void =>
    scanner.follow(state, verdicts.nextField(state), verdicts.bodyTables.get(state));
  const { remembered = 0 } = options;
  scanner.configure({ ...options, fields, startState, remembered });
  if (options.repeats !== undefined) writeRepeats(scanner, options.repeats);
  follow(startState);
  return { scanner, verdicts, bodies };
}

/** Reports what the scanner only counted to the counters of rules. */
export function reportTallies(
  { tallies }: Pick<Verdicts, 'tallies'>,
  scanner: Pick<Scanner, 'takeTally'>,
): void {
  for (const [state, rules] of tallies) {
    const events = scanner.takeTally(state);
    if (events > 0) for (const { rule, counter } of rules) counter!.add([[rule.name, events]]);
  }
}
