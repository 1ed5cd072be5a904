import { appendExceptions, joined, requireSameSource } from '../collect/collector.ts';
import type { RuleDefinition } from '../collect/definitions.ts';
import { RuleError } from '../diagnostics.ts';
import { checkReplacement, validateException } from '../compile/exceptions.ts';
import { lintNoEffect, lintOpenOr } from './lints.ts';
import { refuseUnlisted, requireOverridden, type Overrides } from './override.ts';
import { readExceptions } from './read-exceptions.ts';
import {
  contextOf,
  optionalBoolean,
  optionalScalar,
  optionalSequence,
  requiredScalar,
  type ItemContext,
} from '../collect/read-values.ts';
import type { ReaderContext } from './reader-context.ts';
import {
  APPENDABLE,
  fieldCheck,
  readPriority,
  readUnused,
  REPLACEABLE,
  sortedSet,
} from './rule-values.ts';
import { SourceText } from '../../yaml/source-text.ts';
import { get } from '../../yaml/yaml-node.ts';

/** A change to a rule whose values have been read and checked. */
type Change = (rule: RuleDefinition) => void;

/** Applies an item with `append: true` or `override` to the earlier rule of its name. @throws RuleError */
export function changeRule(
  item: ItemContext,
  name: string,
  overrides: Overrides,
  context: ReaderContext,
): void {
  if (overrides.legacyAppend) {
    legacyAppend(item, name, context);
    return;
  }
  // Falco's order: values that are wrong in themselves, then a rule that is missing, then unlisted keys.
  const appended = APPENDABLE.filter((key) => overrides.append.has(key));
  const additions = appended.map((key) => {
    requireOverridden(item, 'append', key);
    return APPENDERS[key](item, context);
  });
  const replaced = REPLACEABLE.filter((key) => overrides.replace.has(key));
  const replacements = replaced.map((key) => {
    requireOverridden(item, 'replace', key);
    return REPLACERS[key](item, context);
  });
  if (appended.length > 0) {
    const rule = earlierRule(item, name, appended[0]!, context);
    for (const change of additions) change(rule);
  }
  if (replaced.length > 0) {
    const missing =
      `An 'override.${replaced[0]}: replace' to a rule was requested but no rule by that name ` +
      'already exists';
    const rule = context.collector.changeRule(name, item, missing);
    requireGivenSource(rule, item);
    for (const change of replacements) change(rule);
  }
  refuseUnlisted(item, overrides, REPLACEABLE);
}

/** `append: true` adds only a condition and exceptions; other keys are ignored. */
function legacyAppend(item: ItemContext, name: string, context: ReaderContext): void {
  const message =
    "'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under " +
    "'override' instead.";
  context.warn('LOAD_DEPRECATED_ITEM', message, contextOf(item.node, item.items));
  const given = (['condition', 'exceptions'] as const).filter(
    (key) => get(item.node, key) !== undefined,
  );
  const changes = given.map((key) => APPENDERS[key](item, context));
  const rule = earlierRule(item, name, 'condition', context);
  if (given.length === 0) {
    throw new RuleError(
      'LOAD_ERR_VALIDATE',
      'Appended rule must have exceptions or condition property',
      contextOf(item.node, item.items),
    );
  }
  for (const change of changes) change(rule);
  const ignored = REPLACEABLE.filter((key) => key !== 'condition' && key !== 'exceptions');
  const hint = "in place of 'append: true' write 'override', which names each key";
  lintNoEffect(ignored, "beside 'append: true'", hint, item, context);
}

const APPENDERS: Readonly<
  Record<(typeof APPENDABLE)[number], (item: ItemContext, context: ReaderContext) => Change>
> = {
  condition: (item, context) => {
    const more = requiredScalar(item, 'condition');
    return (rule) => {
      lintOpenOr(rule.condition, more, item, context);
      rule.condition = joined(rule.condition, SourceText.of(more), more);
    };
  },
  output: (item) => {
    const more = requiredScalar(item, 'output');
    return (rule) => {
      rule.output = joined(rule.output, SourceText.of(more), more);
    };
  },
  desc: (item) => {
    const more = requiredScalar(item, 'desc').text;
    return (rule) => {
      rule.description += ` ${more}`;
    };
  },
  tags: (item) => {
    const more = readTags(item);
    return (rule) => {
      rule.tags = sortedSet([...rule.tags, ...more]);
    };
  },
  exceptions: (item, context) => {
    const more = readExceptions(item, true, context);
    return (rule) =>
      appendExceptions(rule, more, (exception) =>
        validateException(exception, fieldCheck(rule.known, context)),
      );
  },
};

/** Changes nothing: the key matters to Falco alone. */
const checkOnly = (item: ItemContext): Change => {
  readUnused(item);
  return () => undefined;
};

const REPLACERS: Readonly<
  Record<(typeof REPLACEABLE)[number], (item: ItemContext, context: ReaderContext) => Change>
> = {
  condition: (item) => {
    const condition = SourceText.of(requiredScalar(item, 'condition'));
    return (rule) => {
      rule.condition = condition;
    };
  },
  output: (item) => {
    const output = SourceText.of(requiredScalar(item, 'output'));
    return (rule) => {
      rule.output = output;
    };
  },
  desc: (item) => {
    const { text } = requiredScalar(item, 'desc');
    return (rule) => {
      rule.description = text;
    };
  },
  tags: (item) => {
    const tags = sortedSet(readTags(item));
    return (rule) => {
      rule.tags = tags;
    };
  },
  exceptions: (item, context) => {
    const exceptions = readExceptions(item, true, context);
    return (rule) => {
      for (const exception of exceptions) checkReplacement(exception);
      rule.exceptions = exceptions;
    };
  },
  priority: (item) => {
    const priority = readPriority(item);
    return (rule) => {
      rule.priority = priority;
    };
  },
  enabled: (item) => {
    const enabled = optionalBoolean(item, 'enabled');
    return (rule) => {
      rule.enabled = enabled ?? rule.enabled;
    };
  },
  'skip-if-unknown-filter': (item) => {
    const skip = optionalBoolean(item, 'skip-if-unknown-filter') ?? false;
    return (rule) => {
      rule.skipIfUnknownFilter = skip;
    };
  },
  capture: checkOnly,
  capture_duration: checkOnly,
  warn_evttypes: checkOnly,
};

function readTags(item: ItemContext): string[] {
  return (optionalSequence(item, 'tags') ?? []).map(({ text }) => text);
}

function earlierRule(
  item: ItemContext,
  name: string,
  key: string,
  context: ReaderContext,
): RuleDefinition {
  const missing = `Rule uses 'append' or 'override.${key}: append' but no rule by that name already exists`;
  const rule = context.collector.changeRule(name, item, missing);
  requireGivenSource(rule, item);
  return rule;
}

/** A changing item may repeat the source, but not change it. */
function requireGivenSource(rule: RuleDefinition, item: ItemContext): void {
  const source = optionalScalar(item, 'source');
  if (source !== undefined) requireSameSource(rule, source.text, item);
}
