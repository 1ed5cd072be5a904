import type { FieldDefinition } from './field.ts';
import { isNetwork } from '../util/address.ts';

const MAX_INDEX = 2n ** 64n - 1n;

/**
 * Checks what stands in a field's brackets.
 *
 * @param argument the text in the brackets, without quotes; undefined when there are no brackets
 * @returns Falco's error text (plugin_filtercheck.cpp: parse_field_name, extract_arg_index), which knows no
 *   networks; undefined when the argument is fine
 */
export function checkFieldArgument(
  field: Pick<FieldDefinition, 'name' | 'argument'>,
  argument: string | undefined,
): string | undefined {
  const { name } = field;
  if (argument === undefined) {
    return field.argument?.required === true
      ? `filter '${name}': ${name} requires an argument but none provided`
      : undefined;
  }
  if (field.argument === undefined) {
    return `filter '${name}[${argument}]': ${name} does not allow nor require an argument but one is provided: ${argument}`;
  }
  if (field.argument.kind === 'key') return undefined;
  if (field.argument.kind === 'network') {
    return isNetwork(argument)
      ? undefined
      : `filter '${name}[${argument}]': no network, such as 10.0.0.0/8: ${argument}`;
  }
  const problem = indexProblem(argument);
  return problem === undefined
    ? undefined
    : `filter ${name}[${argument}] ${name} has an invalid index argument ${problem}: ${argument}`;
}

function indexProblem(argument: string): string | undefined {
  if (/[^0-9]/.test(argument)) return 'not composed only by digits';
  if (argument === '' || (argument.length > 1 && argument.startsWith('0'))) {
    return 'starting with 0';
  }
  // The length comes first: BigInt of a very long text is slow.
  const fits = argument.length <= 20 && BigInt(argument) <= MAX_INDEX;
  return fits ? undefined : 'not representable on 64 bit';
}
