import { operatorOf, type PlacedEntry } from './entry-form.ts';
import { literal, yamlWord } from './entry-literal.ts';
import type { NarrowEntry, Term } from './narrow-entries.ts';

/** Longest part of a comment that comes from a log. */
const LONGEST = 200;

/**
 * Entries as a rules file of Falco: what each silences stands above it.
 *
 * @param head lines of the comment at the start; empty for none
 * @param lists the names of all lists
 */
export function tuningFile(
  head: readonly string[],
  placed: readonly PlacedEntry[],
  lists: ReadonlySet<string>,
): string {
  const texts = [...grouped(placed).values()].map((entries) => itemText(entries, lists));
  const comment = head.map((line) => `# ${plain(line)}\n`).join('');
  return [comment, ...texts].filter((text) => text !== '').join('\n');
}

/** The entries of each item of the file. */
function grouped(placed: readonly PlacedEntry[]): Map<string, PlacedEntry[]> {
  const items = new Map<string, PlacedEntry[]>();
  for (const each of placed) {
    const { kind, name } = each.form;
    const key = kind === 'exception' ? `rule ${each.rule.name}` : `${kind} ${name}`;
    items.set(key, [...(items.get(key) ?? []), each]);
  }
  return items;
}

function itemText(entries: readonly PlacedEntry[], lists: ReadonlySet<string>): string {
  const [{ rule, form }] = entries as [PlacedEntry];
  switch (form.kind) {
    case 'list': {
      const items = entries.flatMap(({ entry }) => [
        ...comments(entry, '    '),
        `    - ${yamlWord(literal(entry.terms[0]!.value as string, lists))}\n`,
      ]);
      const name = `- list: ${yamlWord(form.name)}\n`;
      return [name, '  items:\n', ...items, '  override: {items: append}\n'].join('');
    }
    case 'macro': {
      const conditions = entries.map(({ entry }) => `or (${condition(entry.terms, lists)})`);
      return [
        ...entries.flatMap(({ entry }) => comments(entry, '')),
        `- macro: ${yamlWord(form.name)}\n`,
        `  condition: ${quoted(conditions.join(' '))}\n`,
        '  override: {condition: append}\n',
      ].join('');
    }
    case 'exception': {
      const byName = new Map<string, PlacedEntry[]>();
      for (const each of entries) {
        byName.set(each.form.name, [...(byName.get(each.form.name) ?? []), each]);
      }
      const name = `- rule: ${yamlWord(rule.name)}\n`;
      const texts = [...byName.values()].map((rows) => exceptionText(rows, lists));
      return [name, '  exceptions:\n', ...texts, '  override: {exceptions: append}\n'].join('');
    }
  }
}

function exceptionText(rows: readonly PlacedEntry[], lists: ReadonlySet<string>): string {
  const [{ form, entry }] = rows as [PlacedEntry];
  if (form.kind !== 'exception') return '';
  const { fields } = form;
  const names = [fields].flat();
  const operators = names.map((field) => {
    const term = entry.terms.find((each) => each.field === field)!;
    return operatorOf(term) === '=' ? '"="' : 'in';
  });
  return [
    `    - name: ${yamlWord(form.name)}\n`,
    // Falco takes fields of a new exception only.
    ...(form.isNew
      ? [
          `      fields: [${names.map(yamlWord).join(', ')}]\n`,
          `      comps: [${operators.join(', ')}]\n`,
        ]
      : []),
    '      values:\n',
    ...rows.flatMap(({ entry: row }) => [
      ...comments(row, '        '),
      `        - ${rowText(fields, row.terms, lists)}\n`,
    ]),
  ].join('');
}

function rowText(
  fields: string | readonly string[],
  terms: readonly Term[],
  lists: ReadonlySet<string>,
): string {
  const valueOf = (field: string): string => {
    const { value } = terms.find((term) => term.field === field)!;
    if (typeof value === 'string') return yamlWord(literal(value, lists));
    return `[${value.map((item) => yamlWord(literal(item, lists))).join(', ')}]`;
  };
  return typeof fields === 'string' ? valueOf(fields) : `[${fields.map(valueOf).join(', ')}]`;
}

/** The condition that holds for what an entry silences. */
function condition(terms: readonly Term[], lists: ReadonlySet<string>): string {
  return terms
    .map(({ field, value }) =>
      typeof value === 'string'
        ? `${field} = ${literal(value, lists)}`
        : `${field} in (${value.map((item) => literal(item, lists)).join(', ')})`,
    )
    .join(' and ');
}

/** What an entry silences, in comments. */
function comments(entry: NarrowEntry, indent: string): string[] {
  const lines = [silencesText(entry), ...entry.examples.map(exampleText)];
  return lines.map((line) => `${indent}# ${plain(line)}\n`);
}

/** `69 findings, 3 of them on requests that were refused or failed`. */
export function silencesText({ silences, refused, high }: NarrowEntry): string {
  const parts = [`${silences} ${silences === 1 ? 'finding' : 'findings'}`];
  if (high > 0) parts.push(`${high} of severity high`);
  if (refused > 0) parts.push(`${refused} on requests that were refused or failed`);
  return parts.join(', ');
}

/** `audit.log:17 57ad057d-…`. */
export function exampleText({ file, line, auditId }: NarrowEntry['examples'][number]): string {
  return auditId === undefined ? `${file}:${line}` : `${file}:${line} ${auditId}`;
}

/** A text that ends no comment, and that no reader of YAML refuses. */
function plain(text: string): string {
  return text.slice(0, LONGEST).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
}

/** A text in double quotes, in ASCII where YAML asks for it. */
function quoted(text: string): string {
  const word = yamlWord(text);
  return word.startsWith('"') ? word : JSON.stringify(text);
}
