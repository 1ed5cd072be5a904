// Room yaml: YAML files as nodes that know where they stand in the file.
// Door: yaml-node.ts (types), yaml-parser.ts (text to nodes), source-text.ts (a text and its place, for errors).
// Neighbours: uses js-yaml alone; rules, policies, config, setup and rule-tests read their files through it.
// Inside: a scalar stays text, because Falco reads types on demand; source-offset.ts undoes quotes and folds.

/** A YAML file's name and text. */
export interface YamlSource {
  readonly name: string;
  readonly text: string;
  /** True for the files that come with the program. */
  readonly trusted?: boolean;
}

/** A scalar as raw text: rules read types on demand, as Falco does. */
export interface YamlScalar {
  readonly kind: 'scalar';
  readonly text: string;
  /** A plain `null`, `~` or empty value; quoted text never is. */
  readonly isNull: boolean;
  readonly source: YamlSource;
  readonly start: number;
  /** Index after the scalar's text in the source, without quotes. */
  readonly end: number;
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded';
}

interface YamlSequence {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
  readonly source: YamlSource;
  readonly start: number;
}

export interface YamlMapping {
  readonly kind: 'mapping';
  readonly entries: readonly { readonly key: YamlNode; readonly value: YamlNode }[];
  readonly source: YamlSource;
  readonly start: number;
}

export type YamlNode = YamlScalar | YamlSequence | YamlMapping;

/** The value of a mapping's key: the first of several. */
export function get(mapping: YamlMapping, key: string): YamlNode | undefined {
  return mapping.entries.find((entry) => entry.key.kind === 'scalar' && entry.key.text === key)
    ?.value;
}

/** Where the lines of a file start: looked for once, as a file of rules has thousands of nodes to be placed. */
const lineStarts = new WeakMap<YamlSource, readonly number[]>();

function lineStartsOf(source: YamlSource): readonly number[] {
  const known = lineStarts.get(source);
  if (known !== undefined) return known;
  const starts = [0];
  for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1)) {
    starts.push(at + 1);
  }
  lineStarts.set(source, starts);
  return starts;
}

/** The line of its file that a node starts on, from 1 on. */
export function lineOf({ source, start }: Pick<YamlNode, 'source' | 'start'>): number {
  const starts = lineStartsOf(source);
  let [line, behind] = [0, starts.length];
  while (behind - line > 1) {
    const middle = (line + behind) >> 1;
    if (starts[middle]! <= start) line = middle;
    else behind = middle;
  }
  return line + 1;
}

/** File and line of a node. */
export function placeOf(node: Pick<YamlNode, 'source' | 'start'>): string {
  return `${node.source.name}:${lineOf(node)}`;
}

/** True for a null scalar. */
export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.isNull;
}
