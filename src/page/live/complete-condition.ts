/** What can stand at the end of a condition. */
export interface Completion {
  readonly label: string;
  /** The condition with it. */
  readonly text: string;
  readonly about: string;
}

/** Completions that are offered at a time. */
const MOST = 8;
/** A field, an operator and the start of a value, at the end. */
const VALUE = /(\S+)\s+(?:=|!=|contains|startswith|endswith)\s+("[^"]*|[^\s"()]*)$/;
/** What counts say of requests without a value, such as `(cluster)`. */
const REMARK = /^\(.*\)$/;
/** The start of a field, at the end. */
const FIELD = /(?:^|[\s(])([a-z][\w.]*)$/;

/**
 * What may stand at the end of a condition: values of a field behind its operator, else fields.
 *
 * @param valuesOf values that a log has of a field
 */
export async function completions(
  condition: string,
  fields: readonly { readonly name: string; readonly description: string }[],
  valuesOf: (field: string) => Promise<readonly string[]>,
): Promise<Completion[]> {
  const [, field = '', begun = ''] = VALUE.exec(condition) ?? [];
  if (field !== '') {
    const start = begun.replace('"', '').toLowerCase();
    const before = condition.slice(0, condition.length - begun.length);
    const values = await valuesOf(field);
    return values
      .filter(
        (value) =>
          value !== '' &&
          !REMARK.test(value) &&
          !value.includes('"') &&
          value.toLowerCase().startsWith(start),
      )
      .slice(0, MOST)
      .map((value) => ({ label: value, text: `${before}${quoted(value)} `, about: '' }));
  }
  const [, name = ''] = FIELD.exec(condition) ?? [];
  if (name === '') return [];
  const before = condition.slice(0, condition.length - name.length);
  return fields
    .filter((each) => each.name.startsWith(name) && each.name !== name)
    .slice(0, MOST)
    .map((each) => ({ label: each.name, text: `${before}${each.name} `, about: each.description }));
}

function quoted(value: string): string {
  return /^[\w.:/@-]+$/.test(value) ? value : `"${value}"`;
}
