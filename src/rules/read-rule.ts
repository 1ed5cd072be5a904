import { appendExceptions, joined, requireSameSource } from './collector.ts';
import type { ExceptionDefinition, RuleDefinition } from './definitions.ts';
import { RuleError } from './diagnostics.ts';
import { readOverrides, type Overrides } from './override.ts';
import { parsePriority, type Priority } from './priority.ts';
import { readExceptions, validateException } from './read-exceptions.ts';
import {
  contextOf,
  invalid,
  optionalBoolean,
  optionalScalar,
  optionalSequence,
  requiredScalar,
  type ItemContext,
} from './read-values.ts';
import type { ReaderContext } from './reader.ts';
import { SourceText } from './source-text.ts';
import { get } from './yaml.ts';

/** The only event source whose rules are evaluated; others are skipped with a warning (D8). */
const SOURCE = 'k8s_audit';
/** Falco's default when a rule names no source. */
const DEFAULT_SOURCE = 'syscall';

const APPENDABLE = ['condition', 'output', 'desc', 'tags', 'exceptions'] as const;
const REPLACEABLE = [
  ...APPENDABLE,
  'priority',
  'capture',
  'capture_duration',
  'enabled',
  'warn_evttypes',
  'skip-if-unknown-filter',
] as const;
export const RULE_KEYS: readonly string[] = [
  'rule',
  ...REPLACEABLE,
  'source',
  'append',
  'override',
];

/** Reads one `rule` item into the collector. @throws RuleError */
export function readRule(item: ItemContext, name: string, context: ReaderContext): void {
  const overrides = readOverrides(item, APPENDABLE, REPLACEABLE);
  const exceptions = readExceptions(item, (node, items, duplicate) =>
    context.warn(
      'LOAD_EXCEPTION_NAME_NOT_UNIQUE',
      `Multiple definitions of exception '${duplicate}' in the same exceptions block`,
      contextOf(node, items),
    ),
  );
  if (overrides === undefined) {
    const defining = ['condition', 'output', 'desc', 'priority'];
    if (defining.some((key) => get(item.node, key) !== undefined)) {
      defineRule(item, name, exceptions ?? [], context);
    } else {
      enableOnly(item, name, context);
    }
    return;
  }
  if (overrides.legacyAppend) {
    context.warn(
      'LOAD_DEPRECATED_ITEM',
      "'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under " +
        "'override' instead.",
      contextOf(item.node, item.items),
    );
    legacyAppend(item, name, exceptions, context);
  } else {
    override(item, name, overrides, exceptions ?? [], context);
  }
}

function defineRule(
  item: ItemContext,
  name: string,
  exceptions: ExceptionDefinition[],
  context: ReaderContext,
): void {
  const condition = SourceText.of(requiredScalar(item, 'condition'));
  const output = SourceText.of(requiredScalar(item, 'output')).trimmed();
  const description = requiredScalar(item, 'desc').text;
  const priority = readPriority(item)!;
  const source = optionalScalar(item, 'source')?.text ?? DEFAULT_SOURCE;
  const enabled = optionalBoolean(item, 'enabled') ?? true;
  readUnused(item);
  const skipIfUnknownFilter = optionalBoolean(item, 'skip-if-unknown-filter') ?? false;
  const tags = sortedSet((optionalSequence(item, 'tags') ?? []).map(({ text }) => text));
  const known = source === SOURCE;
  if (!known) {
    const message = `Unknown source ${source}, skipping`;
    context.warn('LOAD_UNKNOWN_SOURCE', message, contextOf(item.node, item.items));
  }
  for (const exception of exceptions) {
    if (get(exception.node, 'fields') === undefined) {
      throw invalid("Item has no mapping for key 'fields'", exception.node, exception.items);
    }
    validateException(exception, fieldCheck(known, context));
  }
  context.collector.defineRule(
    {
      condition,
      output,
      description,
      priority,
      source,
      enabled,
      tags,
      exceptions,
      skipIfUnknownFilter,
      known,
    },
    name,
    item,
  );
}

/** Keys that only matter to Falco's captures and system calls: checked, then forgotten. */
function readUnused(item: ItemContext): void {
  optionalBoolean(item, 'warn_evttypes');
  optionalBoolean(item, 'capture');
  const duration = optionalScalar(item, 'capture_duration');
  if (duration !== undefined && !/^\+?\d{1,10}$/.test(duration.text)) {
    throw invalid("Can't decode YAML scalar value", duration, item.items);
  }
}

function enableOnly(item: ItemContext, name: string, context: ReaderContext): void {
  const enabled = optionalBoolean(item, 'enabled');
  if (enabled === undefined) {
    throw invalid("Item has no mapping for key 'enabled'", item.node, item.items);
  }
  context.warn(
    'LOAD_DEPRECATED_ITEM',
    "The standalone 'enabled' key usage is deprecated. The correct approach requires also a " +
      "'replace' entry under the 'override' key (i.e. 'enabled: replace').",
    contextOf(item.node, item.items),
  );
  context.collector.enableRule(name, enabled, item);
}

/** `append: true` adds only a condition and exceptions; other keys are ignored. */
function legacyAppend(
  item: ItemContext,
  name: string,
  exceptions: ExceptionDefinition[] | undefined,
  context: ReaderContext,
): void {
  const condition = optionalScalar(item, 'condition');
  if (condition === undefined && exceptions === undefined) {
    const message = 'Appended rule must have exceptions or condition property';
    throw new RuleError('LOAD_ERR_VALIDATE', message, contextOf(item.node, item.items));
  }
  const rule = earlierRule(item, name, 'condition', context);
  if (condition !== undefined) {
    rule.condition = joined(rule.condition, SourceText.of(condition), condition);
  }
  addExceptions(rule, exceptions ?? [], context);
}

