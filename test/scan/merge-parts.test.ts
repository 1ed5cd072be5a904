import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Random } from '../fast/random.ts';
import { seeds } from '../seeds.ts';
import { eventLine, folder, ruleText } from '../cli/events.ts';
import { runCli, type CliResult } from '../cli/run-cli.ts';

const USERS = ['alice', 'bob', 'system:serviceaccount:ci:deployer'];
const VERBS = ['get', 'delete', 'create', 'list'];

const dir = folder({
  'rules.yaml': [
    ruleText('Deleted', 'ka.verb = delete', { more: '  tags: [gone]\n' }),
    ruleText('Bob', 'ka.user.name = bob and ka.verb = get', { priority: 'NOTICE' }),
    ruleText('Privileged', 'ka.req.pod.containers.privileged intersects (true)'),
    ruleText('Off', 'ka.verb = list', { more: '  enabled: false\n' }),
    '- { correlation: Many, type: event_count, events: { gone: ka.verb = delete }, group-by: ka.user.name, ' +
      'timespan: 10m, condition: { gte: 3 }, priority: ERROR }\n',
    '- { correlation: Wide, type: value_count, events: { any: ka.verb = create }, group-by: ka.user.name, ' +
      'field: ka.target.name, timespan: 1h, condition: { gte: 4 }, priority: NOTICE }\n',
  ].join(''),
  'ignore.yaml': 'ignore:\n  - { rule: Bob, reason: known }\n',
});
const at = (name: string): string => join(dir, name);
const OWN = ['--no-default-rules', '--rules', at('rules.yaml'), '--config', at('ignore.yaml')];

/** A line of a log: an event, a copy of an earlier one, or something broken. */
function line(random: Random, index: number): string {
  const kind = random.below(20);
  if (kind === 0) return '{"kind":"Event","broken';
  if (kind === 1) return 'no event at all';
  if (kind === 2) return '';
  const number = kind === 3 ? Math.max(0, index - 7) : index;
  const verb = VERBS[number % 4]!;
  const stageTimestamp = new Date(Date.UTC(2026, 2, 5, 10, 0, 13 * number)).toISOString();
  return eventLine({
    auditID: `id-${number}`,
    verb,
    user: { username: USERS[number % 3] },
    objectRef: { resource: 'pods', namespace: 'shop', name: `p${number % 7}`, apiVersion: 'v1' },
    requestReceivedTimestamp: stageTimestamp,
    stageTimestamp,
  });
}

/** A log in several files, one behind the other, some compressed and one in a folder below. */
function log(random: Random, name: string): string[] {
  mkdirSync(at(`${name}/below`), { recursive: true });
  let index = 0;
  return Array.from({ length: 6 }, (_, file) => {
    const lines = Array.from({ length: 20 + random.below(30) }, () => line(random, index++));
    const text = `${lines.join('\n')}\n`;
    const isPacked = file % 3 === 1;
    const place = file === 5 ? 'below/audit.log' : `audit.log.${5 - file}`;
    const path = at(`${name}/${place}${isPacked ? '.gz' : ''}`);
    // The last bytes of a compressed file may be missing.
    const packed = gzipSync(text);
    writeFileSync(path, isPacked ? packed.subarray(0, packed.length - (file === 4 ? 9 : 0)) : text);
    return path;
  });
}

const LOG = log(new Random(1), 'log');
const run = (...args: string[]): Promise<CliResult> => runCli({ args: [...args, ...OWN] });

/** Scans some files, and gives the file with their partial result. */
async function part(name: string, files: readonly string[], ...more: string[]): Promise<string> {
  const path = at(name);
  const { stderr, code } = await run('scan', ...files, '-q', '--partial', path, ...more);
  expect({ code, written: existsSync(path) || stderr }).toEqual({
    code: expect.any(Number),
    written: true,
  });
  return path;
}

/** Splits files among some parts, in any order. */
async function split(random: Random, name: string, count: number): Promise<string[]> {
  const shares = Array.from({ length: count }, (): string[] => []);
  for (const [index, file] of random.shuffled(LOG).entries()) {
    shares[index < count ? index : random.below(count)]!.push(file);
  }
  const parts: string[] = [];
  for (const [index, share] of shares.entries()) {
    parts.push(await part(`${name}-${index}.part`, share));
  }
  return random.shuffled(parts);
}

