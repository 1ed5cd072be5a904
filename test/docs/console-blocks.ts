import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, runCli, spawnCli, type CliResult } from '../cli/run-cli.ts';

/** Columns of the terminal on which the commands of documents run, where a block does not say `columns=80`. */
const COLUMNS = 100;

/**
 * A fenced block: the comment `<!-- file: NAME -->` before it, its language, what stands behind the language,
 * and its text. Or the comment `<!-- new folder -->` alone.
 */
const BLOCK = /<!-- new folder -->|(?:<!-- file: (\S+) -->\n+)?^```(\w+)([^\n]*)\n([^]*?)^```$/gm;

/**
 * A page with the output of its `console` blocks made anew. Commands (`$ …`) run in the order of the page, in
 * one folder, which has the samples and what the page writes there: blocks that a comment names as a file, and
 * output that commands redirect. A comment `<!-- new folder -->` leaves these behind. `console first=9` and `console last=9` show so many lines of each output.
 *
 * @throws for a command that is not run here
 */
export async function withFreshOutput(text: string): Promise<string> {
  const folders: string[] = [];
  const session: Session = { folder: newFolder(folders), code: 0, columns: COLUMNS };
  let made = '';
  let done = 0;
  for (const match of text.matchAll(BLOCK)) {
    const [whole, file, language, options, body] = match;
    if (language === undefined) session.folder = newFolder(folders);
    if (file !== undefined) writeFileSync(join(session.folder, file), body!);
    if (language !== 'console') continue;
    made += text.slice(done, match.index);
    made += `\`\`\`console${options}\n${await blockOutput(session, body!, options!)}\`\`\``;
    done = match.index + whole.length;
  }
  for (const folder of folders) rmSync(folder, { recursive: true });
  return made + text.slice(done);
}

function newFolder(folders: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-audit-docs-'));
  symlinkSync(join(ROOT, 'samples'), join(folder, 'samples'));
  folders.push(folder);
  return folder;
}

interface Session {
  folder: string;
  /** Exit code of the last command. */
  code: number;
  columns: number;
}

/** The commands of a block, each with its output. */
async function blockOutput(session: Session, body: string, options: string): Promise<string> {
  session.columns = Number(/columns=(\d+)/.exec(options)?.[1] ?? COLUMNS);
  let made = '';
  for (const [command] of body.matchAll(/^\$ (?:[^\n]*[|\\]\n)*[^\n]*\n/gm)) {
    const output = await commandOutput(session, command.slice(2).replaceAll(/\\?\n/g, ' ').trim());
    const lines = output.replaceAll(/[ \t]+$/gm, '').trimEnd();
    made += `${command}${lines === '' ? '' : `${shown(lines.split('\n'), options)}\n`}`;
  }
  if (made === '') throw new Error(`a console block without a command: ${body}`);
  return made;
}

function shown(lines: readonly string[], options: string): string {
  const [, end, number] = /(first|last)=(\d+)/.exec(options) ?? [];
  if (end === undefined || lines.length <= Number(number)) return lines.join('\n');
  const kept = end === 'first' ? lines.slice(0, Number(number)) : lines.slice(-Number(number));
  return (end === 'first' ? [...kept, '…'] : ['…', ...kept]).join('\n');
}

/** What a command shows: standard output, then standard error. */
async function commandOutput(session: Session, command: string): Promise<string> {
  if (command === 'echo $?') return String(session.code);
  if (command.startsWith('cat ')) {
    return readFileSync(join(session.folder, command.slice(4)), 'utf8');
  }
  const [pipeline, target] = command.split(' > ');
  const commands = pipeline!.split(' | ');
  let result: CliResult | undefined;
  for (const [place, part] of commands.entries()) {
    const tty = place === commands.length - 1 && target === undefined;
    result = await run(session, part, tty, result?.stdout);
  }
  session.code = result!.code;
  if (target !== undefined) writeFileSync(join(session.folder, target), result!.stdout);
  // How long it took differs each time.
  const stderr = result!.stderr.replaceAll(/^Took .*\n/gm, '');
  return target === undefined ? `${result!.stdout}${stderr}` : stderr;
}

/** The words of a shell command; quoted ones whole. */
function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}

async function run(
  { folder, columns }: Session,
  command: string,
  tty: boolean,
  stdin: string | undefined,
): Promise<CliResult> {
  const [program, ...args] = words(command);
  if (program !== 'k8s-audit') throw new Error(`documents do not run ${program}`);
  const env = { NO_COLOR: '1', CI: '1' };
  if (stdin !== undefined) return spawnCli({ args, stdin, env, cwd: folder });
  // Paths on the command line are from the folder of the process.
  const before = process.cwd();
  process.chdir(folder);
  try {
    const terminal = { stdout: tty, stderr: true };
    return await runCli({ args, tty: terminal, columns, env, cwd: folder });
  } finally {
    process.chdir(before);
  }
}
