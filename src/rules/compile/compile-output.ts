import { compileTemplate, type Template } from '../../condition/template.ts';
import type { FieldResolver } from '../../condition/operand.ts';
import type { RuleDefinition } from '../collect/definitions.ts';
import type { DiagnosticItem, Warn } from '../diagnostics.ts';
import { located } from './located.ts';

const CONTAINER_INFO = '%container.info';
/** Fields that Falco warns about wherever their names stand in an output. */
const DEPRECATED = ['evt.dir', 'evt.latency'];

/** Compiles a rule's output (Falco rule_loader_compiler.cpp: compile_rule_infos). @throws RuleError */
export function compileOutput(
  definition: RuleDefinition,
  fields: FieldResolver,
  warn: Warn,
): Template {
  const items: DiagnosticItem[] = [
    { type: 'rule', name: definition.name },
    { type: 'rule output', name: '' },
  ];
  let { output } = definition;
  for (;;) {
    const at = output.text.indexOf(CONTAINER_INFO);
    if (at === -1) break;
    const context = { position: output.locate(at), items };
    warn('LOAD_DEPRECATED_ITEM', '%container.info is deprecated and prints nothing', context);
    output = output.replace(at, at + CONTAINER_INFO.length, '', at);
  }
  for (const name of DEPRECATED) {
    const at = output.text.indexOf(name);
    if (at === -1) continue;
    const message = `usage of deprecated field '${name}' has been detected in the rule output`;
    warn('LOAD_DEPRECATED_ITEM', message, { position: output.locate(at), items });
  }
  const resolver: FieldResolver = {
    ...fields,
    warn: (code, message, at) => warn(code, message, { position: output.locate(at), items }),
  };
  try {
    return compileTemplate(output.text, resolver);
  } catch (error) {
    throw located(error, 'LOAD_ERR_COMPILE_OUTPUT', output, items);
  }
}