/** The summary without what differs from run to run. */
function told(stderr: string): string {
  return stderr.replace(/\n *Took [\s\S]*$/, '');
}

const REPORTS: readonly (readonly string[])[] = [
  ['-f', 'ndjson'],
  ['-f', 'json', '--fail-on', 'error'],
  ['-f', 'table', '--sort', 'severity', '--limit', '5'],
  ['-f', 'markdown', '--strict', '--explain-blind'],
  ['-f', 'sarif', '--min-severity', 'medium'],
  ['-f', 'text', '--group-by', 'incident'],
  ['-f', 'parquet', '--no-fold'],
];

describe('merge', () => {
  test('of any split is the scan of the whole: output, summary and exit code', async () => {
    const codes = new Set<number>();
    const splits: string[][] = [];
    for (const [index, seed] of seeds(2).entries()) {
      splits.push(await split(new Random(seed), `s${index}`, 2 + (index % 5)));
    }
    for (let index = 0; index < Math.max(REPORTS.length, splits.length); index++) {
      const report = REPORTS[index % REPORTS.length]!;
      const parts = splits[index % splits.length]!;
      const whole = await run('scan', ...LOG, ...report);
      const merged = await run('merge', ...parts, ...report);
      expect(merged.stdout).toBe(whole.stdout);
      expect(merged.code).toBe(whole.code);
      expect(told(merged.stderr)).toBe(told(whole.stderr));
      codes.add(whole.code);
    }
    // A compressed file is cut.
    expect(codes).toEqual(new Set([2]));
    const { stdout } = await run('scan', at('log'), '-f', 'ndjson', '-q');
    for (const rule of ['Deleted', 'Many', 'Wide']) expect(stdout).toContain(`"rule":"${rule}"`);
    expect(stdout).not.toContain('"rule":"Bob"');
  });

  test('of merged parts is the merge of all, in any order', async () => {
    const parts = await split(new Random(7), 'a', 5);
    const all = await run('merge', ...parts, '-f', 'json');
    const left = at('left.part');
    const right = at('right.part');
    const middle = Math.ceil(parts.length / 2);
    await run('merge', ...parts.slice(0, middle), '-q', '--partial', left);
    await run('merge', ...parts.slice(middle), '-q', '--partial', right);
    for (const order of [
      [left, right],
      [right, left],
    ]) {
      const merged = await run('merge', ...order, '-f', 'json');
      expect({ ...merged, stderr: told(merged.stderr) }).toEqual({
        ...all,
        stderr: told(all.stderr),
      });
    }
  });

  test('of parts of a file has the same findings and counts, at other places', async () => {
    const random = new Random(3);
    const lines = Array.from({ length: 90 }, (_, index) => line(random, index));
    const whole = at('whole.log');
    writeFileSync(whole, `${lines.join('\n')}\n`);
    const cuts = [0, 31, 58, 90];
    const parts: string[] = [];
    for (const [index, from] of cuts.slice(0, -1).entries()) {
      const file = at(`piece.log.${9 - index}`);
      writeFileSync(file, `${lines.slice(from, cuts[index + 1]).join('\n')}\n`);
      parts.push(await part(`piece-${index}.part`, [file]));
    }
    interface Report {
      findings: { output: string; k8s_audit: { auditID: string } }[];
      summary: Record<string, unknown>;
    }
    const report = async (...args: string[]): Promise<Report> =>
      JSON.parse((await run(...args, '-f', 'json')).stdout) as Report;
    const scanned = await report('scan', whole);
    const merged = await report('merge', ...parts.toReversed());
    const comparable = ({ findings, summary }: Report): unknown => ({
      findings: findings
        .filter(({ output }) => !output.includes('corr'))
        .map(({ output, k8s_audit: { auditID } }) => `${auditID} ${output}`)
        .toSorted((a, b) => (a < b ? -1 : 1)),
      counts: [
        summary['events'],
        summary['lines'],
        summary['event_lines'],
        summary['problem_lines'],
        summary['by_rule'],
        summary['by_severity'],
        summary['first_event_time'],
        summary['last_event_time'],
      ],
    });
    expect(comparable(merged)).toEqual(comparable(scanned));
    expect(merged.findings.length).toBeGreaterThan(20);
  });

  test('compares with baselines and learns as a scan does', async () => {
    const parts = await split(new Random(21), 'b', 2);
    for (const command of [
      ['scan', at('log')],
      ['merge', ...parts],
    ]) {
      await run(...command, '-q', '--allow-empty', '--write-baseline', at(`${command[0]}.known`));
    }
    expect(existsSync(at('scan.known'))).toBe(existsSync(at('merge.known')));
    const good = LOG.filter((path) => !path.endsWith('.gz'));
    const known = await run('scan', good[0]!, '-q', '-f', 'ndjson');
    writeFileSync(at('known.ndjson'), known.stdout);
    const gate = ['--baseline', at('known.ndjson'), '-f', 'ndjson', '--fail-on', 'notice'];
    const some = [await part('g1.part', good.slice(2)), await part('g2.part', good.slice(0, 2))];
    const whole = await run('scan', ...good, ...gate);
    const merged = await run('merge', ...some, ...gate);
    expect({ ...merged, stderr: told(merged.stderr) }).toEqual({
      ...whole,
      stderr: told(whole.stderr),
    });
    expect([merged.code, merged.stdout === '']).toEqual([1, false]);
  });

  test('finds what is new across parts, from all that they saw', async () => {
    writeFileSync(
      at('new.yaml'),
      '- correlation: Mine\n  type: new_value\n  events: {a: ka.verb = get}\n  group-by: ka.user.name\n' +
        '  field: ka.target.name\n  warmup: 5m\n  priority: INFO\n',
    );
    const own = ['--no-default-rules', '-r', at('new.yaml')];
    const files = [LOG[0]!, LOG[2]!];
    const parts: string[] = [];
    for (const [index, file] of files.entries()) {
      const path = at(`n${index}.part`);
      await runCli({ args: ['scan', file, '-q', '--partial', path, ...own] });
      parts.push(path);
    }
    const whole = await runCli({ args: ['scan', ...files, '-f', 'ndjson', ...own] });
    const merged = await runCli({ args: ['merge', ...parts, '-f', 'ndjson', ...own] });
    expect(merged.stdout).toBe(whole.stdout);
    expect(merged.stdout).toContain('"rule":"Mine"');
    // What is normal is learned from all parts, whatever each scan learned by itself.
    const learn = (name: string): string[] => ['-q', '--learn', at(name), ...own];
    const refused = await runCli({ args: ['merge', ...parts, ...learn('merged.state')] });
    expect(refused.stderr).toContain('scanned with other use of the past (--state, --learn)');
    for (const [index, file] of files.entries()) {
      const more = learn(`${index}.state`);
      await runCli({ args: ['scan', file, '--partial', parts[index]!, ...more] });
    }
    await runCli({ args: ['scan', ...files, ...learn('whole.state')] });
    await runCli({ args: ['merge', ...parts, ...learn('merged.state')] });
    expect(readFileSync(at('merged.state'), 'utf8')).toBe(readFileSync(at('whole.state'), 'utf8'));
  });

  test('takes findings of overlapping files in the order of time, as a scan does', async () => {
    const files = ['x', 'y', 'z'].map((name, file) => {
      const text = Array.from({ length: 40 }, (_, index) => {
        const number = 3 * index + file;
        const stageTimestamp = new Date(Date.UTC(2026, 2, 5, 10, 0, 5 * number)).toISOString();
        const user = { username: USERS[index % 2] };
        return eventLine({ auditID: `o-${number}`, verb: 'delete', user, stageTimestamp });
      });
      writeFileSync(at(`${name}.log`), `${text.join('\n')}\n`);
      return at(`${name}.log`);
    });
    const parts: string[] = [];
    for (const [index, path] of files.entries()) parts.push(await part(`o${index}.part`, [path]));
    for (const sort of [['--sort', 'time'], []]) {
      const whole = await run('scan', ...files, '-f', 'ndjson', ...sort);
      const merged = await run('merge', ...parts.toReversed(), '-f', 'ndjson', ...sort);
      expect(merged.stdout).toBe(whole.stdout);
      expect(told(merged.stderr)).toBe(told(whole.stderr));
      expect(merged.stdout).toContain('"rule":"Many"');
    }
  });

  test('leaves the output of a scan as it is', async () => {
    for (const report of [
      ['-f', 'json'],
      ['-f', 'table', '--group-by', 'incident'],
    ]) {
      const plain = await run('scan', at('log'), ...report);
      const kept = await run('scan', at('log'), ...report, '--partial', at('kept.part'));
      expect({ ...kept, stderr: told(kept.stderr) }).toEqual({
        ...plain,
        stderr: told(plain.stderr),
      });
    }
  });

  test('tells what parts left out', async () => {
    const path = await part('left-out.part', [LOG[0]!]);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(/"candidates":0,"hashes":0/, '"candidates":5,"hashes":70'));
    const { stderr } = await run('merge', path);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('5 events that may be part of a correlation');
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('copies of 70 events are not looked for');
  });
});

