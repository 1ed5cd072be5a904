import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import { expectGenerated } from '../generated.ts';

const COLUMNS = 100;

/** The words of a shell command without pipes; quoted ones whole. */
function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}

/** The output of a command on a terminal, standard error below. */
async function output(command: string): Promise<string> {
  const [, ...args] = words(command);
  const { stdout, stderr } = await runCli({
    args,
    tty: { stdout: true, stderr: true },
    columns: COLUMNS,
    env: { NO_COLOR: '1', CI: '1' },
  });
  return `${stdout}${stderr}`.replace(/[ \t]+$/gm, '').trimEnd();
}

/** A document with the output of its `console` blocks made anew. */
async function fresh(text: string): Promise<string> {
  let made = '';
  let done = 0;
  for (const match of text.matchAll(/^```console\n\$ ([^\n]+)\n([^]*?)^```$/gm)) {
    const command = match[1]!;
    made += `${text.slice(done, match.index)}\`\`\`console\n$ ${command}\n${await output(command)}\n\`\`\``;
    done = match.index + match[0].length;
  }
  return made + text.slice(done);
}

describe('output in documents', () => {
  it.each(['docs/activity.md', 'docs/setup.md'])('%s is what the program prints', async (name) => {
    const made = await fresh(readFileSync(name, 'utf8'));
    expectGenerated(name, made);
    expect(made.match(/^```console$/gm)!.length).toBeGreaterThan(4);
  });
});
