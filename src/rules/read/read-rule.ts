import { didYouMean } from '../../util/suggest.ts';
import { changeRule } from './change-rule.ts';
import { lintNoEffect, lintTwice } from './lints.ts';
import { validateException } from '../compile/exceptions.ts';
import { readOverrides } from './override.ts';
import { readExceptions } from './read-exceptions.ts';
import {
  APPENDABLE,
  fieldCheck,
  readPriority,
  readUnused,
  REPLACEABLE,
  sortedSet,
} from './rule-values.ts';
import {
  contextOf,
  missing,
  optionalBoolean,
  optionalScalar,
  optionalSequence,
  requiredScalar,
  type ItemContext,
} from '../collect/read-values.ts';
import type { ReaderContext } from './reader-context.ts';
import { SourceText } from '../../yaml/source-text.ts';
import { get, type YamlMapping } from '../../yaml/yaml-node.ts';

/** The only event source whose rules are evaluated; others are skipped with a warning (D8). */
const SOURCE = 'k8s_audit';
/** Falco's default when a rule names no source. */
const DEFAULT_SOURCE = 'syscall';

/** A field that rules of system calls do not have. */
const AUDIT_FIELD = /(?<![\w.])(?:ka|kx|jevt)\.[a-z]/;

/** Keys that a `rule` item may have. */
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
  if (overrides !== undefined) changeRule(item, name, overrides, context);
  else if (
    ['condition', 'output', 'desc', 'priority'].some((key) => get(item.node, key) !== undefined)
  ) {
    defineRule({ ...item, whenMissing: changeHint(item, name, context) }, name, context);
  } else {
    enableOnly({ ...item, whenMissing: changeHint(item, name, context) }, name, context);
  }
}

/** How an item changes an earlier rule: without `override` it defines a rule, which needs all of its keys. */
function changeHint({ node }: ItemContext, name: string, { collector }: ReaderContext): string {
  const given = REPLACEABLE.filter((key) => get(node, key) !== undefined);
  if (given.length === 0 || !collector.rules.has(name)) {
    return 'a rule needs condition, output, desc and priority';
  }
  if (get(node, 'overrides') !== undefined) return "write 'override' for 'overrides'";
  const entries = given.map((key) => `${key}: ${isAddition(key, node) ? 'append' : 'replace'}`);
  return `to change the rule of this name, add 'override: {${entries.join(', ')}}'`;
}

/** Whether a value reads like a part to add. */
function isAddition(key: string, node: YamlMapping): boolean {
  if (key !== 'condition') return key === 'exceptions' || key === 'tags';
  const value = get(node, key);
  return value?.kind === 'scalar' && /^\s*(?:and|or)\b/.test(value.text);
}

function defineRule(item: ItemContext, name: string, context: ReaderContext): void {
  const condition = SourceText.of(requiredScalar(item, 'condition'));
  const output = SourceText.of(requiredScalar(item, 'output')).trimmed();
  const description = requiredScalar(item, 'desc').text;
  const priority = readPriority(item);
  const source = optionalScalar(item, 'source')?.text ?? DEFAULT_SOURCE;
  const enabled = optionalBoolean(item, 'enabled') ?? true;
  readUnused(item);
  const skipIfUnknownFilter = optionalBoolean(item, 'skip-if-unknown-filter') ?? false;
  const tags = sortedSet((optionalSequence(item, 'tags') ?? []).map(({ text }) => text));
  const read = readExceptions(item, false, context);
  const known = source === SOURCE;
  if (!known) {
    const message = `Unknown source ${source}, skipping`;
    const isUnsaid = get(item.node, 'source') === undefined;
    const isOurs = [condition, output].some(({ text }) => AUDIT_FIELD.test(text));
    const unsaid = isOurs ? `it reads fields of audit events: add 'source: ${SOURCE}'` : undefined;
    const hint = isUnsaid ? unsaid : didYouMean(source, [SOURCE]);
    context.warn('LOAD_UNKNOWN_SOURCE', message, contextOf(item.node, item.items), hint);
  }
  const exceptions = read.map((exception) =>
    validateException(exception, fieldCheck(known, context)),
  );
  lintTwice(context.collector.rules.get(name), item, context);
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

function enableOnly(item: ItemContext, name: string, context: ReaderContext): void {
  const enabled = optionalBoolean(item, 'enabled');
  if (enabled === undefined) {
    throw missing(item, 'enabled');
  }
  context.warn(
    'LOAD_DEPRECATED_ITEM',
    "The standalone 'enabled' key usage is deprecated. The correct approach requires also a " +
      "'replace' entry under the 'override' key (i.e. 'enabled: replace').",
    contextOf(item.node, item.items),
  );
  context.collector.enableRule(name, enabled, item);
  const ignored = REPLACEABLE.filter((key) => key !== 'enabled');
  lintNoEffect(ignored, 'in an item that only switches a rule', item.whenMissing!, item, context);
}
