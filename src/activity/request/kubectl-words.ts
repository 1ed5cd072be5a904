import { escapeTerminal } from '../../outputs/encode/escape.ts';
import { quoteWords } from '../../util/quote-words.ts';

/**
 * What may stand where kubectl expects a name. Anything else, such as a name that begins with a dash, could be taken
 * for an option by whoever runs the command.
 */
const NAME = /^[A-Za-z0-9][\w.:@+=,~-]{0,252}$/;

/** True for texts that kubectl takes as names of objects, kinds and namespaces. */
export function isSafeName(text: string): boolean {
  return NAME.test(text);
}

/**
 * A word as a shell reads it. What would steer a terminal is written in bash's `$'…'`, so that what is shown is what
 * is copied.
 */
export function shellWord(word: string): string {
  if (escapeTerminal(word) === word) return quoteWords([word]);
  const parts = Array.from(word, (character) => {
    if (character === "'" || character === '\\') return `\\${character}`;
    if (escapeTerminal(character) === character) return character;
    const bytes = [...new TextEncoder().encode(character)];
    return bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  });
  return `$'${parts.join('')}'`;
}

/** Words as lines that a shell reads as one command. Lines are as wide as told, unless a word is wider. */
export function commandLines(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words.map(shellWord)) {
    if (line !== '' && line.length + 1 + word.length > width - 2) {
      lines.push(`${line} \\`);
      line = `  ${word}`;
    } else {
      line += `${line === '' ? '' : ' '}${word}`;
    }
  }
  return [...lines, line];
}
