/** What is wrong with a text that is written in the page of `ui`. */
export interface TextDiagnostic {
  readonly severity: 'error' | 'warning';
  /** From 1; 0 where it is about no place in the text. */
  readonly line: number;
  readonly column: number;
  /** As `rules check` prints it. */
  readonly text: string;
}

/** How the tests of a rules file went. */
export interface TestsRun {
  readonly passed: number;
  readonly failed: number;
  /** The first of those that failed. */
  readonly failures: readonly {
    readonly name: string;
    readonly file: string;
    readonly line: number;
    readonly wrong: readonly string[];
  }[];
  /** What is wrong with the tests: then none of them ran. */
  readonly problems: readonly string[];
  /** The files that were run. */
  readonly files: readonly string[];
}
