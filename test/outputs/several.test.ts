import { existsSync, linkSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseTargets, outputWarnings, readOutput } from '../../src/cli/flags/output-target.ts';
import { runCli, type CliResult } from '../cli/run-cli.ts';
import { eventLine, folder, ruleText } from '../cli/events.ts';
import { HOSTILE } from './findings.ts';

const SECRET = 'hunter2hunter2';
const RULES = ruleText('Exec', 'ka.verb = create');
const LOG = [
  eventLine({
    verb: 'create',
    requestURI: `/api/v1/namespaces/shop/pods/web/exec?command=x&command=--password%3D${SECRET}`,
    user: { username: `alice token=${SECRET}` },
    userAgent: `curl Authorization: Bearer ${SECRET}`,
  }),
  eventLine({ verb: 'create', auditID: 'id-2' }),
].join('\n');

function scan(at: string, args: readonly string[], env = {}, tty = false): Promise<CliResult> {
  const rules = ['--no-default-rules', '-r', join(at, 'rules.yaml')];
  const given = args.map((arg) => arg.replace('@', `${at}/`));
  return runCli({ args: ['scan', join(at, 'audit.log'), ...rules, ...given, '-q'], env, tty });
}

const cwd = (): string => folder({ 'rules.yaml': RULES, 'audit.log': LOG });

