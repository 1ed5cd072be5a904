import type { CheckNode, ConditionNode } from '../../condition/ast.ts';
import { compileCondition, type CompileContext } from '../../condition/compile.ts';
import { evaluateAtom } from '../../condition/condition.ts';
import { ConditionError } from '../../condition/condition-error.ts';
import { printOperand } from '../../condition/print.ts';
import type { FieldResolver, Value } from '../../condition/operand.ts';
import type { AuditEvent } from '../../events/event.ts';
import type { FieldValue } from '../../fields/field.ts';
import type { Encodable } from '../../outputs/encode/json-encode.ts';
import { isCredentialField, redact, redactField, redactWords } from '../../redact/redact.ts';
import type { MacroInfo } from '../../rules/rule.ts';

/** A part of a condition with its value on an event. Values are untrusted. */
export interface Explained {
  readonly kind: ConditionNode['kind'];
  /** The comparison or the macro's name; empty for and, or, not. */
  readonly text: string;
  readonly value: boolean;
  /** The event's values of the fields on the left and right side; `<missing>` for a field without value. */
  readonly actual: string | undefined;
  readonly children: readonly Explained[];
}

/** Values of a list that are printed. */
const MAX_ITEMS = 6;
const MAX_VALUE = 300;

/**
 * Evaluates every part of a condition on an event, those too that would not have been looked at.
 *
 * @param tree a rule's condition, macros named
 * @param showSecrets false to redact what the event holds
 */
export function explainCondition(
  tree: ConditionNode,
  macros: readonly MacroInfo[],
  fields: FieldResolver,
  event: AuditEvent,
  showSecrets: boolean,
): Explained {
  const trees = new Map(macros.map((macro) => [macro.name, macro.tree]));
  const context: CompileContext = {
    fields,
    macro(name, position) {
      throw new ConditionError(`macro ${name}`, position);
    },
  };
  const show = shownValues(event, showSecrets);
  const explain = (node: ConditionNode): Explained => {
    switch (node.kind) {
      case 'and':
      case 'or': {
        const children = node.children.map(explain);
        const value =
          node.kind === 'and'
            ? children.every((child) => child.value)
            : children.some((child) => child.value);
        return { kind: node.kind, text: '', value, actual: undefined, children };
      }
      case 'not': {
        const child = explain(node.child);
        return { kind: 'not', text: '', value: !child.value, actual: undefined, children: [child] };
      }
      case 'macro': {
        const inner = trees.get(node.name);
        const children = inner === undefined ? [] : [explain(inner)];
        const value = children[0]?.value ?? false;
        return { kind: 'macro', text: node.name, value, actual: undefined, children };
      }
      case 'check':
        return explainCheck(node, context, event, show);
    }
  };
  return explain(tree);
}

function explainCheck(
  node: CheckNode,
  context: CompileContext,
  event: AuditEvent,
  show: (name: string, value: Value) => string,
): Explained {
  const condition = compileCondition(node, context);
  if (condition.kind !== 'atom') throw new Error('a check compiles to an atom');
  const left = show(printOperand(node.left), condition.left);
  const right =
    condition.right === undefined || node.right.kind !== 'operand'
      ? ''
      : ` | ${show(printOperand(node.right.operand), condition.right)}`;
  return {
    kind: 'check',
    text: checkText(node),
    value: evaluateAtom(condition, event),
    actual: left + right,
    children: [],
  };
}

/** Gives the values of an event as they are printed, each read and redacted once: a rule asks for some dozens of times. */
function shownValues(
  event: AuditEvent,
  showSecrets: boolean,
): (name: string, value: Value) => string {
  const about = { resource: event.text(['objectRef', 'resource']) };
  const print = (name: string, read: FieldValue): string => {
    if (read === undefined) return '<missing>';
    if (showSecrets) return cut(typeof read === 'object' ? listText(read) : String(read));
    if (isCredentialField(name, about)) return cut(redactField(name, String(read), about));
    return cut(
      typeof read === 'object'
        ? listText(redactWords(read.map(String)))
        : redact(String(read), about),
    );
  };
  const shown = new Map<string, string>();
  return (name, value) => {
    const known = shown.get(name);
    if (known !== undefined) return known;
    const text = print(name, value.read(event));
    shown.set(name, text);
    return text;
  };
}

