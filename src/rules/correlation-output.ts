/** What an output can name of a correlation, and what is put in its place until that is known. */
export const CORRELATION_FIELDS = ['count', 'first', 'last', 'group', 'values', 'events'] as const;

export type CorrelationField = (typeof CORRELATION_FIELDS)[number];

const OPEN = '\u{f5ac0}';
const CLOSE = '\u{f5ac1}';

/** `%corr.values[5]` in an output. */
export const CORRELATION_TOKEN = /%corr\.([a-z]+)(?:\[(\d{1,4})\])?/;

const CORRELATION_TOKENS = /%corr\.([a-z]+)(?:\[(\d{1,4})\])?/g;

/** Stands in an output for what the correlation tells. Characters that no log should have keep it apart. */
export function placeholder(field: string, limit: string): string {
  return `${OPEN}${field} ${limit}${CLOSE}`;
}

/** An output that is known to be right, with placeholders for what the correlation tells. */
export function withPlaceholders(output: string): string {
  return output.replaceAll(CORRELATION_TOKENS, (_, field: string, limit = '') =>
    placeholder(field, String(limit)),
  );
}

const PLACEHOLDER = /\u{f5ac0}([a-z]+) (\d*)\u{f5ac1}/gu;

/** Fills in placeholders. @param text what a field shows, at most `limit` of what it has several of */
export function filledIn(
  message: string,
  text: (field: CorrelationField, limit: number) => string,
): string {
  return message.replaceAll(PLACEHOLDER, (_, field: string, limit: string) => {
    const known = CORRELATION_FIELDS.find((name) => name === field);
    return known === undefined ? '' : text(known, limit === '' ? USUAL_LIMIT : Number(limit));
  });
}

/** How many values or events an output shows when it does not say. */
const USUAL_LIMIT = 5;
