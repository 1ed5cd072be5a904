// Room sigma: Sigma rules (https://sigmahq.io) for Kubernetes audit logs become rules of Falco's language.
// Door: sigma.ts (documents to rules), sigma-rule.ts (what a rule is).
// Neighbours: uses yaml and fields; rules/read puts the results beside Falco's rules, and loads this room only when a
// file has Sigma in it.
// Inside: sigma-yaml, sigma-value, sigma-modifiers and sigma-pattern read values, sigma-fields says what fields are
// here, sigma-compare writes comparisons, sigma-condition and sigma-detection join them, sigma-rule has the rest.

import { get, type YamlMapping, type YamlNode } from '../yaml/yaml-node.ts';
import { ForeignFieldError, SigmaError } from './sigma-error.ts';
import { mergedWith } from './sigma-global.ts';
import { readSigmaCorrelation, type SigmaCorrelation } from './sigma-correlation.ts';
import {
  readSigmaFacts,
  readSigmaRule,
  type SigmaAbout,
  type SigmaContext,
  type SigmaRule,
} from './sigma-rule.ts';
import { refuseBombs } from './sigma-yaml.ts';

/** What a document of Sigma became. */
export type SigmaOutcome = { readonly node: YamlMapping; readonly title: string } & (
  | Result
  | { readonly kind: 'wrong' | 'foreign field'; readonly error: SigmaError }
);

type Result =
  | { readonly kind: 'rule'; readonly rule: SigmaRule }
  | {
      readonly kind: 'correlation';
      readonly rule: SigmaAbout;
      readonly correlation: SigmaCorrelation;
    }
  /** For logs of another kind. */
  | { readonly kind: 'foreign'; readonly logsource: string }
  /** Of a kind that is not read. */
  | { readonly kind: 'unread'; readonly what: string };

/** True for a document of Sigma: a map with the keys of one. */
export function isSigmaDocument(document: YamlNode): document is YamlMapping {
  if (document.kind !== 'mapping') return false;
  const has = (key: string): boolean => get(document, key) !== undefined;
  return (
    has('detection') ||
    has('logsource') ||
    has('correlation') ||
    (has('filter') && has('title')) ||
    isAction(document)
  );
}

const ACTIONS = new Set(['global', 'reset', 'repeat']);

function isAction(document: YamlMapping): boolean {
  const action = get(document, 'action');
  return action?.kind === 'scalar' && ACTIONS.has(action.text);
}

/** Reads the Sigma documents of one file, in order: what `action: global` says holds for those behind it. */
export class SigmaReader {
  readonly #context: SigmaContext;
  #global: YamlMapping | undefined;
  #previous: YamlMapping | undefined;

  constructor(context: SigmaContext) {
    this.#context = context;
  }

  /** @returns undefined for a document that only tells how to read others */
  read(document: YamlMapping): SigmaOutcome | undefined {
    const named = get(document, 'title');
    const about = { node: document, title: named?.kind === 'scalar' ? named.text : '' };
    try {
      refuseBombs(document);
      const result = this.#read(document);
      return result && { ...result, ...about };
    } catch (error) {
      if (!(error instanceof SigmaError)) throw error;
      const isForeign =
        error instanceof ForeignFieldError && get(document, 'correlation') === undefined;
      return { kind: isForeign ? 'foreign field' : 'wrong', error, ...about };
    }
  }

  #read(document: YamlMapping): Result | undefined {
    const action = isAction(document) ? get(document, 'action') : undefined;
    const name = action?.kind === 'scalar' ? action.text : undefined;
    if (name === 'global') {
      this.#global = document;
      this.#previous = document;
      return undefined;
    }
    if (name === 'reset') {
      this.#global = undefined;
      return undefined;
    }
    const correlation = get(document, 'correlation');
    if (correlation !== undefined) {
      const read = readSigmaCorrelation(document, correlation, this.#context.fields);
      return { kind: 'correlation', rule: readSigmaFacts(document), correlation: read };
    }
    if (get(document, 'filter') !== undefined) return { kind: 'unread', what: 'filters' };
    const base = name === 'repeat' ? this.#previous : this.#global;
    const whole = base === undefined ? document : mergedWith(base, document);
    this.#previous = whole;
    refuseBombs(whole);
    const rule = readSigmaRule(whole, this.#context);
    return 'foreign' in rule
      ? { kind: 'foreign', logsource: rule.foreign }
      : { kind: 'rule', rule };
  }
}
