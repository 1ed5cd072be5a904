// Room rules: rules files become compiled rules, with Falco's diagnostics.
// Door: load.ts (texts to a rule set), select.ts (which of them run), rule.ts (what a rule is), resolver.ts (fields).
// Neighbours: uses yaml, condition and fields; policies and engine take rules and know nothing of files.
// Inside, each may use those before it: collect (definitions), compile, read (items of a file); load.ts drives them.

import type { FieldResolver } from '../condition/operand.ts';
import { bindOperand } from '../condition/bind-operand.ts';
import { ConditionError } from '../condition/condition-error.ts';
import { parseOperand } from '../condition/parse/parser.ts';
import type { FieldSettings } from '../fields/field.ts';
import { Collector } from './collect/collector.ts';
import { compileDefinitions } from './compile/compile-rules.ts';
import type { FieldProblem } from './compile/exceptions.ts';
import {
  errorDiagnostic,
  RuleError,
  warningDiagnostic,
  type Diagnostic,
  type Warn,
} from './diagnostics.ts';
import { readRulesFile } from './read/reader.ts';
import type { SigmaDocuments } from './read/reader-context.ts';
import { unmetRequirement } from './collect/requirements.ts';
import { DEFAULT_FIELD_SETTINGS, fieldResolver } from './resolver.ts';
import type { RuleSet } from './rule.ts';

/** A rules file to load. */
export interface RulesFile {
  /** As messages name it. */
  readonly name: string;
  readonly text: string;
  /**
   * True for files that are known to be valid together, such as the bundled ones: they are compiled
   * once, with what follows them. Lists of other files take the place of no word in them.
   */
  readonly trusted?: boolean;
}

/** How one file loaded. */
export interface FileResult {
  readonly name: string;
  readonly successful: boolean;
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

export interface LoadResult {
  /** Undefined when a file has an error or a requirement is not met. */
  readonly ruleSet: RuleSet | undefined;
  readonly files: readonly FileResult[];
  /** An unmet `required_plugin_versions`. */
  readonly unmet: string | undefined;
}

/**
 * Loads rules files in order, as `falco -r` does: definitions of all files come together, and each file
 * must be valid with those before it. Loading ends at the first file with an error.
 *
 * @param settings what some fields depend on
 */
export async function loadRules(
  files: readonly RulesFile[],
  settings: FieldSettings = DEFAULT_FIELD_SETTINGS,
): Promise<LoadResult> {
  const sigma = files.some(mayHoldSigma) ? await import('../sigma/sigma.ts') : undefined;
  const usesRegex = sigma !== undefined || files.some(({ text }) => text.includes('regex'));
  const fields = await fieldResolver(settings, usesRegex);
  const documents = sigma && {
    is: sigma.isSigmaDocument,
    newReader: () =>
      new sigma.SigmaReader({ fields, compileRegex: (pattern) => fields.compileRegex(pattern) }),
  };
  const collector = new Collector();
  const results: FileResult[] = [];
  let ruleSet: RuleSet | undefined = { rules: [], macros: [], lists: [] };
  for (const [index, file] of files.entries()) {
    const isLast = index === files.length - 1;
    const last = isLast ? 'last' : file.trusted === true ? 'part' : 'whole';
    const loaded = loadFile(file, collector, fields, documents, last);
    results.push(loaded.result);
    ruleSet = loaded.ruleSet;
    if (!loaded.result.successful) break;
  }
  const unmet = collector.pluginRequirements
    .map(unmetRequirement)
    .find((message) => message !== undefined);
  return { ruleSet: unmet === undefined ? ruleSet : undefined, files: results, unmet };
}

/** Words without which a text is no rule of Sigma. */
function mayHoldSigma({ text, trusted }: RulesFile): boolean {
  return trusted !== true && /\b(?:detection|logsource|correlation)\b/.test(text);
}

/**
 * Reads one file and compiles what is collected so far.
 *
 * @param stage `part` of several files that are valid together; `last` of all
 */
function loadFile(
  file: RulesFile,
  collector: Collector,
  fields: FieldResolver,
  sigma: SigmaDocuments | undefined,
  stage: 'part' | 'whole' | 'last',
): { result: FileResult; ruleSet: RuleSet | undefined } {
  const warnings: Diagnostic[] = [];
  const { name } = file;
  const warn: Warn = (code, message, context, hint) =>
    warnings.push(warningDiagnostic(code, message, context, hint));
  try {
    const before = new Set(collector.rules.values());
    const kind = readRulesFile(file, {
      collector,
      warn,
      checkField: (text) => exceptionFieldProblem(text, fields),
      sigma,
    });
    // Files of Sigma come by the hundred. Their rules stand alone, so they are checked alone.
    const isAlone = kind === 'sigma' && stage !== 'last';
    const checked = isAlone ? onlyNew(collector, before) : collector;
    const compiled =
      stage === 'part' ? undefined : compileDefinitions(checked, fields, warn, stage === 'last');
    const ruleSet = isAlone ? undefined : compiled;
    return { result: { name, successful: true, errors: [], warnings }, ruleSet };
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    const errors = [errorDiagnostic(error)];
    return { result: { name, successful: false, errors, warnings }, ruleSet: undefined };
  }
}

/** The rules that were not there before, without all else. */
function onlyNew({ rules }: Collector, before: ReadonlySet<unknown>): Collector {
  const alone = new Collector();
  for (const [name, rule] of rules) if (!before.has(rule)) alone.rules.set(name, rule);
  return alone;
}

function exceptionFieldProblem(text: string, fields: FieldResolver): FieldProblem | undefined {
  const operand = parseOperand(text);
  const unsupported = `'${text}' is not a supported filter field`;
  if (operand === undefined) return { message: unsupported };
  try {
    bindOperand(operand, fields);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    return { message: error.unknownField ? unsupported : error.message, hint: error.hint };
  }
}
