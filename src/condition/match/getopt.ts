/**
 * Scans a command line for one option as Falco's `getopt` does: it ends at `--` and at the first word that
 * is no option, skips long options, and the last of several wins.
 *
 * @param words the command line
 * @param known an option string: letters, a colon behind those that take a value
 * @param wanted the letter
 * @returns the option's value, its letter for a flag; undefined when it is not there
 */
export function optionValue(
  words: readonly string[],
  known: string,
  wanted: string,
): string | undefined {
  let found: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--' || !word.startsWith('-')) break;
    if (word.startsWith('--')) continue;
    for (let c = 1; c < word.length; c++) {
      const letter = word[c]!;
      if (!known.includes(`${letter}:`)) {
        if (letter === wanted && known.includes(letter)) found = letter;
        continue;
      }
      const rest = word.slice(c + 1);
      const value = rest === '' ? words[++i] : rest;
      if (letter === wanted) found = value;
      break;
    }
  }
  return found;
}
