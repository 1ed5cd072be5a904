/** What can stand at a place of a condition. */
export interface Completion {
  readonly label: string;
  /** The condition with it. */
  readonly text: string;
  /** Where writing continues: behind it. */
  readonly caret: number;
  readonly about: string;
}

/** Completions that are offered at a time. */
const MOST = 8;
/** A field, an operator and the start of a value, up to the caret. */
const VALUE = /(\S+)\s+(?:=|!=|contains|startswith|endswith)\s+("[^"]*|[^\s"()]*)$/;
/** What counts say of requests without a value, such as `(cluster)`. */
const REMARK = /^\(.*\)$/;
/** The start of a field, up to the caret. */
const FIELD = /(?:^|[\s(])([a-z][\w.]*)$/;

/**
 * What may stand at a place of a condition: values of a field behind its operator, else fields. What is left of a word in
 * which the caret stands is replaced.
 *
 * @param caret the place, as the number of characters before it
 * @param valuesOf values that a log has of a field
 */
export async function completions(
  condition: string,
  caret: number,
  fields: readonly { readonly name: string; readonly description: string }[],
  valuesOf: (field: string) => Promise<readonly string[]>,
): Promise<Completion[]> {
  const before = condition.slice(0, caret);
  const after = condition.slice(caret);
  const completed = (start: string, label: string, word: string, rest: string, about: string) => {
    const head = `${before.slice(0, before.length - start.length)}${word}`;
    // One blank goes on: that which is there, or a new one. A bracket closes at once.
    const tail = /^[\s)]/.test(rest) ? rest : ` ${rest}`;
    return { label, text: head + tail, caret: head.length + (tail.startsWith(')') ? 0 : 1), about };
  };
  const [, field = '', begun = ''] = VALUE.exec(before) ?? [];
  if (field !== '') {
    const start = begun.replace('"', '').toLowerCase();
    const rest = after.replace(begun.startsWith('"') ? /^[^"=]*"/ : /^[^\s"()]*/, '');
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
      .map((value) => completed(begun, value, quoted(value), rest, ''));
  }
  const [, name = ''] = FIELD.exec(before) ?? [];
  if (name === '') return [];
  const left = /^[\w.]*/.exec(after)![0];
  return fields
    .filter((each) => each.name.startsWith(name) && each.name !== name + left)
    .slice(0, MOST)
    .map((each) =>
      completed(name, each.name, each.name, after.slice(left.length), each.description),
    );
}

function quoted(value: string): string {
  return /^[\w.:/@-]+$/.test(value) ? value : `"${value}"`;
}
