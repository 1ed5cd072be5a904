import { compileCondition } from '../../src/condition/compile.ts';
import type { Condition } from '../../src/condition/condition.ts';
import { parseCondition } from '../../src/condition/parser.ts';
import { DEFAULT_FIELD_SETTINGS, fieldResolver } from '../../src/rules/resolver.ts';

function noMacro(name: string): never {
  throw new Error(`no macro ${name}`);
}

/** Compiles a condition without macros. */
export async function compiled(text: string): Promise<Condition> {
  const fields = await fieldResolver(DEFAULT_FIELD_SETTINGS, false);
  return compileCondition(parseCondition(text).node, { fields, macro: noMacro });
}
