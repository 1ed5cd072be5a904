import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inputFormats } from '../src/events/wrappers/formats.ts';
import { runCli } from './cli/run-cli.ts';
import { expectGenerated } from './generated.ts';

const README = new URL('../README.md', import.meta.url);
/** How many findings of the table the README shows. */
const CARDS = 4;
/** The sections of the summary that the README shows: what a first look needs. The guide to a first log has all. */
const SECTIONS = ['Incidents', 'Events', 'Time', 'Findings', 'Next'];

async function current(): Promise<string> {
  const { stdout, stderr } = await runCli({
    args: ['scan', 'samples/'],
    tty: { stdout: true, stderr: true },
    columns: 80,
    env: { NO_COLOR: '1', CI: '1' },
  });
  const table = [...blocks(stdout).slice(0, CARDS), '…'].join('\n');
  const summary = blocks(stderr)
    .map((block) => (SECTIONS.some((name) => block.startsWith(`${name} `)) ? block : '…'))
    .filter((block, at, all) => block !== '…' || all[at - 1] !== '…')
    .join('\n');
  return put(put(readFileSync(README, 'utf8'), 'sample scan', table), 'sample summary', summary);
}

/** Texts of several lines: each begins at the margin, and its further lines are indented. */
function blocks(text: string): string[] {
  return text.trim().split(/\n(?=\S)/);
}

function put(document: string, part: string, text: string): string {
  const begin = `<!-- ${part} -->`;
  const from = document.indexOf(begin);
  const to = document.indexOf(`<!-- end of ${part} -->`);
  if (from < 0 || to < from) throw new Error(`README.md has no markers for ${part}`);
  const plain = text.replace(/[ \t]+$/gm, '');
  return `${document.slice(0, from)}${begin}\n\n\`\`\`text\n${plain}\n\`\`\`\n\n${document.slice(to)}`;
}

test('the README shows what its first command prints', async () => {
  expectGenerated('README.md', await current());
});

test('the README does not promise more input shapes than there are', () => {
  expect(inputFormats().length).toBeGreaterThanOrEqual(50);
});