describe('a partial result is refused', () => {
  const refused = async (parts: readonly string[], ...more: string[]): Promise<string> => {
    const { stdout, stderr, code } = await run('merge', ...parts, '-f', 'ndjson', ...more);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
    expect(stderr).not.toMatch(/\n\s+at /);
    return stderr.replaceAll(dir, '');
  };

  test('where it is damaged, with file and line', async () => {
    const path = await part('good.part', [LOG[0]!]);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    const event = lines.findIndex((each) => each.startsWith('{"event"'));
    const finding = lines[event]!;
    const cases: readonly (readonly [text: string, message: string])[] = [
      ['', 'bad.part:1: the partial result is cut'],
      ['{"kind":"Event"}\n', 'bad.part:1: this is no partial result: the line is of no kind'],
      ['[[[[\n', 'bad.part:1: this is no partial result: the line is no JSON'],
      [`${'['.repeat(200_000)}\n`, 'bad.part:1: this is no partial result'],
      [`${lines.slice(0, -1).join('\n')}\n`, `bad.part:${lines.length}: the partial result is cut`],
      [lines.join('\n'), `bad.part:${lines.length}: this is no partial result: the line is cut`],
      [`${[...lines, lines[1]].join('\n')}\n`, 'there is more behind the end'],
      [`${lines.toSpliced(event, 1).join('\n')}\n`, 'lines are missing'],
      [`${lines.slice(1).join('\n')}\n`, 'bad.part:1: this is no partial result'],
      ...[
        finding.replace(/"priority":"\w+"/, '"priority":"Grave"'),
        finding.replace(/"line":\d+/, '"line":-1'),
        finding.replace(/"rule":"\w+"/, '"rule":{"__proto__":null}'),
        finding.replace(/"time":\{"n":"\d+"\}/, '"time":{"n":"1e99"}'),
        finding.replace(/"tags":\[/, '"tags":[7,'),
      ].map((changed): [string, string] => [
        `${lines.with(event, changed).join('\n')}\n`,
        `bad.part:${event + 1}: this is no partial result: event.`,
      ]),
    ];
    for (const [text, message] of cases) {
      writeFileSync(at('bad.part'), text);
      expect(await refused([at('bad.part')])).toContain(message);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('where it says what no rule can have found', async () => {
    const path = await part('good.part', [LOG[0]!]);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    const index = lines.findIndex((each) => each.includes('"part":{'));
    const { event } = JSON.parse(lines[index]!) as { event: { findings: { part?: unknown }[] } };
    for (const finding of event.findings) delete finding.part;
    writeFileSync(at('odd.part'), `${lines.with(index, JSON.stringify({ event })).join('\n')}\n`);
    expect(await refused([at('odd.part')])).toContain(`odd.part:${index + 1}: the rules cannot`);
    const first = lines.findIndex((each) => each.includes('"rule":"Deleted"'));
    const renamed = lines[first]!.replace('"rule":"Deleted"', '"rule":"Made up"');
    writeFileSync(at('odd.part'), `${lines.with(first, renamed).join('\n')}\n`);
    expect(await refused([at('odd.part')])).toContain(`odd.part:${first + 1}: the rules cannot`);
  });

  test('where it does not fit the others, or what merge was told', async () => {
    const one = await part('one.part', [LOG[0]!]);
    const other = await part('other.part', [LOG[2]!], '--min-priority', 'warning');
    const same = await part('same.part', [LOG[0]!, LOG[2]!]);
    expect(await refused([one, other])).toContain('other.part was scanned with other chosen rules');
    expect(await refused([one], '--where', 'ka.verb = get')).toContain(
      'the parts were scanned with other scope options (--where',
    );
    expect(await refused([one], '-r', at('new.yaml'))).toContain('with other rules (--rules');
    expect(await refused([one, same])).toContain('one.part and /same.part hold the same input');
    expect(await refused([one, one])).toContain('hold the same input');
    const text = readFileSync(one, 'utf8');
    writeFileSync(at('old.part'), text.replace(/"version":"[^"]*"/, '"version":"0.0.9\\u001b[2J"'));
    expect(await refused([at('old.part')])).toContain('old.part is of k8s-audit 0.0.9\\u001b[2J');
    expect(await refused([at('none.part')])).toContain('cannot read /none.part');
    expect(await refused([dir])).toMatch(/is no regular file/);
    expect(await refused(['-'])).toContain('read twice');
  });

  test('as the place of a report', async () => {
    const one = await part('one.part', [LOG[0]!]);
    const before = readFileSync(one);
    expect(await refused([one], '-o', `json=${one}`)).toBeTruthy();
    expect(readFileSync(one).equals(before)).toBe(true);
  });
});

describe('--partial', () => {
  test.each([
    ['--follow'],
    ['--dedupe'],
    ['--sort', 'time'],
    ['--engine', 'reference'],
    ['--exclude-namespace', 'shop'],
  ])('and %s contradict each other', async (...more) => {
    const path = at('never.part');
    const { stderr, code } = await run('scan', ...LOG, '--partial', path, ...more);
    expect({ code, written: existsSync(path) }).toEqual({ code: 2, written: false });
    expect(stderr).toContain('--partial and --');
  });

  test('is refused for rules that number events', async () => {
    writeFileSync(at('number.yaml'), ruleText('Number', 'evt.num > 3'));
    const args = ['scan', LOG[0]!, '--no-default-rules', '-r', at('number.yaml'), '--partial'];
    const { stderr, code } = await runCli({ args: [...args, at('number.part')] });
    expect({ code, written: existsSync(at('number.part')) }).toEqual({ code: 2, written: false });
    expect(stderr).toContain('rules that read evt.num');
  });

  test('writes nothing of a scan that was stopped', async () => {
    const path = at('stopped.part');
    const args = ['scan', ...LOG, '-q', '--partial', path, ...OWN];
    const { stderr, code } = await runCli({ args, signal: 'SIGTERM' });
    expect({ code, written: existsSync(path) }).toEqual({ code: 143, written: false });
    expect(stderr).toContain('is not written: the input was not read to its end');
  });

  test('adds up logs that machines call the same, and names them once', async () => {
    const path = at('audit-of-machines.log');
    const parts: string[] = [];
    for (const machine of ['one', 'two']) {
      writeFileSync(path, `${eventLine({ auditID: machine, verb: 'delete' })}\n`);
      parts.push(await part(`${machine}.part`, [path]));
    }
    const { stdout, stderr } = await run('merge', ...parts, '-f', 'ndjson');
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(stderr).toContain('2 read from 2 inputs');
    const next = stderr.replaceAll(/\s*\\\n\s*/g, ' ');
    expect(next).toContain(`k8s-audit incidents ${path} `);
    expect(next).not.toContain(`${path} ${path}`);
  });

  test('tells of a machine whose log was not there', async () => {
    const there = folder({ 'a.log': `${eventLine({ verb: 'delete' })}\n` });
    const parts = ['a.log', 'gone.log'].map((name) => join(there, `${name}.part`));
    const scanned = (name: string, to: string): Promise<CliResult> =>
      runCli({ args: ['scan', join(there, name), ...OWN, '-q', '--partial', to] });
    expect((await scanned('a.log', parts[0]!)).code).toBe(0);
    const missing = `k8s-audit: ${join(there, 'gone.log')}: no such file or directory\n`;
    const { stderr, code } = await scanned('gone.log', parts[1]!);
    expect({ stderr, code }).toEqual({ stderr: missing, code: 2 });
    const merged = await runCli({ args: ['merge', ...parts, ...OWN] });
    expect(merged.code).toBe(2);
    expect(merged.stderr).toContain(missing);
    expect(merged.stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  test('reads what comes through a pipe', async () => {
    const path = at('piped.part');
    const args = ['scan', '-', '-q', '--partial', path, ...OWN];
    await runCli({ args, stdin: readFileSync(LOG[0]!) });
    const { stdout } = await run('merge', path, '-f', 'json');
    expect((JSON.parse(stdout) as { summary: { inputs: string[] } }).summary.inputs).toEqual(['-']);
  });
});
