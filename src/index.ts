/**
 * k8s-audit as a library: rules files and events in, findings out.
 *
 * Most of it touches neither files, streams nor the process: read the rules and the log, then hand over text.
 * {@link scanFiles}, {@link bundledRules} and {@link bundledPolicies} read files; what they need is loaded when they
 * are called.
 * Expected failures are {@link KnownError}s, or diagnostics with file, line and column.
 *
 * @packageDocumentation
 */
import {
  createEngine as createReferenceEngine,
  type Engine,
  type RuleMatching,
  type TimeField,
} from './engine/engine.ts';
import { FileScan, type ScanFilesOptions } from './library/file-scan.ts';
import type { PolicyDefinition } from './policies/policy.ts';
import type { RulesFile } from './rules/load.ts';
import { DEFAULT_FIELD_SETTINGS } from './rules/resolver.ts';
import type { Rule } from './rules/rule.ts';
import { selectRules as select, type RuleSelection, type SelectedRules } from './rules/select.ts';

export type { Engine, RuleMatching, TimeField } from './engine/engine.ts';
export type { Finding, FindingSubject, OutputValue } from './engine/finding.ts';
export { SummaryBuilder } from './engine/summary.ts';
export type { ProblemCount, ProblemPlace, ScanSummary } from './engine/summary.ts';
export { createDecoder } from './events/decode/decoder.ts';
export type {
  DecodedEvent,
  DecoderOptions,
  DecodeSink,
  LineCounts,
  PayloadCodec,
  RecordDecoder,
} from './events/decoded.ts';
export type { AuditEvent, EventOrigin } from './events/event.ts';
export { parseEvent, parseEvents } from './events/decode/parse-text.ts';
export type { ParsedText, ParseOptions } from './events/decode/parse-text.ts';
export { ParsedEvent } from './events/parsed-event.ts';
export { PROBLEM_REASONS } from './events/problems.ts';
export type { Problem, ProblemKind, ProblemReason } from './events/problems.ts';
export { FIELD_CLASSES } from './fields/catalog.ts';
export type { FieldClass, FieldDefinition, FieldSettings } from './fields/field.ts';
export type { JsonObject, JsonValue } from './json/value.ts';
export { findingToJson, summaryToJson } from './outputs/encode/json-encode.ts';
export { FileScan } from './library/file-scan.ts';
export type { ScanFilesOptions } from './library/file-scan.ts';
export type { PolicyDefinition } from './policies/policy.ts';
export type { Severity } from './policies/severity.ts';
export { formatDiagnostic } from './rules/diagnostics.ts';
export type { Diagnostic, DiagnosticItem } from './rules/diagnostics.ts';
export { loadRules } from './rules/load.ts';
export type { FileResult, LoadResult, RulesFile } from './rules/load.ts';
export { isAtLeast, parsePriority, PRIORITIES } from './rules/priority.ts';
export type { Priority } from './rules/priority.ts';
export type { ListInfo, MacroInfo, Rule, RuleSet } from './rules/rule.ts';
export type { RuleSelection, RuleSwitch, SelectedRules } from './rules/select.ts';
export { KnownError } from './util/errors.ts';
export type { ErrorKind } from './util/errors.ts';

/** How an engine evaluates; everything has a default. */
export interface CreateEngineOptions {
  /** Report every rule that matches an event (`all`, the default), or only the first, as Falco does. */
  readonly matching?: RuleMatching;
  /** Field before each message and in `output_fields`: `evt.time` by default. */
  readonly timeField?: TimeField;
  /** IANA zone of printed times; `UTC` by default. */
  readonly timezone?: string;
  /** Value of `evt.hostname`. */
  readonly hostname?: string;
}

/**
 * An engine that evaluates these rules, in this order, whether or not they are enabled: take
 * {@link selectRules} to leave out those that are off.
 */
export function createEngine(rules: readonly Rule[], options: CreateEngineOptions = {}): Engine {
  const { matching = 'all', timeField = 'evt.time' } = options;
  const { timezone = DEFAULT_FIELD_SETTINGS.timezone, hostname = DEFAULT_FIELD_SETTINGS.hostname } =
    options;
  return createReferenceEngine({ rules, matching, timeField, settings: { timezone, hostname } });
}

/**
 * The rules that run: those that are enabled, narrowed by what is given of a selection.
 *
 * @throws KnownError for a rule or tag that does not exist
 */
export function selectRules(
  rules: readonly Rule[],
  selection: Partial<RuleSelection> = {},
): SelectedRules {
  return select(rules, {
    only: [],
    switches: [],
    tags: [],
    excludedTags: [],
    minPriority: undefined,
    ...selection,
  });
}

/**
 * Scans files with the bundled rules and others, as `k8s-audit scan` does.
 *
 * Findings come while the files are read; reading waits until they are taken. Problems of the input are counted in
 * the summary, never thrown.
 *
 * @param paths files, directories, patterns such as `logs/*.gz`; `-` is standard input
 */
export function scanFiles(paths: readonly string[], options: ScanFilesOptions = {}): FileScan {
  return new FileScan(async (sink) => {
    const { runFileScan } = await import('./library/scan-files.ts');
    return runFileScan(paths, options, sink);
  });
}

/** The rules files that come with the package, in load order: for {@link loadRules}. */
export async function bundledRules(): Promise<RulesFile[]> {
  return (await import('./library/bundled-files.ts')).rulesFiles();
}

/** The policies that come with the package: what they hold, where they apply and how grave they are. */
export async function bundledPolicies(): Promise<PolicyDefinition[]> {
  return (await import('./library/bundled-files.ts')).policyDefinitions();
}
