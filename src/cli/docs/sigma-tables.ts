import { FIELD_ROWS } from '../../sigma/sigma-fields.ts';
import { LIST_MODIFIERS, MODIFIERS } from '../../sigma/sigma-modifiers.ts';
import { LEVELS, USUAL_LEVEL } from '../../sigma/sigma-tags.ts';

/** Tables of `docs/sigma.md`: what fields become. */
export function sigmaFieldsMarkdown(): string {
  const rows = FIELD_ROWS.map(({ name, aliases, target: { scalar, list, pointer } }) => {
    const path =
      pointer === undefined ? undefined : `kx.any[${pointer}${name.endsWith('.*') ? '/…' : ''}]`;
    const fields = [scalar ?? list, path].filter((field) => field !== undefined);
    return [name, ...aliases].map(code).join(', ') + ` | ${fields.map(code).join(', ')}`;
  });
  return table('in Sigma | here', rows);
}

/** The table of Sigma's modifiers for docs/sigma.md. */
export function sigmaModifiersMarkdown(): string {
  const values = [...MODIFIERS].map(([name, { does }]): [string, string] => [name, does]);
  const rows = [...values, ...LIST_MODIFIERS].map(([name, does]) => `${code(name)} | ${does}`);
  return table('modifier | meaning', rows);
}

/** The table of Sigma's levels with their priorities for docs/sigma.md. */
export function sigmaLevelsMarkdown(): string {
  const rows = [...LEVELS].map(
    ([level, priority]) =>
      `${code(level)}${level === USUAL_LEVEL ? ' (without a level)' : ''} | ${priority}`,
  );
  return table('level | priority', rows);
}

const code = (text: string): string => `\`${text}\``;

function table(head: string, rows: readonly string[]): string {
  const line = head.replaceAll(/[^|]+/g, ' --- ');
  return [`| ${head} |`, `|${line}|`, ...rows.map((row) => `| ${row} |`)].join('\n');
}
