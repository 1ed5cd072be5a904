import { YamlError } from '../../yaml/yaml-parser.ts';
import type { YamlNode, YamlScalar } from '../../yaml/yaml-node.ts';

/**
 * Refuses what yaml-cpp, Falco's reader, cannot read and ours can, so that a file that loads here loads there.
 *
 * @throws YamlError
 */
export function refuseAsYamlCpp(document: YamlNode): void {
  visit(document, { indent: -1, inFlow: false });
}

interface Place {
  /** Column of the block collection around a node; -1 outside of any. */
  readonly indent: number;
  readonly inFlow: boolean;
}

function visit(node: YamlNode, place: Place): void {
  if (node.kind === 'scalar') {
    refuseSurrogates(node);
    if (!place.inFlow) refuseTabBehind(node, place.indent);
    return;
  }
  const opening = node.source.text[node.start];
  const inFlow = place.inFlow || opening === '[' || opening === '{';
  const inside = { indent: columnOf(node), inFlow };
  // An alias brings the same node again: it was looked at where it stands.
  const children =
    node.kind === 'sequence' ? node.items : node.entries.flatMap(({ key, value }) => [key, value]);
  for (const child of children) if (child.start >= node.start) visit(child, inside);
}

function columnOf({ source, start }: YamlNode): number {
  return start - source.text.lastIndexOf('\n', start - 1) - 1;
}

/** yaml-cpp decodes each `\uXXXX` by itself, and half of a pair is no character (yaml-cpp exp.cpp: Escape). */
function refuseSurrogates(scalar: YamlScalar): void {
  if (scalar.style !== 'double') return;
  const { source, start, end } = scalar;
  const half = /(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F][0-9a-fA-F]{2}/.exec(
    source.text.slice(start, end),
  );
  if (half === null) return;
  const hint = 'write the character itself, or \\U and eight digits';
  throw new YamlError('invalid unicode: half of a surrogate pair', start + half.index, { hint });
}

/**
 * A plain scalar may continue in the next line, so yaml-cpp looks for its indentation there, and refuses a tab in
 * it (yaml-cpp scanscalar.cpp). Blank lines are passed over.
 */
function refuseTabBehind(scalar: YamlScalar, indent: number): void {
  if (scalar.style !== 'plain') return;
  const { text } = scalar.source;
  const behind = /^[ \t]*(?:\r?\n *)+/.exec(text.slice(scalar.end, scalar.end + LONGEST_GAP));
  if (behind === null) return;
  const at = scalar.end + behind[0].length;
  const column = at - text.lastIndexOf('\n', at - 1) - 1;
  if (text[at] !== '\t' || column > indent) return;
  throw new YamlError('illegal tab when looking for indentation', at, { hint: 'remove the tab' });
}

/** Blank lines longer than this in all are not looked at. */
const LONGEST_GAP = 4096;
