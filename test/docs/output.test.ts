import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../cli/run-cli.ts';
import { expectGenerated } from '../generated.ts';
import { withFreshOutput } from './console-blocks.ts';

const PAGES = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`)
  .filter((name) => /^```console/m.test(readFileSync(join(ROOT, name), 'utf8')))
  .toSorted();

/** The heading of a guide names the number of findings that its first scan has. */
function withNumber(page: string): string {
  const [, findings] = /^Findings +(\d+)/m.exec(page) ?? [];
  return page.replace(/^(# .* )\d+ findings$/m, `$1${findings} findings`);
}

describe('output in documents', () => {
  it('is in the guides, and in the pages on answers and setup', () => {
    expect(PAGES).toContain('docs/activity.md');
    expect(PAGES).toContain('docs/setup.md');
    expect(PAGES.filter((name) => name.startsWith('docs/guides/')).length).toBeGreaterThan(4);
  });

  it.each(PAGES)('%s is what the program prints', async (name) => {
    expectGenerated(
      name,
      withNumber(await withFreshOutput(readFileSync(join(ROOT, name), 'utf8'))),
    );
  });
});

describe('output of console blocks', () => {
  const page = (body: string, options = ''): string =>
    `text\n\n\`\`\`console${options}\n${body}\`\`\`\n\nmore\n`;
  const fresh = '$ k8s-audit policies list -f json > p.json\n$ echo $?\n0\n';

  it('is made anew, whatever stands there', async () => {
    expect(await withFreshOutput(page(`${fresh}stale\n`))).toBe(page(fresh));
  });

  it.each([
    [' first=1', '$ cat a.txt\n1\n…\n'],
    [' last=2', '$ cat a.txt\n…\n2\n3\n'],
    [' last=3', '$ cat a.txt\n1\n2\n3\n'],
  ])('has so many lines as is asked for:%s', async (options, body) => {
    const file = '<!-- file: a.txt -->\n\n```text\n1\n2\n3\n```\n\n';
    const made = await withFreshOutput(`${file}${page('$ cat a.txt\n', options)}`);
    expect(made).toBe(`${file}${page(body, options)}`);
  });

  it('is that of k8s-audit, and of no other program', async () => {
    await expect(withFreshOutput(page('$ rm x\n'))).rejects.toThrow('documents do not run rm');
  });
});
