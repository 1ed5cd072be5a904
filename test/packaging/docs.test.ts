import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { EXIT_CODES } from '../../src/cli/terminal/exit.ts';
import { FILES } from '../../src/cli/docs/files.ts';
import { ENVIRONMENT } from '../../src/cli/flags/option-groups.ts';
import { OPTIONS } from '../../src/cli/flags/options.ts';
import { CONFIG_NAME } from '../../src/cli/settings/config-paths.ts';
import { currentManPage, generatedParts, withPart } from '../../src/cli/reference.ts';
import { PACKAGE, ROOT, textOf } from './product.ts';

const parts = await generatedParts();

describe('generated documentation', () => {
  it.each(parts.map((part) => [part.file, part.part, part] as const))(
    'is fresh in %s: %s (npm run docs)',
    (file, _, part) => {
      expect(textOf(file)).toBe(withPart(textOf(file), part));
    },
  );

  it('names every option of every command', () => {
    const text = textOf('docs/cli.md');
    for (const { options } of COMMANDS) {
      for (const name of options) expect(text).toContain(`\`${OPTIONS[name].flags}\``);
    }
  });

  it('fails where markers are missing', () => {
    const part = { file: 'x.md', part: 'y', text: '' };
    expect(() => withPart('text', part)).toThrow('x.md has no markers for y');
  });
});

