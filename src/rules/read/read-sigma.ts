import type { SigmaOutcome, SigmaReader } from '../../sigma/sigma.ts';
import type { SigmaRule } from '../../sigma/sigma-rule.ts';
import { SourceText } from '../../yaml/source-text.ts';
import type { YamlMapping } from '../../yaml/yaml-node.ts';
import type { Collector } from '../collect/collector.ts';
import { contextOf, type ItemContext } from '../collect/read-values.ts';
import { RuleError } from '../diagnostics.ts';
import { usualOutput } from './read-correlation.ts';
import type { ReaderContext } from './reader-context.ts';

const SOURCE = 'k8s_audit';

/** Puts a Sigma document among the rules, or says why it is left out. @throws RuleError */
export function readSigmaDocument(
  document: YamlMapping,
  reader: SigmaReader,
  context: ReaderContext,
): void {
  const outcome = reader.read(document);
  if (outcome?.kind === 'rule') defineSigma(outcome.rule, outcome.node, context);
  else if (outcome?.kind === 'correlation') defineCorrelation(outcome, context);
  else if (outcome !== undefined) leaveOut(outcome, context);
}

function leaveOut(
  outcome: Exclude<SigmaOutcome, { kind: 'rule' | 'correlation' }>,
  context: ReaderContext,
): void {
  const items = [{ type: 'Sigma rule', name: outcome.title }];
  switch (outcome.kind) {
    case 'foreign': {
      const message = `Sigma rules for other logs are skipped (${outcome.logsource})`;
      const hint = "rules for audit logs have 'product: kubernetes' and 'service: audit'";
      context.warn('LOAD_UNKNOWN_SOURCE', message, contextOf(outcome.node, items), hint);
      return;
    }
    case 'unread': {
      const message = `Sigma documents of this kind are skipped (${outcome.what})`;
      context.warn('LOAD_UNKNOWN_ITEM', message, contextOf(outcome.node, items));
      return;
    }
    case 'foreign field': {
      const { message, node } = outcome.error;
      const hint = 'docs/sigma.md lists the fields';
      context.warn(
        'LOAD_UNKNOWN_FILTER',
        `${message}: the rule is left out`,
        contextOf(node, items),
        hint,
      );
      return;
    }
    case 'wrong': {
      const { message, node, hint } = outcome.error;
      throw new RuleError('LOAD_ERR_VALIDATE', message, contextOf(node, items), hint);
    }
  }
}

function defineSigma(rule: SigmaRule, node: YamlMapping, context: ReaderContext): void {
  const { title, description, condition, priority, tags, enabled, facts } = rule;
  const item: ItemContext = { node, items: [{ type: 'Sigma rule', name: title }] };
  const warn = (message: string, hint: string): void =>
    context.warn('LINT_SIGMA', message, contextOf(node, item.items), hint);
  const name = freeName(rule, context.collector);
  if (name !== title) {
    warn(`Another rule has this title: this one is called '${name}'`, 'titles are names here');
  }
  if (!enabled) {
    warn(`A rule of status ${facts.status ?? ''} is off`, `--enable-rule '${name}' runs it`);
  }
  context.collector.defineRule(
    {
      condition,
      output: SourceText.inserted(rule.output, node),
      description,
      priority,
      source: SOURCE,
      enabled,
      tags,
      exceptions: [],
      skipIfUnknownFilter: false,
      known: true,
      sigma: facts,
    },
    name,
    item,
  );
}

/** A correlation; hits of counts are reported once a timespan. */
function defineCorrelation(
  { rule, correlation, node }: Extract<SigmaOutcome, { kind: 'correlation' }>,
  { collector }: ReaderContext,
): void {
  const { title, description, priority, tags, enabled, facts } = rule;
  const { rules, type, timespan, generate, ...rest } = correlation;
  const counts = type === 'event_count' || type === 'value_count';
  if (collector.rules.has(title)) {
    const items = [{ type: 'Sigma rule', name: title }];
    throw new RuleError(
      'LOAD_ERR_VALIDATE',
      'A rule has this name already',
      contextOf(node, items),
    );
  }
  collector.defineCorrelation(
    {
      ...rest,
      type,
      timespan,
      steps: rules.map((each) => ({ name: each.text, condition: undefined, node: each })),
      requireGroup: false,
      suppress: counts ? timespan : 0n,
      warmup: 0n,
      description,
      output: SourceText.inserted(usualOutput(type), node),
      priority,
      tags,
      enabled,
      takesRules: !generate,
      sigma: facts,
    },
    title,
    node,
  );
}

/** The title, unless another rule has it: rules of Sigma are told apart by their ids. */
function freeName({ title, facts }: SigmaRule, { rules }: Collector): string {
  const isFree = (name: string): boolean => {
    const earlier = rules.get(name);
    return earlier === undefined || (facts.id !== undefined && earlier.sigma?.id === facts.id);
  };
  if (isFree(title)) return title;
  const base =
    facts.id === undefined ? `${title} (Sigma` : `${title} (Sigma ${facts.id.slice(0, 8)}`;
  for (let n = 1; ; n++) {
    const name = n === 1 ? `${base})` : `${base}, ${n})`;
    if (isFree(name)) return name;
  }
}
