import type { YamlNode } from '../yaml/yaml-node.ts';

/** A node as plain data: texts stay texts. */
export type PlainYaml =
  | string
  | null
  | readonly PlainYaml[]
  | { readonly [key: string]: PlainYaml };

/** A YAML node as plain data, in which scalars are texts or null. Keys that are no scalars become empty. */
export function plainYaml(node: YamlNode): PlainYaml {
  switch (node.kind) {
    case 'scalar':
      return node.isNull ? null : node.text;
    case 'sequence':
      return node.items.map(plainYaml);
    case 'mapping':
      return Object.fromEntries(
        node.entries.map(({ key, value }) => [
          key.kind === 'scalar' ? key.text : '',
          plainYaml(value),
        ]),
      );
  }
}

/** A text as a YAML scalar in one line, without quotes where none are needed. */
export function yamlScalar(text: string): string {
  const plain =
    /^[\p{L}][\p{L}\p{N} _./@%()+-]*$/u.test(text) &&
    !text.endsWith(' ') &&
    !/^(?:true|false|yes|no|on|off|y|n|null)$/i.test(text);
  // JSON strings are YAML too.
  return plain ? text : JSON.stringify(text);
}

/** Texts as a YAML list in one line. */
export function yamlList(texts: readonly string[]): string {
  return `[${texts.map(yamlScalar).join(', ')}]`;
}

/** Index of the first character of a node in its file, a quote included. */
export function nodeStart(node: YamlNode): number {
  if (node.kind !== 'scalar' || (node.style !== 'single' && node.style !== 'double'))
    return node.start;
  const quote = node.style === 'single' ? "'" : '"';
  return node.source.text[node.start] === quote ? node.start : node.start - 1;
}

/** Index after the last character of a node in its file. */
export function nodeEnd(node: YamlNode): number {
  const { text } = node.source;
  if (node.kind === 'scalar') {
    const quoted = node.style === 'single' || node.style === 'double';
    let end = quoted ? node.end + 1 : node.end;
    while (end > node.start && /\s/.test(text[end - 1]!)) end--;
    return end;
  }
  if (isFlow(node)) return flowEnd(text, node.start);
  const children =
    node.kind === 'sequence' ? node.items : node.entries.flatMap(({ key, value }) => [key, value]);
  return Math.max(node.start, ...children.map(nodeEnd));
}

/** True for `[...]` and `{...}`. */
export function isFlow(node: YamlNode): boolean {
  const first = node.source.text[node.start];
  return node.kind !== 'scalar' && (first === '[' || first === '{');
}

/** Index after the bracket that closes the one at `start`. */
function flowEnd(text: string, start: number): number {
  let depth = 0;
  let quote = '';
  for (let at = start; at < text.length; at++) {
    const char = text[at]!;
    if (quote !== '') {
      if (char === '\\' && quote === '"') at++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '#' && /\s/.test(text[at - 1] ?? ' ')) {
      const newline = text.indexOf('\n', at);
      at = newline === -1 ? text.length : newline;
    } else if ('[{'.includes(char)) depth++;
    else if (']}'.includes(char) && --depth === 0) return at + 1;
  }
  return text.length;
}

/** Index of the first character of the line around an index. */
export function lineStart(text: string, index: number): number {
  return text.lastIndexOf('\n', index - 1) + 1;
}

/** Index after the line around an index, its line end included. */
export function lineEnd(text: string, index: number): number {
  const newline = text.indexOf('\n', index);
  return newline === -1 ? text.length : newline + 1;
}
