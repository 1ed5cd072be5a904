import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inputFormats } from '../src/events/wrappers/formats.ts';
import { runCli } from './cli/run-cli.ts';
import { withFreshOutput } from './docs/console-blocks.ts';
import { expectGenerated } from './generated.ts';

const README = new URL('../README.md', import.meta.url);
/** Lines of the table that the README shows. */
const SHOWN = 20;

async function current(): Promise<string> {
  const { stdout, stderr } = await runCli({
    args: ['scan', 'samples/'],
    tty: { stdout: true, stderr: true },
    columns: 80,
    env: { NO_COLOR: '1', CI: '1' },
  });
  const table = `${stdout.split('\n').slice(0, SHOWN).join('\n')}\n…`;
  const summary = stderr
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('Took'))
    .join('\n');
  const page = await withFreshOutput(readFileSync(README, 'utf8'));
  return put(put(page, 'sample scan', table), 'sample summary', summary);
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
