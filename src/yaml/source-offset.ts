import type { YamlScalar } from './yaml-node.ts';

/** Blanks and line breaks of YAML. */
const BLANK = /[ \t\r\n]/;

/**
 * Index in the file of the character at `index` of a scalar's text: the inverse of what YAML does to quotes,
 * escapes, folded lines and indentation. An index after the text's last visible character is the place right
 * behind that character.
 */
export function sourceOffset(node: YamlScalar, index: number): number {
  const visible = node.text.replace(/[ \t\r\n]+$/, '').length;
  if (index < visible || visible === 0) return offsetOf(node, visible === 0 ? 0 : index);
  const last = offsetOf(node, visible - 1);
  return last + tokenAt(node, last).length;
}

function offsetOf(node: YamlScalar, index: number): number {
  const { text, end } = node;
  let at = node.start;
  let i = 0;
  while (at < end && i < index) {
    const run = blankRun(node, at);
    if (run === undefined) {
      const token = tokenAt(node, at);
      at += token.length;
      i += token.units;
    } else {
      const made = run.folded ? foldedLength(node, i, run) : run.length;
      if (i + made > index) return at + (run.folded ? 0 : index - i);
      at += run.length;
      i += made;
    }
  }
  // Indentation and folded line breaks in front of the character.
  const run = BLANK.test(text[index] ?? ' ') ? undefined : blankRun(node, at);
  return Math.min(at + (run?.length ?? 0), end);
}

interface Run {
  readonly length: number;
  /** True when the run holds a line break or indentation, which YAML folds into other text. */
  readonly folded: boolean;
  readonly breaks: number;
}

/** The blanks of the source at `at`, with line breaks behind a backslash. */
function blankRun(node: YamlScalar, at: number): Run | undefined {
  const raw = node.source.text;
  let i = at;
  let breaks = 0;
  let escaped = false;
  while (i < node.end) {
    const continued = node.style === 'double' ? /^\\\r?\n/.exec(raw.slice(i, i + 3)) : null;
    if (continued !== null) {
      escaped = true;
      i += continued[0].length;
    } else if (BLANK.test(raw[i]!)) {
      if (raw[i] === '\n') breaks++;
      i++;
    } else break;
  }
  if (i === at) return undefined;
  // A block scalar starts with the indentation of its first line.
  const indentation = at === node.start && (node.style === 'literal' || node.style === 'folded');
  return { length: i - at, folded: breaks > 0 || escaped || indentation, breaks };
}

/** Characters of the text that a run with line breaks became. */
function foldedLength(node: YamlScalar, from: number, run: Run): number {
  const made = /^[ \t\r\n]*/.exec(node.text.slice(from))![0].length;
  // A blank that an escape behind the run makes is not the run's.
  if (node.style === 'double') return Math.min(made, run.breaks <= 1 ? run.breaks : run.breaks - 1);
  return made;
}

/** The characters of the source that make one character of the text, and its UTF-16 units. */
function tokenAt(node: YamlScalar, at: number): { length: number; units: number } {
  const raw = node.source.text;
  if (node.style === 'single' && raw.startsWith("''", at)) return { length: 2, units: 1 };
  if (node.style !== 'double' || raw[at] !== '\\') return { length: 1, units: 1 };
  const digits = { x: 2, u: 4, U: 8 }[raw[at + 1] ?? ''] ?? 0;
  const code = Number.parseInt(raw.slice(at + 2, at + 2 + digits), 16);
  return { length: 2 + digits, units: code > 0xffff ? 2 : 1 };
}