function override(
  item: ItemContext,
  name: string,
  overrides: Overrides,
  exceptions: ExceptionDefinition[],
  context: ReaderContext,
): void {
  const { append, replace } = overrides;
  if (append.size > 0) {
    const rule = earlierRule(item, name, [...append].toSorted()[0]!, context);
    if (append.has('condition')) {
      const more = requiredScalar(item, 'condition');
      rule.condition = joined(rule.condition, SourceText.of(more), more);
    }
    if (append.has('output')) {
      const more = requiredScalar(item, 'output');
      rule.output = joined(rule.output, SourceText.of(more), more);
    }
    if (append.has('desc')) rule.description += ` ${requiredScalar(item, 'desc').text}`;
    if (append.has('tags')) {
      const more = optionalSequence(item, 'tags') ?? [];
      rule.tags = sortedSet([...rule.tags, ...more.map(({ text }) => text)]);
    }
    if (append.has('exceptions')) addExceptions(rule, exceptions, context);
  }
  if (replace.size > 0) {
    const key = [...replace].toSorted()[0]!;
    const missing =
      `An 'override.${key}: replace' to a rule was requested but no rule by that name already ` +
      'exists';
    const rule = context.collector.changeRule(name, item, missing);
    requireGivenSource(rule, item);
    for (const replaced of replace) REPLACERS[replaced]?.(rule, item, exceptions, context);
  }
}

type Replacer = (
  rule: RuleDefinition,
  item: ItemContext,
  exceptions: ExceptionDefinition[],
  context: ReaderContext,
) => void;

const REPLACERS: Readonly<Record<string, Replacer>> = {
  condition: (rule, item) => {
    rule.condition = SourceText.of(requiredScalar(item, 'condition'));
  },
  output: (rule, item) => {
    rule.output = SourceText.of(requiredScalar(item, 'output'));
  },
  desc: (rule, item) => {
    rule.description = requiredScalar(item, 'desc').text;
  },
  tags: (rule, item) => {
    rule.tags = sortedSet((optionalSequence(item, 'tags') ?? []).map(({ text }) => text));
  },
  exceptions: (rule, _item, exceptions) => {
    for (const exception of exceptions) requireWhole(exception);
    rule.exceptions = exceptions;
  },
  priority: (rule, item) => {
    rule.priority = readPriority(item)!;
  },
  enabled: (rule, item) => {
    rule.enabled = optionalBoolean(item, 'enabled') ?? rule.enabled;
  },
  'skip-if-unknown-filter': (rule, item) => {
    rule.skipIfUnknownFilter = optionalBoolean(item, 'skip-if-unknown-filter') ?? false;
  },
  capture: (_rule, item) => readUnused(item),
  capture_duration: (_rule, item) => readUnused(item),
  warn_evttypes: (_rule, item) => readUnused(item),
};

/** Falco neither checks nor completes replaced exceptions, and may crash on them (D6). */
function requireWhole(exception: ExceptionDefinition): void {
  const { fields, comps } = exception;
  const context = contextOf(exception.node, exception.items);
  if (fields === undefined) {
    const message = 'Rule exception item must have fields property with a list of fields';
    throw new RuleError('LOAD_ERR_VALIDATE', message, context);
  }
  if (comps !== undefined) {
    validateException(exception, () => undefined);
    return;
  }
  const message = 'exception needs comps when it replaces another';
  if (Array.isArray(fields)) throw new RuleError('LOAD_ERR_VALIDATE', message, context);
  if (exception.values.length === 0) return;
  throw new RuleError('LOAD_ERR_COMPILE_CONDITION', `expected a valid check operator: ${message}`, context);
}

function addExceptions(
  rule: RuleDefinition,
  exceptions: readonly ExceptionDefinition[],
  context: ReaderContext,
): void {
  for (const exception of exceptions) {
    if (exception.values.length > 0) continue;
    context.warn(
      'LOAD_APPEND_NO_VALUES',
      'Overriding/appending exception with no values',
      contextOf(exception.node, exception.items),
    );
  }
  appendExceptions(rule, exceptions, (exception) =>
    validateException(exception, fieldCheck(rule.known, context)),
  );
}

function earlierRule(
  item: ItemContext,
  name: string,
  key: string,
  context: ReaderContext,
): RuleDefinition {
  const missing =
    `Rule uses 'append' or 'override.${key}: append' but no rule by that name already exists`;
  const rule = context.collector.changeRule(name, item, missing);
  requireGivenSource(rule, item);
  return rule;
}

/** A changing item may repeat the source, but not change it. */
function requireGivenSource(rule: RuleDefinition, item: ItemContext): void {
  const source = optionalScalar(item, 'source');
  if (source !== undefined) requireSameSource(rule, source.text, item);
}

function fieldCheck(
  known: boolean,
  context: ReaderContext,
): (text: string) => string | undefined {
  return known ? context.checkField : () => undefined;
}

function readPriority(item: ItemContext): Priority {
  const scalar = requiredScalar(item, 'priority');
  const priority = parsePriority(scalar.text);
  if (priority !== undefined) return priority;
  const items = [...item.items, { type: 'rule priority', name: '' }];
  const error = invalid('Invalid priority', scalar, items);
  throw new RuleError(
    error.code,
    `Invalid priority '${scalar.text}'`,
    error.context,
    'one of EMERGENCY, ALERT, CRITICAL, ERROR, WARNING, NOTICE, INFORMATIONAL, INFO, DEBUG',
  );
}

function sortedSet(texts: readonly string[]): string[] {
  return [...new Set(texts)].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

