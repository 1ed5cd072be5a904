import type { ArgumentNode, CheckNode } from '../../condition/ast.ts';
import { globLiterals } from '../../condition/match/glob.ts';

/** Texts that a comparison looks for in a field. */
export interface Literals {
  /** Every list has a text that the value, or one of its elements, must hold. */
  readonly anyOf: readonly (readonly string[])[];
  /** True when the value, or one of its elements, is such a text and no more. */
  readonly whole: boolean;
  /** True when ASCII letters match in either case. */
  readonly ignoreCase: boolean;
  /** Characters that a transformer may have put between the parts of a text. */
  readonly cuts: string;
}

/** How a transformed value is made of the field's texts. */
type Shape = Pick<Literals, 'whole' | 'ignoreCase' | 'cuts'>;

/** What a comparison with constants looks for; undefined when that is not known. */
export function literalsOf({ left, operator, right }: CheckNode): Literals | undefined {
  const shape = shapeOf(left);
  if (shape === undefined || right.kind === 'none' || right.kind === 'operand') return undefined;
  const values = right.kind === 'value' ? [right.value] : right.values;
  switch (operator) {
    case '=':
    case '==':
    case 'in':
    case 'intersects':
      return { ...shape, anyOf: [values] };
    case 'contains':
    case 'startswith':
    case 'endswith':
      return { ...shape, whole: false, anyOf: [values] };
    case 'icontains':
      return { ...shape, whole: false, ignoreCase: true, anyOf: [values] };
    case 'glob':
    case 'iglob': {
      const ignoreCase = operator === 'iglob' || shape.ignoreCase;
      // With several patterns one of them must match.
      if (values.length !== 1) return undefined;
      const runs = globLiterals(values[0]!, ignoreCase);
      return { ...shape, whole: false, ignoreCase, anyOf: runs.map((run) => [run]) };
    }
    default:
      return undefined;
  }
}

function shapeOf(node: ArgumentNode): Shape | undefined {
  if (node.kind === 'field') return { whole: true, ignoreCase: false, cuts: '' };
  if (node.kind !== 'transformer') return undefined;
  const [first, second] = node.args;
  switch (node.name) {
    case 'tolower':
    case 'toupper': {
      const shape = first && shapeOf(first);
      return shape && { ...shape, ignoreCase: true };
    }
    case 'join': {
      const shape = second && shapeOf(second);
      if (first?.kind !== 'text' || shape === undefined) return undefined;
      return { ...shape, whole: false, cuts: shape.cuts + first.value };
    }
    case 'concat': {
      const [part, ...more] = node.args.filter(({ kind }) => kind !== 'text');
      const shape = part && shapeOf(part);
      if (shape === undefined || more.length > 0) return undefined;
      const texts = node.args.map((arg) => (arg.kind === 'text' ? arg.value : ''));
      return { ...shape, whole: false, cuts: shape.cuts + texts.join('') };
    }
    default:
      return undefined;
  }
}
