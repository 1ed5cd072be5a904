// Room rules/read: the items of one rules file, checked in Falco's order and put into the collector.
// Door: reader.ts.
// Neighbours: uses collect, and compile for what can be checked of exceptions at once; load.ts calls it.
// Inside: read-rule.ts for new rules, change-rule.ts for append and override, rule-values.ts for single keys.

import { didYouMean } from '../../util/suggest.ts';
import { RuleError, type DiagnosticItem } from '../diagnostics.ts';
import type { ReaderContext } from './reader-context.ts';
import { lintEmptyOverride, lintOpenOr, lintRedefined, lintRepeated } from './lints.ts';
import { AUDIT_LOG, isAuditLog, mappingHint, textHint } from './other-files.ts';
import { readOverrides } from './override.ts';
import { CORRELATION_KEYS, readCorrelation } from './read-correlation.ts';
import { readRule, RULE_KEYS } from './read-rule.ts';
import { readSigmaDocument } from './read-sigma.ts';
import { refuseAsYamlCpp } from './yaml-cpp.ts';
import {
  contextOf,
  invalid,
  requiredScalar,
  requiredSequence,
  type ItemContext,
} from '../collect/read-values.ts';
import { checkEngineVersion, readPluginRequirements } from '../collect/requirements.ts';
import { SourceText } from '../../yaml/source-text.ts';
import { parseYaml, YamlError } from '../../yaml/yaml-parser.ts';
import {
  get,
  isNull,
  type YamlMapping,
  type YamlNode,
  type YamlSource,
} from '../../yaml/yaml-node.ts';

/** `sigma`: its rules stand alone, they neither use nor change what other files define. */
type FileKind = 'falco' | 'sigma';

/**
 * Reads a rules file into the collector (Falco rule_loader_reader.cpp). The first error ends it.
 *
 * @throws RuleError
 */
export function readRulesFile(source: YamlSource, context: ReaderContext): FileKind {
  const sigma = context.sigma?.newReader();
  let kind: FileKind | undefined;
  for (const document of parse(source, context)) {
    const items = [{ type: 'rules content', name: '' }];
    if (isNull(document)) continue;
    if (sigma !== undefined && context.sigma!.is(document)) {
      readSigmaDocument(document, sigma, context);
      // A correlation names rules of other files.
      if (get(document, 'correlation') === undefined) kind ??= 'sigma';
      else kind = 'falco';
      continue;
    }
    kind = 'falco';
    if (document.kind === 'scalar') {
      throw invalid('Rules content is not yaml', document, items, textHint(document.text));
    }
    if (document.kind === 'mapping') {
      const message = 'Rules content is not yaml array of objects';
      throw invalid(message, document, items, mappingHint(document));
    }
    for (const item of document.items) {
      if (isNull(item)) continue;
      if (item.kind !== 'mapping') {
        const message = 'Unexpected element type. Each element should be a yaml associative array.';
        throw invalid(message, item, [{ type: 'rules content item', name: '' }]);
      }
      readItem(item, context);
    }
  }
  return kind ?? 'falco';
}

/** Falco reads no Sigma, so what its YAML reader refuses does not matter there. */
function parse(source: YamlSource, { sigma }: ReaderContext): YamlNode[] {
  try {
    const documents = parseYaml(source);
    for (const document of documents) {
      if (sigma?.is(document) !== true) refuseAsYamlCpp(document);
    }
    return documents;
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    const position = { source, offset: Math.min(error.position, source.text.length) };
    const code = error.isMisshapen ? 'LOAD_ERR_YAML_VALIDATE' : 'LOAD_ERR_YAML_PARSE';
    const hint = isAuditLog(source.text) ? AUDIT_LOG : error.hint;
    throw new RuleError(code, error.message, { position, items: [] }, hint);
  }
}

type ItemReader = (item: ItemContext, name: string, context: ReaderContext) => void;

/** Kinds of items in the order in which Falco looks for their keys, with the keys each knows. */
const KINDS: readonly {
  readonly key: string;
  readonly type: string;
  readonly keys: readonly string[];
  readonly read: ItemReader;
}[] = [
  {
    key: 'required_engine_version',
    type: 'required_engine_version',
    keys: ['required_engine_version'],
    read: (item) => checkEngineVersion(item),
  },
  {
    key: 'required_plugin_versions',
    type: 'required plugin versions',
    keys: ['required_plugin_versions'],
    read: (item, _name, context) => {
      context.collector.pluginRequirements.push(...readPluginRequirements(item));
    },
  },
  { key: 'list', type: 'list', keys: ['list', 'items', 'append', 'override'], read: readList },
  {
    key: 'macro',
    type: 'macro',
    keys: ['macro', 'condition', 'append', 'override'],
    read: readMacro,
  },
  { key: 'rule', type: 'rule', keys: RULE_KEYS, read: readRule },
  // Falco knows no such item and leaves it out, with a warning.
  {
    key: 'correlation',
    type: 'correlation',
    keys: CORRELATION_KEYS,
    read: readCorrelation,
  },
];

