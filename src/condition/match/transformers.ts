import type { FieldValue } from '../../fields/field.ts';
import { asciiLower, asciiUpper, byteLength } from '../../util/bytes.ts';
import type { ListNode, OperandNode, TextNode, TransformerName, TransformerNode } from '../ast.ts';
import { decodeBase64 } from './base64.ts';
import { ConditionError } from '../condition-error.ts';
import { optionValue } from './getopt.ts';
import { printOperand } from '../print.ts';
import { typeName, type FieldResolver, type FieldUse, type Value } from '../operand.ts';

type Bind = (node: OperandNode | TextNode, resolver: FieldResolver) => Value;

/** An argument of a transformer; a parenthesised list becomes one list value. */
interface Argument extends Value {
  /** Position for errors. */
  readonly position: number;
}

/**
 * Binds a transformer call (Falco sinsp_filter_transformers). Values compare like ordinary ones (D5).
 *
 * @throws ConditionError for wrong types or a wrong number of arguments (D6)
 */
export function bindTransformer(node: TransformerNode, resolver: FieldResolver, bind: Bind): Value {
  const args = node.args.map((arg): Argument => {
    const value = arg.kind === 'list' ? bindList(arg, resolver, bind) : bind(arg, resolver);
    return { ...value, position: arg.span.start };
  });
  if (node.argument !== undefined && node.name !== 'getopt') {
    throw new ConditionError(
      `filter error: transformer '${node.name}' does not support field arguments`,
      node.span.start,
    );
  }
  const shape = BINDERS[node.name](args, node);
  const uses: FieldUse[] = args.flatMap((arg) => arg.uses);
  return { ...shape, key: printOperand(node), uses };
}

type Shape = Pick<Value, 'type' | 'list' | 'each' | 'read'>;
type Binder = (args: readonly Argument[], node: TransformerNode) => Shape;

const BINDERS: Readonly<Record<TransformerName, Binder>> = {
  tolower: perText(asciiLower),
  toupper: perText(asciiUpper),
  b64: perText(decodeBase64),
  basename: perText((text) => text.slice(text.lastIndexOf('/') + 1)),
  len: bindLength,
  join: bindJoin,
  concat: bindConcat,
  getopt: bindGetopt,
};

/** A transformer of one string or string list, applied to each text; undefined makes the value missing. */
function perText(transform: (text: string) => string | undefined): Binder {
  return (args, node) => {
    const arg = onlyArgument(args, node);
    requireText(arg, node);
    return {
      type: 'string',
      list: arg.list,
      each: arg.each,
      read(event) {
        const value = arg.read(event);
        if (typeof value === 'string') return transform(value);
        if (!isList(value)) return undefined;
        const out: string[] = [];
        for (const text of value) {
          const transformed = transform(text);
          if (transformed === undefined) return undefined;
          out.push(transformed);
        }
        return out;
      },
    };
  };
}

function bindLength(args: readonly Argument[], node: TransformerNode): Shape {
  const arg = onlyArgument(args, node);
  requireText(arg, node);
  return {
    type: 'uint64',
    list: false,
    read(event) {
      const value = arg.read(event);
      if (typeof value === 'string') return BigInt(byteLength(value));
      return isList(value) ? BigInt(value.length) : undefined;
    },
  };
}

function bindConcat(args: readonly Argument[], node: TransformerNode): Shape {
  if (args.length < 2) throw unknownTransformer(node);
  for (const arg of args) {
    if (arg.list || arg.type !== 'string') {
      throw new ConditionError('concat() arguments must be strings', arg.position);
    }
  }
  return {
    type: 'string',
    list: false,
    read(event) {
      let out = '';
      for (const arg of args) {
        const value = arg.read(event);
        if (typeof value !== 'string') return undefined;
        out += value;
      }
      return out;
    },
  };
}

function bindJoin(args: readonly Argument[], node: TransformerNode): Shape {
  if (args.length < 2) throw unknownTransformer(node);
  const [separator, list] = args;
  if (args.length > 2 || separator === undefined || list === undefined) {
    throw new ConditionError(
      'join() requires exactly 2 arguments: separator and list',
      node.span.start,
    );
  }
  if (separator.list || separator.type !== 'string') {
    throw new ConditionError('join() first argument must be a string', separator.position);
  }
  if (!list.list) {
    throw new ConditionError('join() second argument must be a list', list.position);
  }
  return {
    type: 'string',
    list: false,
    read(event) {
      const between = separator.read(event);
      const values = list.read(event);
      if (typeof between !== 'string' || !isList(values)) return undefined;
      return values.join(between);
    },
  };
}

/** `getopt(list, optstring)[c]`: the argument of option `c` in a command line, "" for a plain flag. */
function bindGetopt(args: readonly Argument[], node: TransformerNode): Shape {
  const [list, options] = args;
  if (args.length !== 2 || list === undefined || options === undefined) {
    throw new ConditionError(
      'getopt() requires exactly 2 arguments: list and options',
      node.span.start,
    );
  }
  if (!list.list || options.list) {
    throw new ConditionError('getopt() takes a list and a string', list.position);
  }
  const wanted = node.argument;
  if (wanted === undefined || wanted.length !== 1) {
    throw new ConditionError('getopt() needs an option letter in brackets', node.span.start);
  }
  return {
    type: 'string',
    list: false,
    read(event) {
      const words = list.read(event);
      const known = options.read(event);
      if (!isList(words) || typeof known !== 'string') return undefined;
      return optionValue(words, known, wanted);
    },
  };
}

/** A parenthesised list; the texts of a list field in it stand in its place, as Falco has them. */
function bindList(node: ListNode, resolver: FieldResolver, bind: Bind): Value {
  const items = node.items.map((item) => bind(item, resolver));
  for (const [index, item] of items.entries()) {
    if (item.type !== 'string') {
      throw new ConditionError(
        'transformer list items must be strings',
        node.items[index]!.span.start,
      );
    }
  }
  return {
    type: 'string',
    list: true,
    key: `(${items.map((item) => item.key).join(', ')})`,
    uses: items.flatMap((item) => item.uses),
    read(event) {
      const out: (string | readonly string[])[] = [];
      for (const item of items) {
        const value = item.read(event);
        if (typeof value !== 'string' && !isList(value)) return undefined;
        out.push(value);
      }
      return out.flat();
    },
  };
}

function onlyArgument(args: readonly Argument[], node: TransformerNode): Argument {
  if (args.length !== 1) {
    throw new ConditionError(`transformer '${node.name}' takes one argument`, node.span.start);
  }
  return args[0]!;
}

function requireText(arg: Argument, node: TransformerNode): void {
  if (arg.type === 'string') return;
  throw new ConditionError(
    `can't add field transformer: type '${typeName(arg)}' is not supported by '${node.name}' ` +
      `transformer applied on field '${arg.key}'`,
    arg.position,
  );
}

function unknownTransformer(node: TransformerNode): ConditionError {
  // Falco's own spelling.
  return new ConditionError(`unknown field transfomer '${node.name}'`, node.span.start);
}

function isList(value: FieldValue): value is readonly string[] {
  return Array.isArray(value);
}
