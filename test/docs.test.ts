import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../src/cli/commands/index.ts';
import { parseCli, ROOT } from './cli/run-cli.ts';

const DOCUMENTS = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  'samples/README.md',
]
  .filter((name) => existsSync(join(ROOT, name)))
  .map((name) => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }));

/** Commands in fenced blocks and in examples; usage lines with brackets are none. */
const COMMAND_LINES = [
  ...DOCUMENTS.flatMap(({ name, text }) =>
    [...text.matchAll(/^ *```[^\n]*\n([^]*?)^ *```$/gm)]
      .flatMap(([, block]) => block!.replaceAll('\\\n', ' ').split('\n'))
      .map((line) => ({ name, line: line.trim() })),
  ),
  ...COMMANDS.flatMap(({ name, examples }) => examples.map((line) => ({ name, line }))),
].flatMap(({ name, line }) => {
  const found = /(?:^|[|&] *|^\$ +)(?:k8s-audit|node bin\/k8s-audit\.js) ([^]*)$/.exec(line);
  return found === null || found[1]!.includes('[options]') ? [] : [{ name, line, rest: found[1]! }];
});

/** The words of a shell command up to the first pipe, redirection or comment. */
function words(text: string): string[] {
  const found: string[] = [];
  for (const [word] of text.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    if (/^(?:[|>;#]|&&|2>)/.test(word)) break;
    found.push(word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
  }
  return found;
}

describe('documents', () => {
  test.each(DOCUMENTS)('$name has links that lead somewhere', ({ name, text }) => {
    const links = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map(
      ([, link]) => link!,
    );
    const missing = links.filter((link) => !existsSync(join(ROOT, dirname(name), link)));
    expect(missing).toEqual([]);
  });

  test.each(['decisions', 'guides'])('the index of %s has a row for each page', (folder) => {
    const index = readFileSync(join(ROOT, 'docs', folder, 'README.md'), 'utf8');
    const rows = [...index.matchAll(/^\| \[[^\]]+\]\(([\w-]+\.md)\) \|/gm)].map(
      ([, page]) => page!,
    );
    const pages = readdirSync(join(ROOT, 'docs', folder)).filter((name) => name !== 'README.md');
    expect(rows.toSorted()).toEqual(pages.toSorted());
    expect(new Set(rows).size).toBe(rows.length);
  });

  test.each(DOCUMENTS)('$name names no place of one machine', ({ text }) => {
    expect(text).not.toMatch(/\/(?:work|home|Users)\/|registry\.npm/);
  });
});

describe('commands in documents and examples', () => {
  test('are found', () => {
    expect(COMMAND_LINES.length).toBeGreaterThan(20);
  });

  test.each(COMMAND_LINES)('$name: $line', ({ rest }) => {
    const names = COMMANDS.map(({ name }) => name);
    const args = words(rest);
    const isHelp = args.some((word) => ['--help', '-h', '--version', '-V', 'help'].includes(word));
    const outcome = parseCli(args);
    expect([...names, 'help']).toContain(isHelp ? 'help' : outcome);
  });
});