describe('the manual page', () => {
  const page = currentManPage();
  const lines = page.split('\n');

  it('names every command, option and exit code', () => {
    const plain = page.replaceAll(String.raw`\-`, '-').replaceAll(String.raw`\(aq`, "'");
    for (const { name, options } of COMMANDS) {
      expect(plain).toContain(`.B k8s-audit ${name}\n`);
      for (const option of options) expect(plain).toContain(`.B ${OPTIONS[option].flags}\n`);
    }
    for (const { code, meaning } of Object.values(EXIT_CODES)) {
      expect(plain).toContain(`.B ${code}\n${meaning}\n`);
    }
    expect(plain).toContain(`k8s-audit ${PACKAGE.version}`);
  });

  it('has the sections in which people look', () => {
    const sections = [...page.matchAll(/^\.SH (.*)$/gm)].map(([, title]) => title);
    expect(sections).toEqual(
      expect.arrayContaining(['EXIT STATUS', 'ENVIRONMENT', 'FILES', 'SEE ALSO', 'EXAMPLES']),
    );
  });

  it('describes options that many commands have once', () => {
    const since = lines.filter((line) => line.includes(String.raw`.B \-\-since`));
    expect(since).toHaveLength(1);
    expect(lines.length).toBeLessThan(1600);
  });

  it('names every variable of the environment that the program reads', () => {
    const sources = readdirSync(join(ROOT, 'src/cli'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => textOf(`src/cli/${name}`));
    const read = sources.flatMap((text) => [
      ...[...text.matchAll(/\benv\['(\w+)'\]/g)].map(([, name]) => name!),
      ...[...text.matchAll(/\{ ([A-Z_, ]+) \}: Terminal\['env'\]/g)].flatMap(([, names]) =>
        names!.split(', '),
      ),
    ]);
    expect(new Set(read).size).toBeGreaterThan(8);
    const known = new Set(ENVIRONMENT.flatMap(([names]) => names.split(', ')));
    expect(read.filter((name) => !known.has(name))).toEqual([]);
  });

  it('names files that are there', () => {
    const folders = FILES.map(([path]) => path).filter((path) => path.endsWith('/'));
    expect(folders.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(FILES.map(([path]) => path)).toContain(CONFIG_NAME);
  });

  it('uses only requests of man(7)', () => {
    const requests = new Set(
      lines.filter((line) => /^[.']/.test(line)).map((line) => line.split(' ')[0]),
    );
    expect(requests).toEqual(
      new Set(['.B', '.BR', '.I', '.PP', '.SH', '.SS', '.TH', '.TP', '.br', '.fi', '.nf']),
    );
  });
});

/** Code blocks of a document in a language. */
function blocks(file: string, language: string): string[] {
  const found = textOf(file).matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'));
  return [...found].map(([, text]) => text!);
}

/** The command lines of k8s-audit in a text, as words. */
function commandLines(text: string): string[][] {
  return text
    .split('\n')
    .flatMap(
      (line) => /(?:^|[|\s])(k8s-audit (?:scan|rules|completion)[^|>]*)/.exec(line)?.[1] ?? [],
    )
    .map((line) => line.trim().split(/\s+/).slice(1));
}

describe('the documents', () => {
  it.each(['docs/ci.md', 'docs/cli.md', 'docs/formats.md'])('%s use options that exist', (file) => {
    const known = new Set(
      Object.values(OPTIONS).flatMap(({ flags }) =>
        flags.split(/[ ,]+/).filter((word) => word.startsWith('-')),
      ),
    );
    const used = [...textOf(file).matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([word]) => word);
    const others = new Set(['--help', '--no-install', '--version']);
    expect([...new Set(used)].filter((word) => !known.has(word) && !others.has(word))).toEqual([]);
  });

  it.each(readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md')))(
    'docs/%s links to files that exist',
    (name) => {
      const links = [...textOf(`docs/${name}`).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)];
      for (const [, link] of links) expect(existsSync(join(ROOT, 'docs', link!))).toBe(true);
    },
  );

  it.each(['SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md'])(
    '%s links to files that exist',
    (name) => {
      for (const [, link] of textOf(name).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
        expect(existsSync(join(ROOT, link!))).toBe(true);
      }
    },
  );

  it('CONTRIBUTING.md names scripts that exist', () => {
    for (const [, script] of textOf('CONTRIBUTING.md').matchAll(/`npm run ([\w:]+)`/g)) {
      expect(PACKAGE.scripts).toHaveProperty([script!]);
    }
  });

  it('are refreshed by one command, as all files that are made from the code', () => {
    const tests = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .filter((name) =>
        /toMatch(?:File|Inline)?Snapshot\(|env\['UPDATE/.test(textOf(`test/${name}`)),
      );
    expect(tests).toEqual(['generated.ts']);
  });

  it('CHANGELOG.md has the version', () => {
    expect(textOf('CHANGELOG.md')).toContain(`\n## ${PACKAGE.version}`);
  });
});

describe('docs/ci.md', () => {
  // Rules are lists; jobs are not.
  const yaml = blocks('docs/ci.md', 'yaml')
    .map((text) => load(text) as Record<string, never>)
    .filter((document) => !Array.isArray(document));

  it('has examples that are YAML, for GitHub and GitLab', () => {
    expect(yaml.map((document) => Object.keys(document)[0])).toEqual(['jobs', 'audit']);
  });

  it('uses the action with inputs that it has, in this version', () => {
    const [{ jobs }] = yaml as unknown as [
      { jobs: { audit: { steps: { uses?: string; with?: Record<string, string> }[] } } },
    ];
    const step = jobs.audit.steps.find(({ uses }) => uses?.includes('/k8s-audit@'))!;
    expect(step.uses).toMatch(new RegExp(`@v${PACKAGE.version.replaceAll('.', String.raw`\.`)}$`));
    const action = load(textOf('action.yml')) as { inputs: Record<string, unknown> };
    for (const input of Object.keys(step.with!)) expect(action.inputs).toHaveProperty([input]);
  });

  it('has command lines that are read as meant', async () => {
    const { buildProgram } = await import('../../src/cli/flags/program.ts');
    const lines = [...blocks('docs/ci.md', 'sh'), ...blocks('docs/ci.md', 'yaml')].flatMap(
      commandLines,
    );
    expect(lines.length).toBeGreaterThan(4);
    const { memoryTerminal } = await import('./terminal.ts');
    for (const line of lines) {
      let read: readonly string[] | undefined;
      const program = buildProgram(COMMANDS, memoryTerminal(), '0', ({ args }) => (read = args));
      program.parse(line, { from: 'user' });
      expect(read).toEqual(['audit.log']);
    }
  });
});
