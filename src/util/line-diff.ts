/** One line of a comparison: kept, taken away or added. */
export interface DiffLine {
  readonly kind: ' ' | '-' | '+';
  readonly text: string;
}

/** Above this product of lines, changed middles are shown whole instead of compared. */
const MAX_CELLS = 4_000_000;

/** Compares texts line by line (longest common subsequence). */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before.at(-1 - tail) === after.at(-1 - tail)
  ) {
    tail++;
  }
  const a = before.slice(head, before.length - tail);
  const b = after.slice(head, after.length - tail);
  return [
    ...before.slice(0, head).map((text): DiffLine => ({ kind: ' ', text })),
    ...middle(a, b),
    ...before.slice(before.length - tail).map((text): DiffLine => ({ kind: ' ', text })),
  ];
}

function middle(a: readonly string[], b: readonly string[]): DiffLine[] {
  const removed = a.map((text): DiffLine => ({ kind: '-', text }));
  const added = b.map((text): DiffLine => ({ kind: '+', text }));
  if (a.length === 0 || b.length === 0 || a.length * b.length > MAX_CELLS) {
    return [...removed, ...added];
  }
  // common[i][j]: length of the longest common subsequence of a from i and b from j.
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i]![j] =
        a[i] === b[j]
          ? common[i + 1]![j + 1]! + 1
          : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: ' ', text: a[i]! });
      i++;
      j++;
    } else if (j === b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      lines.push(removed[i++]!);
    } else {
      lines.push(added[j++]!);
    }
  }
  return lines;
}

/**
 * A unified diff with three lines of context, as `diff -u` prints it.
 *
 * @returns an empty text when nothing differs
 */
export function unifiedDiff(
  before: string,
  after: string,
  beforeName: string,
  afterName: string,
): string {
  if (before === after) return '';
  const lines = diffLines(splitLines(before), splitLines(after));
  const changed = lines.flatMap(({ kind }, index) => (kind === ' ' ? [] : [index]));
  let text = `--- ${beforeName}\n+++ ${afterName}\n`;
  for (let at = 0; at < changed.length;) {
    const from = Math.max(0, changed[at]! - 3);
    while (at + 1 < changed.length && changed[at + 1]! - changed[at]! <= 6) at++;
    const to = Math.min(lines.length, changed[at]! + 4);
    at++;
    const hunk = lines.slice(from, to);
    const earlier = lines.slice(0, from);
    const oldStart = earlier.filter(({ kind }) => kind !== '+').length;
    const newStart = earlier.filter(({ kind }) => kind !== '-').length;
    const oldCount = hunk.filter(({ kind }) => kind !== '+').length;
    const newCount = hunk.filter(({ kind }) => kind !== '-').length;
    text += `@@ -${range(oldStart, oldCount)} +${range(newStart, newCount)} @@\n`;
    text += hunk.map(({ kind, text: line }) => `${kind}${line}\n`).join('');
  }
  return text;
}

function range(start: number, count: number): string {
  return count === 0 ? `${start},0` : `${start + 1},${count}`;
}

function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
