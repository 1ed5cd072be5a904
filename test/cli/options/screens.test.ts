import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands/index.ts';
import { shellLines } from '../../../src/cli/flags/help-layout.ts';
import { columnText } from '../../../src/cli/terminal/listing.ts';
import { displayWidth } from '../../../src/outputs/table/width.ts';
import { runCli } from '../run-cli.ts';

const WIDTHS = [40, 56, 80, 120, 200];

async function screen(args: readonly string[], columns: number): Promise<string[]> {
  const { stdout, code } = await runCli({ args, columns, tty: true, env: { NO_COLOR: '1' } });
  expect(code).toBe(0);
  return stdout.split('\n');
}

/** Lines that are longer than the screen. */
function over(lines: readonly string[], width: number): string[] {
  return lines.filter((line) => displayWidth(line) > width);
}

describe('nothing is wider than the screen', () => {
  it.each([
    ['rules', 'list'],
    ['rules', 'list', '--usage', 'enabled'],
    ['rules', 'coverage'],
    ['rules', 'show', 'Attach/Exec Pod'],
    ['policies', 'list'],
    ['policies', 'show', 'K8s Threat Detection'],
    ['setup'],
    ['setup', 'webhook'],
    ['fields'],
    ['inputs'],
    ['config', 'show'],
    ['config', 'show', '--all'],
    ['activity', 'identity', 'mallory', 'samples/exec-session.log'],
    ['activity', 'samples/quiet-cluster.log', '--by', 'user,resource'],
    ['doctor', 'samples/metadata-only.log'],
  ])('%s %s %s', async (...args) => {
    for (const width of WIDTHS) {
      expect(over(await screen(args.filter(Boolean), width), width), `at ${width}`).toEqual([]);
    }
  });

  it.each([[''], ...new Set(COMMANDS.map(({ name }) => name))].map((name) => [String(name)]))(
    'help of %j',
    async (name) => {
      for (const width of WIDTHS) {
        const lines = await screen([...name.split(' ').filter(Boolean), '--help'], width);
        // A quoted word of an example stays whole, so that it can be copied.
        const own = lines.filter((line) => !/'[^']{30,}'|\/\S{30,}/.test(line));
        expect(over(own, width), `at ${width}`).toEqual([]);
      }
    },
  );
});

it('help groups the commands, and begins with two examples', async () => {
  const text = (await screen(['--help'], 80)).join('\n');
  expect(text.match(/^[A-Z][\w ]+:$/gm)).toEqual([
    'Options:',
    'Look for findings:',
    'Look into a log:',
    'Rules and settings:',
    'Set up and look up:',
    'Examples:',
    'Exit codes:',
  ]);
  expect(/Examples:\n((?: {2}.+\n)+)/.exec(text)![1]!.trim().split('\n')).toHaveLength(2);
});

it('help says what each group of commands is for', async () => {
  const names = new Set(COMMANDS.map(({ name }) => name));
  const groups = new Set([...names].map((name) => name.split(' ')[0]!));
  const bare = [...groups].filter((group) => !names.has(group));
  expect(bare).toContain('ignore');
  for (const group of bare) {
    const [, about = ''] = (await screen([group, '--help'], 200)).filter(Boolean);
    expect(`${group} ${about}`).toMatch(/^\w+ [a-z]\w+ \w+.*: \w+/);
  }
});

it('an example in several lines is still one command', () => {
  const command = "k8s-audit scan logs/ -r my.yaml --where 'ka.verb = delete' --fail-on high";
  const lines = shellLines(command, 40).split('\n');
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.slice(0, -1).every((line) => line.endsWith(' \\'))).toBe(true);
  expect(lines.map((line) => line.replace(/ \\$/, '').trim()).join(' ')).toBe(command);
  expect(lines.some((line) => line.includes("'ka.verb = delete'"))).toBe(true);
});

describe('columns', () => {
  const rows = [
    ['a', 'short', 'one two three four five six seven'],
    ['bb', 'a-much-longer-name', 'x'],
  ];

  it('stand side by side where there is room', () => {
    expect(columnText(rows, 50, { head: ['K', 'NAME', 'TEXT'] })).toBe(
      [
        'K   NAME                TEXT',
        'a   short               one two three four five',
        '                        six seven',
        'bb  a-much-longer-name  x',
        '',
      ].join('\n'),
    );
  });

  it('go below where there is none', () => {
    expect(columnText(rows, 30)).toBe(
      [
        'a   short',
        '    one two three four five',
        '    six seven',
        'bb  a-much-longer-name',
        '    x',
        '',
      ].join('\n'),
    );
  });

  it('have headings, and escape what would steer a terminal', () => {
    expect(columnText([['Group'], ['a\u001b[2J', 'b']], 40)).toBe(
      String.raw`
Group
a\x1b[2J  b
`,
    );
  });
});

it('config show lists what differs, and all on request', async () => {
  const env = { K8S_AUDIT_FAIL_ON: 'high' };
  const { stdout } = await runCli({ args: ['config', 'show'], columns: 80, tty: true, env });
  expect(stdout).toContain('fail-on  high   K8S_AUDIT_FAIL_ON');
  expect(stdout).not.toContain('threads');
  expect(stdout).toMatch(/\d+ more have their default \(--all lists them\)/);
  const all = await runCli({ args: ['config', 'show', '--all'], columns: 80, tty: true, env });
  expect(all.stdout).toMatch(/^max-event-size +64MiB +default$/m);
  expect(all.stdout).toMatch(/^threads +- +default$/m);
  const json = await runCli({ args: ['config', 'show', '-f', 'json'], env });
  expect(json.stdout).toContain('"key": "threads"');
});

it('rules show begins with what a reader wants to know', async () => {
  const lines = await screen(['rules', 'show', 'Attach/Exec Pod'], 80);
  const labels = lines.filter((line) => /^[A-Z][a-z ]+:$/.test(line));
  expect(labels.slice(0, 5)).toEqual([
    'Description:',
    'Output:',
    'Evidence:',
    'Severity:',
    'Tags:',
  ]);
});

it('rules coverage draws what runs, and names what no rule looks for', async () => {
  const text = (await screen(['rules', 'coverage'], 80)).join('\n');
  expect(text).toMatch(/^ {2}T1611 +\d+ {2}█+$/m);
  expect(text).toMatch(/Not covered: .*T1498\s+Network\s+Denial\s+of\s+Service/s);
  expect(text).not.toMatch(/Not covered: [^:]*T1611/);
  const { stdout } = await runCli({ args: ['rules', 'coverage', '-f', 'json'] });
  const found = JSON.parse(stdout) as { framework: string; notCovered?: { id: string }[] }[];
  const techniques = found.find(({ framework }) => framework.includes('techniques'));
  expect(techniques?.notCovered?.map(({ id }) => id)).toContain('T1498');
});
