import { FIELD_CLASSES } from '../../fields/catalog.ts';
import type { FieldClass, FieldDefinition } from '../../fields/field.ts';
import { KnownError } from '../../util/errors.ts';
import type { ActionOf } from '../flags/command-options.ts';
import { exitCode } from '../terminal/exit.ts';
import type { Settings } from '../flags/options.ts';
import { columnText, jsonText, wrapWords } from '../terminal/listing.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { paintOf } from '../terminal/text-paint.ts';

/** `k8s-audit fields`: the field catalogue. */
export const fieldsCommand: ActionOf<'fields'> = async ({ args, settings, terminal }) => {
  const wanted = args[0]?.toLowerCase();
  const format = settings.listFormat;
  const named = classesWith(({ name }) => isIn(name, wanted));
  const classes =
    named.length > 0 ? named : classesWith(({ description }) => isIn(description, wanted));
  if (classes.length === 0) {
    throw new KnownError('usage', `no field is about '${args[0]}'`, 'k8s-audit fields');
  }
  if (format === 'json') terminal.stdout.write(jsonText(fieldsJson(classes)));
  else if (format === 'markdown') terminal.stdout.write(fieldsMarkdown(classes));
  else terminal.stdout.write(await fieldsText(classes, settings, terminal));
  await terminal.stdout.drained();
  return exitCode('ok');
};

/** The fields that are wanted, in their classes; classes without any are left out. */
function classesWith(isWanted: (field: FieldDefinition) => boolean): FieldClass[] {
  return FIELD_CLASSES.map(({ name, description, fields }) => ({
    name,
    description,
    fields: fields.filter(isWanted),
  })).filter(({ fields }) => fields.length > 0);
}

function isIn(text: string, wanted: string | undefined): boolean {
  return wanted === undefined || text.toLowerCase().includes(wanted);
}

/** The argument a field takes, as listings show it: `[key]`, or `[index]?` when it may be left out. */
function argumentText({ argument }: FieldDefinition): string {
  if (argument === undefined) return '';
  return `[${argument.kind}]${argument.required ? '' : '?'}`;
}

function typeText({ type, list }: FieldDefinition): string {
  return list ? `${type} list` : type;
}

async function fieldsText(
  classes: readonly FieldClass[],
  settings: Settings<'color'>,
  terminal: Terminal,
): Promise<string> {
  const { columns } = terminal.stdout;
  const paint = await paintOf(settings, terminal);
  const rows = classes.flatMap(({ name, description, fields }) => [
    [`${name}: ${description}`],
    ...fields.map((field) => [
      `${field.name}${argumentText(field)}`,
      typeText(field),
      field.description,
    ]),
  ]);
  const head = ['FIELD', 'TYPE', 'VALUE'];
  const use = wrapWords(
    "In conditions: k8s-audit scan audit.log --where 'ka.verb = delete'. In outputs of rules: %ka.user.name.",
    columns,
  );
  return `${columnText(rows, columns, { head, paint: paint.heading })}\n${use.join('\n')}\n`;
}

/** The same keys as `falco --list --format json` (compat: field classes with type, list, argument). */
function fieldsJson(classes: readonly FieldClass[]): unknown {
  return {
    fieldclasses: classes.map(({ name, description, fields }) => ({
      name,
      desc: description,
      event_sources: ['k8s_audit'],
      fields: fields.map((field) => ({
        name: field.name,
        desc: field.description,
        type: field.type,
        is_list: field.list,
        argument:
          field.argument === undefined
            ? null
            : { required: field.argument.required, type: [field.argument.kind.toUpperCase()] },
      })),
    })),
  };
}

/** Tables for documentation. */
export function fieldsMarkdown(classes: readonly FieldClass[]): string {
  return classes
    .map(({ name, description, fields }) => {
      const rows = fields.map(
        (field) =>
          `| \`${field.name}${argumentText(field)}\` | ${typeText(field)} | ${field.description.replaceAll('|', '\\|')} |`,
      );
      const head = `### ${name}\n\n${description}\n\n| field | type | value |\n| --- | --- | --- |`;
      return `${head}\n${rows.join('\n')}\n`;
    })
    .join('\n');
}
