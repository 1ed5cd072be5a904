import type { SourceText } from '../yaml/source-text.ts';
import type { YamlMapping } from '../yaml/yaml-node.ts';
import { didYouMean } from '../util/suggest.ts';
import type { CompareContext } from './sigma-compare.ts';
import { readDetection } from './sigma-detection.ts';
import { SigmaError } from './sigma-error.ts';
import { conditionText } from './sigma-expression.ts';
import { fieldWith, targetOf, type FieldFinder, type Target } from './sigma-fields.ts';
import { foreignLogSource } from './sigma-logsource.ts';
import type { RegexCompiler } from './sigma-regex.ts';
import { LEVELS, tagOf, USUAL_LEVEL } from './sigma-tags.ts';
import { keysOf, required, textAt, textsAt, type Keys } from './sigma-yaml.ts';

/** What a Sigma rule says of itself beside its detection. */
export interface SigmaFacts {
  readonly id: string | undefined;
  /** How correlations call it. */
  readonly name: string | undefined;
  readonly status: string | undefined;
  readonly level: string;
  readonly author: string | undefined;
  readonly references: readonly string[];
  readonly falsePositives: readonly string[];
}

/** What rules and correlations have in common. */
export interface SigmaAbout {
  readonly title: string;
  readonly description: string;
  readonly priority: 'Critical' | 'Error' | 'Warning' | 'Notice' | 'Informational';
  readonly tags: readonly string[];
  /** False for rules that their author has withdrawn. */
  readonly enabled: boolean;
  readonly facts: SigmaFacts;
}

/** A Sigma rule as one of Falco's language. */
export interface SigmaRule extends SigmaAbout {
  readonly condition: SourceText;
  readonly output: string;
}

/** What the reader needs to know of fields. */
export interface SigmaContext {
  readonly fields: FieldFinder;
  readonly compileRegex: RegexCompiler;
}

/** Keys of a Sigma rule; people may add their own. */
const KEYS = (
  'title id related name taxonomy status description license author references date modified logsource ' +
  'detection fields falsepositives level tags scope action'
).split(' ');

const WITHDRAWN = new Set(['deprecated', 'unsupported']);

/**
 * Reads a Sigma rule.
 *
 * @returns the rule, or what other logs it is for
 * @throws SigmaError for what is wrong in it
 */
export function readSigmaRule(
  document: YamlMapping,
  context: SigmaContext,
): SigmaRule | { readonly foreign: string } {
  const keys = keysOf(document, 'the rule');
  const logsource = required(keys, 'logsource', document, 'the rule');
  const foreign = foreignLogSource(logsource);
  if (foreign !== undefined) return { foreign };
  const about = aboutOf(keys, document);
  const detection = required(keys, 'detection', document, 'the rule');
  const target = (name: string, node: YamlMapping | Parameters<typeof targetOf>[1]): Target =>
    targetOf(name, node, context.fields);
  const compare: CompareContext = { compileRegex: context.compileRegex, target };
  const expression = readDetection(detection, compare);
  return {
    ...about,
    condition: conditionText(expression, detection),
    output: outputOf(about.title, textsAt(keys, 'fields'), target, document),
  };
}

/** What a document says of itself, whatever it detects. @throws SigmaError */
export function readSigmaFacts(document: YamlMapping): SigmaAbout {
  return aboutOf(keysOf(document, 'the rule'), document);
}

function aboutOf(keys: Keys, document: YamlMapping): SigmaAbout {
  const title = textAt(keys, 'title') ?? '';
  if (title === '') throw new SigmaError('the rule has no title', document, nearKey(keys, 'title'));
  const level = levelOf(keys);
  const status = textAt(keys, 'status')?.toLowerCase();
  const description = textAt(keys, 'description') ?? '';
  return {
    title,
    description: description === '' ? title : description,
    priority: LEVELS.get(level)!,
    tags: [
      ...new Set(
        textsAt(keys, 'tags')
          .filter((tag) => tag !== '')
          .map(tagOf),
      ),
    ].toSorted(),
    enabled: status === undefined || !WITHDRAWN.has(status),
    facts: {
      id: textAt(keys, 'id'),
      name: textAt(keys, 'name'),
      status,
      level,
      author: textAt(keys, 'author'),
      references: textsAt(keys, 'references'),
      falsePositives: textsAt(keys, 'falsepositives'),
    },
  };
}

function levelOf(keys: Keys): string {
  const level = textAt(keys, 'level')?.toLowerCase() ?? USUAL_LEVEL;
  if (LEVELS.has(level)) return level;
  const names = [...LEVELS.keys()];
  const hint = didYouMean(level, names) ?? `levels: ${names.join(', ')}`;
  throw new SigmaError(`level '${level}' is not known`, keys.get('level')!.value, hint);
}

function nearKey(keys: Keys, wanted: string): string | undefined {
  const unknown = [...keys.keys()].filter((key) => !KEYS.includes(key));
  const near = unknown.find((key) => didYouMean(key, [wanted]) !== undefined);
  return near === undefined ? undefined : `'${near}' may be meant for it`;
}

/** What every finding shows, and the fields that a rule adds. */
const SHOWN = [
  ['user', 'ka.user.name'],
  ['verb', 'ka.verb'],
  ['resource', 'ka.target.resource'],
  ['ns', 'ka.target.namespace'],
  ['name', 'ka.target.name'],
  ['code', 'ka.response.code'],
] as const;

/** The output of a rule. A percent sign would start a field. */
function outputOf(
  title: string,
  fields: readonly string[],
  target: (name: string, node: YamlMapping) => Target,
  document: YamlMapping,
): string {
  const shown = new Map<string, string>(SHOWN.map(([label, field]) => [field, label]));
  for (const name of fields) {
    const field = fieldOf(target(name, document));
    if (!shown.has(field)) shown.set(field, name.replaceAll(/[%\s=()]/g, '_'));
  }
  const parts = [...shown].map(([field, label]) => `${label}=%${field}`);
  const escaped = title.replaceAll('%', ' percent').replaceAll(/\s+/g, ' ');
  return `${escaped} (${parts.join(' ')})`;
}

/** Outside of bodies Falco shows the same. */
function fieldOf({ scalar, list, pointer = '' }: Target): string {
  const isInBody = /^\/re(?:quest|sponse)Object/.test(pointer);
  return scalar ?? list ?? fieldWith(isInBody ? 'kx.any' : 'jevt.value', pointer);
}
