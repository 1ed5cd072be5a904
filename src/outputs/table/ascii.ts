/** What screens draw with, and what stands for it where a terminal has ASCII only: as wide, so that columns stay. */
const DRAWN: Readonly<Record<string, string>> = {
  '─': '-',
  '│': '|',
  '…': '~',
  '→': '>',
  '←': '<',
  '×': 'x',
  '✓': '+',
  '✗': 'x',
  '▁': '_',
  '▂': '.',
  '▃': '-',
  '▄': '=',
  '▅': '+',
  '▆': '*',
  '▇': '%',
  '█': '#',
};

const ANY = /[─│…→←×✓✗▁▂▃▄▅▆▇█]/g;

/** Text for a terminal without Unicode. Names of a log stay as they are. */
export function asciiLines(text: string): string {
  return text.replace(ANY, (character) => DRAWN[character]!);
}
