import { inputFormats } from '../../events/wrappers/formats.ts';
import type { ActionOf } from '../flags/command-options.ts';
import { exitCode } from '../terminal/exit.ts';
import { columnText, jsonText } from '../terminal/listing.ts';
import { paintOf } from '../terminal/text-paint.ts';

/** `k8s-audit inputs`: the shapes of input, in the order in which they are tried. */
export const inputsCommand: ActionOf<'inputs'> = async ({ settings, terminal }) => {
  const format = settings.listFormat;
  const formats = inputFormats().map(({ name, kind, description }) => ({
    name,
    kind,
    description,
  }));
  if (format === 'json') terminal.stdout.write(jsonText(formats));
  else if (format === 'markdown') terminal.stdout.write(inputsMarkdown());
  else {
    const rows = formats.map(({ name, kind, description }) => [name, kind, description]);
    const { heading } = await paintOf(settings, terminal);
    const head = ['NAME', 'KIND', 'WHAT IT IS'];
    terminal.stdout.write(columnText(rows, terminal.stdout.columns, { head, paint: heading }));
  }
  await terminal.stdout.drained();
  return exitCode('ok');
};

/** A table for documentation. */
export function inputsMarkdown(): string {
  const rows = inputFormats().map(
    ({ name, kind, description }) =>
      `| \`${name}\` | ${kind} | ${description.replaceAll('|', '\\|')} |`,
  );
  return `| name | kind | what it is |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}