/** Kinds whose key holds the name. */
const NAMED = new Set(['list', 'macro', 'rule', 'correlation']);

function readItem(node: YamlMapping, context: ReaderContext): void {
  const kind = KINDS.find(({ key }) => get(node, key) !== undefined);
  if (kind === undefined) {
    context.warn(
      'LOAD_UNKNOWN_ITEM',
      'Unknown top level item',
      contextOf(node, [{ type: 'rules content item', name: '' }]),
      unknownItemHint(node),
    );
    return;
  }
  const named = NAMED.has(kind.key);
  const name = named
    ? requiredScalar({ node, items: [{ type: kind.type, name: '' }] }, kind.key).text
    : '';
  const items: DiagnosticItem[] = [{ type: kind.type, name }];
  kind.read({ node, items }, name, context);
  lintEmptyOverride({ node, items }, context);
  warnUnknownKeys(node, kind.keys, items, context);
}

function unknownItemHint(node: YamlMapping): string | undefined {
  const kinds = KINDS.map(({ key }) => key);
  const keys = node.entries.map(({ key }) => (key.kind === 'scalar' ? key.text : ''));
  const near = keys.map((key) => didYouMean(key, kinds)).find((hint) => hint !== undefined);
  return near ?? (keys.includes('condition') ? "a rule begins with '- rule: NAME'" : undefined);
}

function warnUnknownKeys(
  node: YamlMapping,
  known: readonly string[],
  items: readonly DiagnosticItem[],
  context: ReaderContext,
): void {
  const seen = new Set<string>();
  for (const { key } of node.entries) {
    if (key.kind !== 'scalar') {
      const hint = 'a key is a text; quote it';
      throw new RuleError('LOAD_ERR_YAML_PARSE', 'bad conversion', contextOf(key, items), hint);
    }
    if (seen.has(key.text)) lintRepeated(key, items, context);
    seen.add(key.text);
    if (known.includes(key.text)) continue;
    const message = `Unknown key '${key.text}'. The key will be ignored.`;
    context.warn(
      'LOAD_UNKNOWN_KEY',
      message,
      contextOf(key, items),
      unknownKeyHint(key.text, known),
    );
  }
}

function unknownKeyHint(key: string, known: readonly string[]): string | undefined {
  if (key === '<<') return 'merge keys are not expanded';
  if (key === 'severity') return "policies give it, or a comment in the rule: '# severity: high'";
  return didYouMean(key, known);
}

function readList(item: ItemContext, name: string, context: ReaderContext): void {
  if (!/^[^()"' \t\n\v\f\r=,]+$/.test(name)) {
    const message =
      'List has an invalid name. List names should match a regular expression: [^()"\'[:space:]=,]+';
    context.warn('LOAD_INVALID_LIST_NAME', message, contextOf(item.node, item.items));
  }
  const items = requiredSequence(item, 'items');
  const overrides = readOverrides(item, ['items'], ['items']);
  if (overrides?.legacyAppend === true) warnLegacyAppend(item, context);
  if (overrides !== undefined && (overrides.legacyAppend || overrides.append.size > 0)) {
    context.collector.appendList(name, items, item);
  } else {
    if (overrides === undefined) {
      lintRedefined(context.collector.lists.get(name), 'items', item, context);
    }
    context.collector.defineList(name, items, item.node);
  }
}

function readMacro(item: ItemContext, name: string, context: ReaderContext): void {
  if (!/^[a-zA-Z]+[a-zA-Z0-9_]*$/.test(name)) {
    const message =
      'Macro has an invalid name. Macro names should match a regular expression: [a-zA-Z]+[a-zA-Z0-9_]*';
    context.warn('LOAD_INVALID_MACRO_NAME', message, contextOf(item.node, item.items));
  }
  const scalar = requiredScalar(item, 'condition');
  const condition = SourceText.of(scalar);
  const overrides = readOverrides(item, ['condition'], ['condition']);
  if (overrides?.legacyAppend === true) warnLegacyAppend(item, context);
  if (overrides !== undefined && (overrides.legacyAppend || overrides.append.size > 0)) {
    const earlier = context.collector.macros.get(name);
    if (earlier !== undefined) lintOpenOr(earlier.condition, scalar, item, context);
    context.collector.appendMacro(name, condition, item, scalar);
  } else {
    if (overrides === undefined) {
      lintRedefined(context.collector.macros.get(name), 'condition', item, context);
    }
    context.collector.defineMacro(name, condition, item.node);
  }
}

function warnLegacyAppend(item: ItemContext, context: ReaderContext): void {
  const key = item.items[0]?.type === 'list' ? 'items' : 'condition';
  const message =
    `'append' key is deprecated. Add an 'append' entry (e.g. '${key}: append') under 'override' ` +
    'instead.';
  context.warn('LOAD_DEPRECATED_ITEM', message, contextOf(item.node, item.items));
}
