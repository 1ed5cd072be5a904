import { FORMATS } from '../../outputs/index.ts';
import type { CommandRecord } from '../flags/command.ts';
import { EXIT_CODES } from '../terminal/exit.ts';
import { ENVIRONMENT, groupedOptions } from '../flags/option-groups.ts';

/** The manual page in roff (man(7)), from the tables that the command line is built from. */
export function manPage(commands: readonly CommandRecord[], version: string): string {
  const parts = [
    `.TH K8S\\-AUDIT 1 "" "k8s\\-audit ${roff(version)}" "User Commands"`,
    '.SH NAME',
    'k8s\\-audit \\- analyze Kubernetes audit logs with Falco rules',
    '.SH SYNOPSIS',
    ...commands.flatMap(({ name, arguments: args }) => [
      '.br',
      `.B k8s\\-audit ${roff(name)}`,
      `[options] ${roff(args)}`.trimEnd(),
    ]),
    '.SH DESCRIPTION',
    'Reads Kubernetes audit logs, evaluates Falco rules of the source k8s_audit on them and prints',
    'the notable events.',
    'Results go to standard output, everything else to standard error.',
    'Without a command, scan is meant.',
    '.SH COMMANDS',
    ...commands.flatMap(commandText),
    '.SH FORMATS',
    ...Object.entries(FORMATS).flatMap(([name, { description }]) => item(name, description)),
    '.SH EXIT STATUS',
    ...Object.values(EXIT_CODES).flatMap(({ code, meaning }) => item(String(code), meaning)),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.flatMap(([name, meaning]) => item(name, meaning)),
  ];
  return `${parts.join('\n')}\n`;
}

function commandText(record: CommandRecord): string[] {
  const { name, arguments: args, argumentHelp, description, examples } = record;
  const lines = [`.SS "k8s\\-audit ${roff(`${name} ${args}`.trim())}"`, line(`${description}.`)];
  const help = argumentHelp.split('\n');
  for (const [index, argument] of args.split(' ').entries()) {
    if (argument !== '') lines.push(...item(argument, help[index] ?? ''));
  }
  for (const { title, options } of groupedOptions(record)) {
    lines.push('.PP', `.I ${roff(title)}`);
    for (const { flags, text } of options) lines.push(...item(flags, text));
  }
  if (examples.length > 0) {
    lines.push('.PP', '.I Examples', '.nf', ...examples.map(line), '.fi');
  }
  return lines;
}

/** A term and what it means. */
function item(term: string, text: string): string[] {
  return ['.TP', `.B ${roff(term)}`, line(text)];
}

/** A text line: a point or an apostrophe at its start would be a request. */
function line(text: string): string {
  const escaped = roff(text);
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('"', '\\(dq')
    .replaceAll("'", '\\(aq')
    .replaceAll('\n', ' ');
}
