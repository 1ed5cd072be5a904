import type { Finding } from '../engine/finding.ts';
import type { ScanSummary } from '../engine/summary.ts';
import type { Level } from '../policies/severity.ts';
import type { RuleNotes } from '../rules/notes.ts';
import type { Priority, Severity } from '../rules/priority.ts';
import type { CaseSections } from './case-sections.ts';

/** Where a writer's text goes. Back-pressure is the caller's business. */
export interface Sink {
  write(text: string): void;
  /** Takes bytes, behind the text so far; sinks that have only text cannot take binary formats. */
  bytes?(data: Uint8Array): void;
}

/** The parts of a rule that reports show, whether or not it fired. */
export interface RuleInfo {
  readonly name: string;
  readonly description: string;
  readonly priority: Priority;
  readonly tags: readonly string[];
  readonly enabled: boolean;
  /** Stays when the rule is renamed. */
  readonly id?: string | undefined;
  /** What it declares itself. */
  readonly severity?: Severity | undefined;
  readonly notes?: RuleNotes;
  /** The file that defines it. */
  readonly file?: string;
}

/** Everything a writer may know about its surroundings; it never asks the process. */
export interface OutputContext {
  /** Colour on this sink. */
  readonly color: boolean;
  /** Columns of the terminal; 80 when unknown. */
  readonly width: number;
  /** True when the sink is a terminal: control characters are then shown, never sent. */
  readonly terminal: boolean;
  /** Drawn with characters of ASCII only: for terminals that have no others. */
  readonly ascii?: boolean;
  /** Version of k8s-audit. */
  readonly version: string;
  /** Prints credentials as logged; human formats and reports redact them otherwise. */
  readonly showSecrets: boolean;
  /** The loaded rules, in definition order, for reports that list them. */
  readonly rules: readonly RuleInfo[];
  /** The page that tells more about a rule; undefined where there is none. */
  readonly ruleUri?: ((rule: RuleInfo) => string | undefined) | undefined;
  /** Where the documentation tells about a rule, as a path in the project: for builds whose home is not known. */
  readonly rulePlace?: ((rule: RuleInfo) => string | undefined) | undefined;
  /** Address of the project; undefined when this build names none. */
  readonly home?: string | undefined;
  /** Least severe level that fails the run: what JUnit counts as a failure. All when undefined. */
  readonly failOn: Level | undefined;
  /** Shows a time (nanoseconds since the epoch) as `YYYY-MM-DD HH:MM:SS` in the user's zone. */
  readonly formatTime: (time: bigint) => string;
  /** Name of that zone, for headings. */
  readonly timezone: string;
  /** Tables say below a finding what its rule means and what to check (`--explain`). */
  readonly explain?: boolean;
  /** The code of the HTML report's page; without it the page is the part that needs no JavaScript. */
  readonly page?: (() => PageCode) | undefined;
  /** What the page tells beside findings; asked for at the end. */
  readonly sections?: (() => CaseSections | undefined) | undefined;
  /** True when what is written comes behind an earlier output of the same format. */
  readonly isAdded?: boolean | undefined;
  /** CSV without protection against formulas and without redaction, for machines. */
  readonly csvRaw: boolean;
}

/** What src/page becomes when it is built. */
export interface PageCode {
  readonly script: string;
  readonly style: string;
}

/** Writes findings as they come. Nothing is kept beyond a stated bound. */
export interface OutputWriter {
  start?(): void;
  finding(finding: Finding): void;
  /** Told of findings that get no row, for pictures of all: they share another's, or are beyond a limit. */
  unshown?(finding: Finding): void;
  /** Writes output that was held back for layout. Called when live input pauses. */
  flush?(): void;
  /** What is not written of all that was taken: remarks for the summary, before the end. */
  notes?(): readonly string[];
  /** @param hidden rows that a limit left out */
  end(summary: ScanSummary, hidden?: number): void;
}
