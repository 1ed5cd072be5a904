import type { FieldResolver } from '../condition/operand.ts';
import { checkFieldArgument } from '../fields/argument.ts';
import { fieldNames, findField } from '../fields/catalog.ts';
import type { FieldSettings } from '../fields/field.ts';

export const DEFAULT_FIELD_SETTINGS: FieldSettings = { timezone: 'UTC', hostname: 'localhost' };

/** The fields of source k8s_audit, for compiling a condition on its own (`--where`). */
export async function fieldResolver(
  settings: FieldSettings,
  usesRegex: boolean,
): Promise<FieldResolver> {
  // The engine costs 11 ms at start; most rule sets do without.
  const regex = usesRegex ? await import('../condition/match/regex.ts') : undefined;
  return {
    find: findField,
    names: fieldNames,
    checkArgument: checkFieldArgument,
    settings,
    compileRegex(pattern) {
      if (regex === undefined) throw new Error('regex engine not loaded');
      return regex.compileRegex(pattern);
    },
    warn: () => undefined,
  };
}
