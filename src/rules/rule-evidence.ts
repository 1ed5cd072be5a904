import type { FieldResolver } from '../condition/operand.ts';
import { compileTemplate, type Template } from '../condition/template.ts';

// What makes two findings of one rule, by one user, on one object different: the command, the subjects of a
// binding, the images. Fingerprints hold it, so that accepting one finding does not accept all that follow.

/**
 * Fields that never are evidence: what is of the moment, and what every finding's subject holds anyway. Names end
 * where they end, or at a dot or bracket.
 */
const NOT_EVIDENCE: readonly string[] = [
  'evt',
  'jevt.obj',
  'jevt.rawtime',
  'jevt.time',
  'jevt.value[/annotations',
  'jevt.value[/auditID',
  'jevt.value[/metadata',
  'jevt.value[/objectRef',
  'jevt.value[/requestReceivedTimestamp',
  'jevt.value[/responseStatus',
  'jevt.value[/sourceIPs',
  'jevt.value[/stage',
  'jevt.value[/stageTimestamp',
  'jevt.value[/user',
  'jevt.value[/userAgent',
  'jevt.value[/verb',
  'ka.auditid',
  'ka.auth',
  'ka.cluster',
  'ka.impuser.name',
  'ka.req.configmap.name',
  'ka.resp.name',
  'ka.response',
  'ka.sourceips',
  'ka.stage',
  'ka.target',
  'ka.user',
  'ka.useragent',
  'ka.verb',
];

/** Fields that show part of a command. */
const COMMANDS: ReadonlySet<string> = new Set(['ka.uri.param[command]', 'kx.command.line']);

/** A comment line inside a rule that names its evidence: `# evidence: ka.uri.param[command]`. */
const DECLARED = /^[ \t]*#[ \t]*evidence:(.*)$/m;
/**
 * The fields that a rule declares to be its evidence; undefined when it declares none. Falco takes the line for the
 * comment that it is.
 *
 * @param item the text of the rule
 */
export function declaredEvidence(item: string): readonly string[] | undefined {
  const found = DECLARED.exec(item);
  if (found === null) return undefined;
  const names = found[1]!.split(/[\s,]+/).filter((name) => name !== '');
  return names.length === 1 && names[0] === 'none' ? [] : names;
}

/**
 * What is taken for evidence when a rule declares none: the fields of its output, except those of the moment. A
 * command is taken whole, since `bash` alone says nothing.
 */
export function usualEvidence(outputFields: readonly string[]): readonly string[] {
  const kept = outputFields.filter((field) => {
    const plain = field.replace(/^kx\.any\[/, 'jevt.value[');
    return !NOT_EVIDENCE.some((name) => isWithin(plain, name));
  });
  const isCommand = kept.some((field) => COMMANDS.has(field));
  return [...new Set(isCommand ? [...kept, 'kx.command'] : kept)].toSorted();
}

/** Reads evidence; undefined for none. @throws ConditionError for what is no field */
export function evidenceTemplate(
  names: readonly string[],
  fields: FieldResolver,
): Template | undefined {
  if (names.length === 0) return undefined;
  return compileTemplate(names.map((name) => `%${name}`).join(' '), {
    ...fields,
    warn: () => undefined,
  });
}

function isWithin(field: string, name: string): boolean {
  if (!field.startsWith(name)) return false;
  const next = field[name.length];
  return next === undefined || next === '.' || next === '[' || next === '/' || next === ']';
}
