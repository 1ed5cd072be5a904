import { FIELD_CLASSES } from '../fields/catalog.ts';
import { REQUEST_LIST } from '../activity/request/request-list.ts';
import { findingSchema, listSchema } from '../outputs/parquet/schema-text.ts';
import { FORMAT_NAMES, FORMATS, formatOfExtension, type FormatName } from '../outputs/index.ts';
import { METRICS } from '../serve/counters.ts';
import { SINKS } from '../sinks/table.ts';
import { DEFAULT_FIELD_SETTINGS } from '../rules/resolver.ts';
import { readAsset } from './assets.ts';
import type { CommandRecord } from './flags/command.ts';
import { fieldsMarkdown } from './commands/fields.ts';
import { COMMANDS } from './commands/index.ts';
import { inputsMarkdown } from './commands/inputs.ts';
import { EXIT_CODES } from './terminal/exit.ts';
import {
  sigmaFieldsMarkdown,
  sigmaLevelsMarkdown,
  sigmaModifiersMarkdown,
} from './docs/sigma-tables.ts';
import { FILES } from './docs/files.ts';
import { manPage } from './docs/manpage.ts';
import { coverageMarkdown, type Coverage } from './docs/coverage-page.ts';
import { rulePages } from './docs/rule-pages.ts';
import { ENVIRONMENT, groupedOptions } from './flags/option-groups.ts';
import { optionKey, optionRecord } from './flags/option-keys.ts';
import { loadPlanned } from './library/policies-input.ts';
import { packageVersion } from './version.ts';

/** A part of a document that is generated; it stands between two marker lines. */
export interface GeneratedPart {
  /** Path in the repository. */
  readonly file: string;
  /** Name in the markers. */
  readonly part: string;
  readonly text: string;
}

/** Every generated part of the documentation. */
export async function generatedParts(): Promise<GeneratedPart[]> {
  const bundled = { bundled: true, rules: [], policies: [], policyFiles: [] };
  const library = await loadPlanned(bundled, DEFAULT_FIELD_SETTINGS, () => undefined);
  const { index, pages } = rulePages(library);
  return [
    { file: 'docs/cli.md', part: 'commands', text: COMMANDS.map(commandMarkdown).join('\n') },
    { file: 'docs/cli.md', part: 'exit codes', text: exitCodesMarkdown() },
    { file: 'docs/cli.md', part: 'environment', text: environmentMarkdown() },
    { file: 'docs/cli.md', part: 'files', text: filesMarkdown() },
    { file: 'docs/ci.md', part: 'exit codes', text: exitCodesMarkdown() },
    { file: 'docs/formats.md', part: 'output formats', text: formatsMarkdown() },
    { file: 'docs/formats.md', part: 'columns of findings', text: findingColumnsMarkdown() },
    { file: 'docs/formats.md', part: 'columns of requests', text: requestColumnsMarkdown() },
    { file: 'docs/inputs.md', part: 'input shapes', text: inputsMarkdown() },
    { file: 'docs/fields.md', part: 'fields', text: fieldsMarkdown(FIELD_CLASSES) },
    { file: 'docs/sigma.md', part: 'Sigma fields', text: sigmaFieldsMarkdown() },
    { file: 'docs/sigma.md', part: 'Sigma modifiers', text: sigmaModifiersMarkdown() },
    { file: 'docs/sigma.md', part: 'Sigma levels', text: sigmaLevelsMarkdown() },
    { file: 'docs/serve.md', part: 'numbers', text: metricsMarkdown() },
    { file: 'docs/sinks.md', part: 'sinks', text: sinksMarkdown() },
    { file: 'docs/rules-reference.md', part: 'rules', text: index },
    ...pages.map(({ file, text }) => ({ file, part: 'rules', text })),
    {
      file: 'docs/coverage.md',
      part: 'coverage',
      text: coverageMarkdown(
        JSON.parse(readAsset('docs/coverage.json')) as Coverage,
        library.ruleSet.rules,
      ),
    },
  ];
}

/**
 * A document with one part put in place of what stands between its markers.
 *
 * @throws Error when the document lacks the markers
 */
export function withPart(document: string, { file, part, text }: GeneratedPart): string {
  const begin = `<!-- generated: ${part} (npm run docs) -->\n`;
  const end = `<!-- end of ${part} -->\n`;
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`${file} has no markers for ${part}`);
  return `${document.slice(0, from)}${begin}\n${text.trim()}\n\n${document.slice(to)}`;
}

