import type { FastScannerOptions } from './fast-options.ts';
import { utf8Text } from './event/utf8.ts';
import type { Verdicts } from './verdicts/verdicts.ts';
import { SLOTS } from './wasm/layout.gen.ts';
import { Scanner } from './wasm/wasm-scanner.ts';

/** A scanner that asks verdicts about each value and state that is new to it. */
export function verdictScanner(options: FastScannerOptions, verdicts: Verdicts): Scanner {
  const { startState, header } = verdicts;
  const { fields } = header;
  const follow = (state: number): void =>
    scanner.follow(state, verdicts.nextField(state), verdicts.bodyTables.get(state));
  const scanner = new Scanner([...SLOTS, ...header.extraSlots], {
    classify: (field, start, length) =>
      fields[field]!.classify(utf8Text(scanner.bytes, start, start + length)),
    step(state, level, cls) {
      const next = verdicts.step(state, level, cls);
      follow(next);
      return next;
    },
  });
  const { maxLine, since, until, remembered = 0 } = options;
  scanner.configure({ fields, startState, maxLine, since, until, remembered });
  follow(startState);
  return scanner;
}
