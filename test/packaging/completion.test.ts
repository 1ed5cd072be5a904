import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { FORMAT_NAMES } from '../../src/outputs/index.ts';
import { runCli } from '../cli/run-cli.ts';
import { emptyFolder, has, run } from './product.ts';

async function script(shell: string): Promise<string> {
  const { stdout, code } = await runCli({ args: ['completion', shell] });
  expect(code).toBe(0);
  return stdout;
}

describe('completion', () => {
  it('refuses other shells with a hint', async () => {
    const { stderr, code } = await runCli({ args: ['completion', 'bsh'] });
    expect(code).toBe(2);
    expect(stderr).toBe(
      "k8s-audit: no completion for the shell 'bsh' (did you mean 'bash' or 'zsh'?)\n",
    );
  });

  it.each(['bash', 'zsh', 'fish'])('for %s knows every command and option', async (shell) => {
    const text = await script(shell);
    for (const { name } of COMMANDS)
      for (const word of name.split(' ')) expect(text).toContain(word);
    for (const long of ['fail-on', 'baseline', 'rules', 'show-secrets', 'help']) {
      expect(text).toContain(long);
    }
    for (const name of ['Attach/Exec Pod', 'K8s Notable Events', 'ka.req.pod.containers.image']) {
      expect(text).toContain(name);
    }
  });
});

const FILES = ['audit.log', 'out.sarif', 'my rules.yaml'];

/** Words of a command line; the last is the one being completed. bash splits them at `=`. */
const LINES: readonly (readonly [words: readonly string[], completed: readonly string[]])[] = [
  [['sc'], ['scan']],
  [['rules', 'ch'], ['check']],
  [['activity', 'ident'], ['identity']],
  [['scan', '--fail-o'], ['--fail-on']],
  [['audit.log', '--max-f'], ['--max-findings']],
  [['scan', '--format', 's'], ['sarif']],
  [['scan', '-f', ''], FORMAT_NAMES],
  [['scan', '--format', '=', 'js'], ['json']],
  [['scan', '-r', 'my'], ['my rules.yaml']],
  [['scan', 'aud'], ['audit.log']],
  [['scan', '-f', 'json', 'aud'], ['audit.log']],
  [['scan', '-o', 'sarif', '=', 'out'], ['out.sarif']],
  [['scan', '-o', 'juni'], ['junit=']],
  [['scan', '--baseline', 'out'], ['out.sarif']],
  [['scan', '--since', ''], []],
  [['completion', 'z'], ['zsh']],
  [['help', 'ru'], ['rules']],
  [['help', 'rules', 'ch'], ['check']],
  [
    ['help', 'activity', ''],
    ['identity', 'object', 'sessions', 'stats'],
  ],
  [['help', 'rules', 'check', ''], []],
  [['help', 'scan', ''], []],
  [['rules', 'show', String.raw`Attach/Exec\ Po`], [String.raw`Attach/Exec\ Pod`]],
  [['rules', 'show', '"Attach/Exec Po'], ['Attach/Exec Pod']],
  [['rules', 'show', String.raw`Create\ Priv`], [String.raw`Create\ Privileged\ Pod`]],
  [['scan', '--rule', 'Create Pr'], [String.raw`Create\ Privileged\ Pod`]],
  [['fields', 'ka.useragen'], ['ka.useragent']],
  [['setup', 'k3'], ['k3s']],
  [['setup', 'audit-p'], ['audit-policy']],
  [['setup', 'webhook', '--part', 'm'], ['manifests']],
  [['setup', 'webhook', 'tal'], ['talos']],
  [['scan', '--fail-on', 'em'], ['emergency']],
  [['scan', '--min-severity', 'h'], ['high']],
  [['activity', '--verb', 'deletec'], ['deletecollection']],
  [['scan', '--timezone', 'Europe/Berl'], ['Europe/Berlin']],
  [['rules', 'list', '--mitre', 'T1611'], ['T1611']],
  [['config', 'show', '--for', 'rules li'], [String.raw`rules\ list`]],
  // Formats are those of the command that is written.
  [
    ['rules', 'list', '-f', ''],
    ['text', 'table', 'json', 'markdown'],
  ],
  [
    ['rules', 'test', '--format', 'j'],
    ['json', 'junit'],
  ],
  [['activity', '-f', 's'], []],
  [['audit.log', '-f', 's'], ['sarif']],
  [['rules', 'export', '-o', 'sar'], []],
  // Dot files are offered to whoever asks for them.
  [['scan', ''], FILES],
  [['scan', '.h'], ['.hidden']],
];

describe.skipIf(!has('bash'))('completion in bash', () => {
  const folder = emptyFolder();
  const file = join(folder, 'completion.bash');
  beforeAll(async () => {
    writeFileSync(file, await script('bash'));
    for (const name of [...FILES, '.hidden']) writeFileSync(join(folder, name), '');
  });

  it('is a script that bash accepts', () => {
    expect(run('bash', ['-n', file])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it.each(LINES)('of %j is %j', (words, completed) => {
    const code = [
      'source "$1"; shift',
      'COMP_WORDS=(k8s-audit "$@") COMP_CWORD=$#',
      '_k8s_audit',
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ].join('\n');
    const result = run('bash', ['--norc', '-c', code, 'bash', file, ...words], { cwd: folder });
    const offered = result.stdout
      .split('\n')
      .filter((line) => line !== '' && line !== 'completion.bash');
    expect(offered.toSorted()).toEqual(completed.toSorted());
  });
});

describe.skipIf(!has('zsh'))('completion in zsh', () => {
  it('is a script that zsh accepts', async () => {
    const file = join(emptyFolder(), '_k8s-audit');
    writeFileSync(file, await script('zsh'));
    expect(run('zsh', ['-n', file])).toEqual({ code: 0, stdout: '', stderr: '' });
    const text = await script('zsh');
    expect(text).toMatch(
      /CURRENT == 4 .*\$command == help[^]*?'activity'\)\s+words_found=\('identity:/,
    );
  });
});

describe.skipIf(!has('fish'))('completion in fish', () => {
  const folder = emptyFolder();
  const file = join(folder, 'k8s-audit.fish');
  beforeAll(async () => {
    writeFileSync(file, await script('fish'));
    for (const name of FILES) writeFileSync(join(folder, name), '');
  });

  it.each([
    ['k8s-audit sc', ['scan']],
    ['k8s-audit rules ch', ['check']],
    ['k8s-audit scan --format sa', ['sarif']],
    ['k8s-audit audit.log --fail-o', ['--fail-on']],
    ['k8s-audit scan -o sarif=ou', ['sarif=out.sarif']],
    ['k8s-audit rules show Attach/Exec\\ Po', ['Attach/Exec Pod']],
    ['k8s-audit completion z', ['zsh']],
    ['k8s-audit help ru', ['rules']],
    ['k8s-audit help rules ch', ['check']],
    ['k8s-audit help scan ', []],
  ])('of %s is %j', (line, completed) => {
    const code = `source ${file}; complete -C '${line}'`;
    const { stdout } = run('fish', ['--no-config', '-c', code], { cwd: folder });
    const words = stdout.split('\n').filter((each) => each !== '');
    expect(words.map((each) => each.split('\t')[0])).toEqual(completed);
  });
});
