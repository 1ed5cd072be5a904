import type { AuditEvent } from '../../events/event.ts';
import { indentJson } from '../../json/indent.ts';
import type { Encodable } from '../../outputs/encode/json-encode.ts';
import type { Sections } from '../../outputs/table/sections.ts';
import { redact, redactWords } from '../../redact/redact.ts';
import { requestOf, type Request } from '../request.ts';
import { kubectlCommand, type KubectlCommand } from './kubectl-command.ts';
import { commandLines } from './kubectl-words.ts';

/** Lines of a body that are printed; the JSON format has all of it. */
const MAX_LINES = 400;

/** The command that sends such a request, to be copied. */
export function kubectlText(
  request: Request,
  event: AuditEvent,
  out: Sections,
  showSecrets: boolean,
): void {
  const command = shownCommand(request, event, showSecrets);
  if (command === undefined) return;
  const { words, stdin, notes } = command;
  out.blank();
  out.title('As kubectl would send it (reconstructed)');
  const lines = commandLines(words, out.width - 2);
  if (stdin === undefined) {
    out.verbatim(lines);
  } else {
    const body = indentJson(stdin).split('\n');
    const last = lines.pop()!;
    // The end of a here-document stands at the margin.
    out.verbatim([...lines, `${last} <<'EOF'`, ...body.slice(0, MAX_LINES), 'EOF'], 0);
    if (body.length > MAX_LINES) out.paragraph('the body is cut here (--format json has it)', 2);
  }
  for (const note of notes) out.paragraph(note, 2, out.paint.dim);
}

/** The same for programs; null where there is no such command. */
export function kubectlJson(event: AuditEvent, showSecrets: boolean): Encodable {
  const command = shownCommand(requestOf(event), event, showSecrets);
  if (command === undefined) return null;
  const { words, stdin, notes } = command;
  return {
    reconstructed: true,
    command: commandLines(words, Infinity).join(''),
    stdin: stdin ?? null,
    notes,
  };
}

/** The command without credentials, unless they are to be shown. */
function shownCommand(
  request: Request,
  event: AuditEvent,
  showSecrets: boolean,
): KubectlCommand | undefined {
  const command = kubectlCommand(request, event);
  if (command === undefined || showSecrets) return command;
  const about = { resource: request.resource };
  return {
    words: redactWords(command.words).map((word) => redact(word, about)),
    stdin: command.stdin === undefined ? undefined : redact(command.stdin, about),
    notes: command.notes,
  };
}