describe('the format of an output', () => {
  it('is told where the extension of a file promises another one', () => {
    const warned = (files: readonly string[], format?: 'csv'): string[] =>
      outputWarnings(
        files.map((file) => readOutput(file)),
        format,
      ).map(
        (text) =>
          /^warning: (\S+) is written as ndjson: .*\(html=\1 chooses one\)$/.exec(text)![1]!,
      );
    const odd = ['a.htlm', 'b/a.json.gz', 'a.pdf', 'a.YAML', 'a.b.xlsx'];
    const usual = [
      '-',
      'a',
      'a.b/c',
      'a.html',
      'a.log',
      'a.out',
      'a.2026-03-05',
      'a.05',
      'json=a.pdf',
      '/dev/fd/63',
      'a.',
    ];
    expect(warned([...odd, ...usual])).toEqual(odd);
    expect(warned(odd, 'csv')).toEqual([]);
  });

  it.each(['html', 'SARIF', 'ndjson'])('-o %s is refused: formats are no files', (text) => {
    expect(() => chooseTargets([readOutput(text)], undefined, false)).toThrow(
      expect.objectContaining({
        message: `-o ${text} names a file, not a format`,
        hint:
          `print it with -f ${text.toLowerCase()}, write a file with -o ${text.toLowerCase()}=FILE; ` +
          `a file of that name is ./${text}`,
      }),
    );
  });

  it.each([
    ['./html', undefined, './html:ndjson'],
    ['html=html', undefined, 'html:html'],
    ['sarif', 'sarif', 'sarif:sarif'],
  ] as const)('-o %s with --format %s is a file', (text, format, expected) => {
    const [target] = chooseTargets([readOutput(text)], format, false);
    expect(`${target!.file}:${target!.format}`).toBe(expected);
  });

  it('is warned of by a scan, which -q hides', async () => {
    const at = cwd();
    const args = [
      'scan',
      join(at, 'audit.log'),
      '-o',
      join(at, 'a.htlm'),
      '--no-default-rules',
      '--no-summary',
    ];
    const loud = await runCli({ args });
    expect(loud.stderr).toContain('a.htlm is written as ndjson');
    expect((await runCli({ args: [...args, '-q'] })).stderr).toBe('');
  });

  it.each([
    [[], undefined, false, '-:ndjson'],
    [[], undefined, true, '-:table'],
    [[], 'csv', true, '-:csv'],
    [['-'], undefined, true, '-:table'],
    [['json=-'], undefined, true, '-:json'],
    [['a.sarif'], undefined, true, 'a.sarif:sarif'],
    [['out/a.b.SARIF.json'], undefined, true, 'out/a.b.SARIF.json:sarif'],
    [['a.b.json'], undefined, true, 'a.b.json:json'],
    [['a.xml'], undefined, true, 'a.xml:junit'],
    [['a.MD'], undefined, true, 'a.MD:markdown'],
    [['a.htm'], undefined, true, 'a.htm:html'],
    [['a.jsonl'], undefined, true, 'a.jsonl:ndjson'],
    [['a.txt'], undefined, true, 'a.txt:text'],
    [['a.txt'], 'table', true, 'a.txt:table'],
    [['a.json'], 'ndjson', true, 'a.json:ndjson'],
    [['a.log'], undefined, true, 'a.log:ndjson'],
    [['a.log'], 'csv', true, 'a.log:csv'],
    [['constructor'], undefined, true, 'constructor:ndjson'],
    [['./a=b.json'], undefined, true, './a=b.json:json'],
    [['html=a.json', 'b.csv', '-'], undefined, true, 'a.json:html b.csv:csv -:table'],
  ] as const)('of %j with --format %s (terminal: %s) is %s', (texts, format, tty, expected) => {
    const targets = chooseTargets(texts.map(readOutput), format, tty);
    expect(targets.map((target) => `${target.file}:${target.format}`).join(' ')).toBe(expected);
  });

  it.each([
    [['-o', 'sarf=x'], "did you mean 'sarif'?"],
    [['-o', 'sarif='], 'Give a file, or - for standard output.'],
    [['-o', ''], 'Give a file, or - for standard output.'],
    [['-f', 'json', '-o', 'a.html'], '--format json contradicts the name a.html'],
    [['-f', 'json', '-o', 'sarif=a'], '--format json is for no output'],
    [['-o', 'a.csv', '-o', './a.csv'], 'two outputs go to ./a.csv'],
    [['-o', '-', '-o', 'json=-'], 'two outputs go to standard output'],
  ])('is an error for %j before anything is read or written', async (args, message) => {
    const at = cwd();
    const { code, stdout, stderr } = await scan(at, args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('several outputs', () => {
  it('are written in one run', async () => {
    const at = cwd();
    const files = ['@out.sarif', '@r.html', '@r.csv', 'junit=@j', '@r.md', '@a.json', '@a.ndjson'];
    const { code, stdout } = await scan(at, [...files.flatMap((file) => ['-o', file]), '-o', '-']);
    expect(code).toBe(0);
    expect(readFileSync(join(at, 'a.ndjson'), 'utf8')).toBe(stdout);
    expect(readFileSync(join(at, 'out.sarif'), 'utf8')).toMatch(/"version":"2\.1\.0"[^]*\]}\n$/);
    expect(readFileSync(join(at, 'r.html'), 'utf8')).toMatch(/<\/html>\n$/);
    expect(readFileSync(join(at, 'r.csv'), 'utf8').split('\r\n')).toHaveLength(4);
    expect(readFileSync(join(at, 'j'), 'utf8')).toMatch(/<\/testsuites>\n$/);
    expect(readFileSync(join(at, 'r.md'), 'utf8')).toMatch(/^# Kubernetes audit findings\n/);
    expect(JSON.parse(readFileSync(join(at, 'a.json'), 'utf8'))).toHaveProperty(
      'findings.length',
      2,
    );
  });

  it('print nothing when only files are named', async () => {
    expect(await scan(cwd(), ['-o', '@a.csv'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  it('never overwrite an input, by whatever name', async () => {
    const at = cwd();
    linkSync(join(at, 'audit.log'), join(at, 'link.json'));
    const { code, stderr } = await scan(at, ['-o', '@new.csv', '-o', '@link.json']);
    expect(code).toBe(2);
    expect(stderr).toContain('link.json is an input: it would be overwritten');
    expect(readFileSync(join(at, 'audit.log'), 'utf8')).toBe(LOG);
    expect(existsSync(join(at, 'new.csv'))).toBe(false);
  });

  it.each([
    [['-o', '@a.ndjson', '--checkpoint', '@a.ndjson'], /-o and --checkpoint name the same file/],
    [['--checkpoint', '@kept', '--state', '@kept'], /--checkpoint and --state name the same file/],
    [['-o', '@b.csv', '--write-baseline', '@link'], /-o and --write-baseline name the same file/],
  ])('never share a file with what is kept for the next run: %j', async (args, message) => {
    const at = cwd();
    writeFileSync(join(at, 'b.csv'), 'before\n');
    linkSync(join(at, 'b.csv'), join(at, 'link'));
    const { code, stderr } = await scan(at, args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(readFileSync(join(at, 'b.csv'), 'utf8')).toBe('before\n');
    expect(readdirSync(at).toSorted()).toEqual(['audit.log', 'b.csv', 'link', 'rules.yaml']);
  });

  it('fail with a clear line when a file cannot be written', async () => {
    const { code, stderr } = await scan(cwd(), ['-o', '@no/such/a.csv']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^k8s-audit: cannot write .*a\.csv: no such file or directory\n$/);
  });
});

describe('the job summary of GitHub', () => {
  it('gets the markdown report behind what is there', async () => {
    const at = cwd();
    const file = join(at, 'summary.md');
    writeFileSync(file, 'before\n');
    const { stdout } = await scan(at, ['-f', 'github'], { GITHUB_STEP_SUMMARY: file });
    expect(stdout).toMatch(/^::warning file=.*audit\.log,line=1,title=/);
    expect(readFileSync(file, 'utf8')).toMatch(/^before\n# Kubernetes audit findings\n/);
  });

  it('is left alone by other formats', async () => {
    const at = cwd();
    const file = join(at, 'summary.md');
    await scan(at, ['-f', 'csv'], { GITHUB_STEP_SUMMARY: file });
    expect(existsSync(file)).toBe(false);
  });

  it('never exceeds what GitHub takes', async () => {
    const at = cwd();
    const file = join(at, 'summary.md');
    const many = Array.from({ length: 900 }, (_, i) =>
      eventLine({ verb: 'create', auditID: `${i}`, user: { username: `u${'ä'.repeat(400)}` } }),
    );
    writeFileSync(join(at, 'audit.log'), many.join('\n'));
    writeFileSync(file, `${'x'.repeat(800_000)}\n`);
    await scan(at, ['-f', 'github'], { GITHUB_STEP_SUMMARY: file });
    expect(statSync(file).size).toBeLessThanOrEqual(1024 * 1024);
    expect(statSync(file).size).toBeGreaterThan(900_000);
    expect(readFileSync(file, 'utf8')).toMatch(/\|\n\n\*The report is cut here: .*\*\n$/);
  });
});

describe('redaction', () => {
  const PEOPLE = ['text', 'table', 'csv', 'markdown', 'html', 'sarif', 'junit', 'github'] as const;

  it.each(PEOPLE)('is on in %s', async (format) => {
    const { stdout } = await scan(cwd(), ['-f', format]);
    expect(stdout).toContain('alice');
    expect(stdout).not.toContain(SECRET);
  });

  it.each(PEOPLE)('is off in %s with --show-secrets', async (format) => {
    const { stdout } = await scan(cwd(), ['-f', format, '--show-secrets']);
    expect(stdout).toContain(SECRET);
  });

  it.each(['json', 'ndjson'] as const)(
    'does not touch %s, which is for machines',
    async (format) => {
      expect((await scan(cwd(), ['-f', format])).stdout).toContain(SECRET);
    },
  );

  it('does not touch --csv-raw, which is for machines', async () => {
    expect((await scan(cwd(), ['-f', 'csv', '--csv-raw'])).stdout).toContain(SECRET);
  });

  it('is on in the events of an HTML report, which no other format gets unasked', async () => {
    const at = cwd();
    const data = { password: 'c2VjcmV0LXZhbHVl' };
    const requestObject = { apiVersion: 'v1', data, kind: 'Secret', metadata: { name: 'db' } };
    writeFileSync(join(at, 'audit.log'), eventLine({ verb: 'create', requestObject }));
    await scan(at, ['-o', '@r.html', '-o', '@r.ndjson', '-o', '@r.json']);
    const html = readFileSync(join(at, 'r.html'), 'utf8');
    expect(html).toContain('&quot;password&quot;: &quot;[redacted]&quot;');
    expect(html).not.toContain(data.password);
    expect(readFileSync(join(at, 'r.ndjson'), 'utf8')).not.toContain(data.password);
    expect(readFileSync(join(at, 'r.json'), 'utf8')).not.toContain(data.password);
  });

  it('is on in the job summary and in the summary', async () => {
    const at = cwd();
    const file = join(at, 'summary.md');
    const bad = join(at, `token=${SECRET}.log`);
    writeFileSync(bad, '{');
    const args = ['scan', join(at, 'audit.log'), bad, '-f', 'github'];
    const { stderr } = await runCli({ args, env: { GITHUB_STEP_SUMMARY: file } });
    expect(readFileSync(file, 'utf8')).not.toContain(SECRET);
    expect(stderr).not.toContain(SECRET);
  });
});

describe('--csv-raw', () => {
  it('leaves cells as logged that look like formulas', async () => {
    const at = cwd();
    const [, formula] = HOSTILE.find(([name]) => name === 'formula')!;
    const event = eventLine({ verb: 'create', user: { username: formula } });
    writeFileSync(join(at, 'audit.log'), event);
    const quoted = `"${formula.replaceAll('"', '""')}"`;
    expect((await scan(at, ['-f', 'csv', '--csv-raw'])).stdout).toContain(`,${quoted},`);
    expect((await scan(at, ['-f', 'csv'])).stdout).toContain(`,"'${quoted.slice(1)},`);
  });
});