function listText(items: readonly unknown[]): string {
  return `(${items.join(', ')})`;
}

function cut(text: string): string {
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}

/** A comparison in one line; long lists are shortened. */
function checkText({ left, operator, modifier, right }: CheckNode): string {
  const head = `${printOperand(left)} ${operator}${modifier === undefined ? '' : ` ${modifier}`}`;
  switch (right.kind) {
    case 'none':
      return head;
    case 'value':
      return `${head} ${quoted(right.value)}`;
    case 'operand':
      return `${head} ${printOperand(right.operand)}`;
    case 'list': {
      const shown = right.values.slice(0, MAX_ITEMS).map(quoted);
      const rest = right.values.length - shown.length;
      return `${head} (${[...shown, ...(rest > 0 ? [`… ${rest} more`] : [])].join(', ')})`;
    }
  }
}

function quoted(text: string): string {
  return /^[\w./:*@-]+$/.test(text) ? text : JSON.stringify(text);
}

/** One line of a printed condition. */
export interface ExplainedLine {
  readonly depth: number;
  readonly value: boolean;
  readonly text: string;
  /** The event's values, for comparisons. */
  readonly actual: string | undefined;
}

/**
 * The condition as indented lines. With `decisive`, only the parts that make the whole what it is: of a
 * true `or` the true parts, of a false `and` the false ones. Parts of a macro stand where it is named first.
 */
export function explainedLines(root: Explained, decisive: boolean): ExplainedLine[] {
  const lines: ExplainedLine[] = [];
  const told = new Set<string>();
  const visit = (node: Explained, depth: number): void => {
    const { kind, value, text, actual } = node;
    const add = (shown: string, found?: string): void => {
      lines.push({ depth, value, text: shown, actual: found });
    };
    if (kind === 'check') {
      add(text, actual);
      return;
    }
    const only = kind === 'macro' || kind === 'not' ? node.children[0] : undefined;
    // One comparison shares the line of the macro it stands for, or of its negation.
    if (only?.kind === 'check') {
      add(kind === 'macro' ? `${text}: ${only.text}` : `not ${only.text}`, only.actual);
      return;
    }
    if (kind === 'macro') {
      if (told.has(text)) {
        add(`${text}, as above`);
        return;
      }
      told.add(text);
    }
    // The parts of a macro stand right below its name.
    const group = kind === 'macro' && only !== undefined && isGroup(only) ? only : undefined;
    if (kind !== 'macro') add(TITLES[kind]);
    else add(group?.kind === 'or' ? `${text}: any of` : text);
    const parent = group ?? node;
    for (const child of decisive ? decisiveChildren(parent) : parent.children) {
      visit(child, depth + 1);
    }
  };
  visit(root, 0);
  return lines;
}

const TITLES: Readonly<Record<'and' | 'or' | 'not', string>> = {
  and: 'all of',
  or: 'any of',
  not: 'not',
};

function isGroup({ kind }: Explained): boolean {
  return kind === 'and' || kind === 'or';
}

function decisiveChildren({ kind, value, children }: Explained): readonly Explained[] {
  if ((kind === 'or' && value) || (kind === 'and' && !value)) {
    return children.filter((child) => child.value === value);
  }
  return children;
}

/** The tree for programs. */
export function explainedJson({ kind, text, value, actual, children }: Explained): Encodable {
  return {
    kind,
    text: text === '' ? undefined : text,
    value,
    actual,
    children: children.length === 0 ? undefined : children.map(explainedJson),
  };
}