/** The manual page of this version. */
export function currentManPage(): string {
  return manPage(COMMANDS, packageVersion());
}

function commandMarkdown(record: CommandRecord): string {
  const { name, arguments: args, argumentHelp, description, examples } = record;
  const usage = ['k8s-audit', name, '[options]', args].filter((word) => word !== '').join(' ');
  const help = argumentHelp.split('\n');
  const rows = args
    .split(' ')
    .filter((argument) => argument !== '')
    .map((argument, index) => row(`\`${argument}\``, help[index] ?? ''));
  const groups = groupedOptions(record).map(
    ({ title, options }) =>
      `${title}:\n\n${table(
        ['option', 'meaning', 'key'],
        options.map(({ flags, text, key }) =>
          row(`\`${flags}\``, text, key === undefined ? '' : `\`${key}\``),
        ),
      )}`,
  );
  const parts = [
    `### ${name}`,
    sentence(description),
    code([usage]),
    ...(rows.length > 0 ? [table(['argument', 'meaning'], rows)] : []),
    ...groups,
    ...(examples.length > 0 ? [`Examples:\n\n${code(examples)}`] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function exitCodesMarkdown(): string {
  return table(
    ['code', 'meaning'],
    Object.values(EXIT_CODES).map(({ code: exit, meaning }) => row(String(exit), meaning)),
  );
}

function environmentMarkdown(): string {
  return table(
    ['variable', 'meaning'],
    ENVIRONMENT.map(([name, meaning]) => row(`\`${name}\``, meaning)),
  );
}

function filesMarkdown(): string {
  return table(
    ['file', 'what it is'],
    FILES.map(([path, meaning]) => row(`\`${path}\``, meaning)),
  );
}

function metricsMarkdown(): string {
  return table(
    ['name', 'type', 'labels', 'what it is'],
    Object.entries(METRICS).map(([name, { type, labels, help }]) =>
      row(`\`${name}\``, type, labels.map((label) => `\`${label}\``).join(', '), help),
    ),
  );
}

function sinksMarkdown(): string {
  return table(
    ['kind', 'target', 'what it gets'],
    SINKS.map(({ name, usage, help }) => row(`\`${name}\``, `\`${usage}\``, help)),
  );
}

function formatsMarkdown(): string {
  return table(
    ['format', 'extension', 'what it is', 'beside scan'],
    FORMAT_NAMES.map((name) =>
      row(`\`${name}\``, extensionsOf(name), FORMATS[name].description, commandsWith(name)),
    ),
  );
}

function findingColumnsMarkdown(): string {
  return table(
    ['column', 'type', 'what it is'],
    findingSchema().map(({ name, type, about = '' }) => row(`\`${name}\``, type, about)),
  );
}

function requestColumnsMarkdown(): string {
  const columns = listSchema(REQUEST_LIST);
  const types = [...new Set(columns.map(({ type }) => type))];
  const named = (wanted: string): string =>
    columns
      .filter(({ type }) => type === wanted)
      .map(({ name }) => `\`${name}\``)
      .join(', ');
  return table(
    ['type', 'columns'],
    types.map((type) => row(type, named(type))),
  );
}

/** The extensions that tell a format, the usual one first. */
function extensionsOf(name: FormatName): string {
  const { extension, otherExtensions = [] } = FORMATS[name];
  const telling = otherExtensions.filter((other) => formatOfExtension(other) === name);
  return [extension, ...telling].map((each) => `.${each}`).join(', ');
}

/** The commands that have a format. */
function commandsWith(name: FormatName): string {
  const formatted = COMMANDS.slice(1).flatMap((command) => {
    const formats = formatsOf(command);
    return formats.length === 0 ? [] : [{ name: command.name, formats }];
  });
  const having = formatted.filter(({ formats }) => formats.includes(name));
  if (having.length === formatted.length) return 'every command with `--format`';
  return having.map((command) => `\`${command.name}\``).join(', ');
}

/** The formats of a command's report; none when it prints in one way only, or writes something else. */
function formatsOf({ options }: CommandRecord): readonly string[] {
  const format = options.find((name) => optionKey(name) === 'format');
  const choices = format === undefined ? [] : (optionRecord(format).choices ?? []);
  return choices.filter((choice) => Object.hasOwn(FORMATS, choice));
}

function table(titles: readonly string[], rows: readonly string[]): string {
  return [row(...titles), row(...titles.map(() => '---')), ...rows].join('\n');
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function code(lines: readonly string[]): string {
  return `\`\`\`sh\n${lines.join('\n')}\n\`\`\``;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
