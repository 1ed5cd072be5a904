/** Words of shell text, each with the place of every character. */
import type { Layer } from './marks.ts';

/** A word, or a shell operator such as `|`. */
export interface ShellWord extends Layer {
  /** True when a part of it was in quotes. */
  readonly quoted: boolean;
}

const BLANK = /[\s]/;
const OPERATOR = /[;&|]/;

/**
 * Splits text as a shell would: quotes and backslashes are taken away. A quote without an end is
 * a character like others, since text of a log may be cut off or prose.
 */
export function shellWords(text: string): ShellWord[] {
  const words: ShellWord[] = [];
  /** Where there is no further quote of a kind, so that each is looked for once. */
  const none = new Set<string>();
  let parts: string[] = [];
  let places: number[] = [];
  let quoted = false;
  /** True inside `$(…)`, whose parentheses belong to the word. */
  let substitution = false;
  const close = (end: number): void => {
    if (parts.length > 0 || quoted) {
      const at = places;
      words.push({
        text: parts.join(''),
        at: (index) => at[index] ?? end,
        // Not where the next character begins: a closing quote may stand between.
        end: (index) =>
          index === 0 ? (at[0] ?? end) : at[index - 1]! + (text[at[index - 1]!] === '\\' ? 2 : 1),
        quoted,
      });
    }
    parts = [];
    places = [];
    quoted = false;
    substitution = false;
  };
  const add = (character: string, place: number): void => {
    parts.push(character);
    places.push(place);
  };
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (BLANK.test(character) || OPERATOR.test(character)) {
      close(i);
      const operator = character === '\n' || OPERATOR.test(character);
      if (operator) words.push({ text: character, at: () => i, end: () => i, quoted: false });
    } else if (character === '\\' && i + 1 < text.length) {
      i++;
      if (text[i] !== '\n') add(text[i]!, i - 1);
    } else if ((character === '"' || character === "'") && !none.has(character)) {
      const end = quoteEnd(text, i);
      if (end === -1) {
        none.add(character);
        add(character, i);
        continue;
      }
      quoted = true;
      for (let j = i + 1; j < end; j++) {
        if (character === '"' && text[j] === '\\' && j + 1 < end) {
          add(text[j + 1]!, j);
          j++;
        } else add(text[j]!, j);
      }
      i = end;
    } else if (character === '(' || character === ')') {
      if (character === '(' && parts.at(-1) === '$') substitution = true;
      if (substitution) add(character, i);
      else close(i);
    } else add(character, i);
  }
  close(text.length);
  return words;
}

function quoteEnd(text: string, from: number): number {
  const quote = text[from];
  if (quote === "'") return text.indexOf("'", from + 1);
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return -1;
}
