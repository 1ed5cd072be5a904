import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../cli/run-cli.ts';
import { expectGenerated } from '../generated.ts';

interface Engine {
  readonly name: string;
  /** The row of bench/RESULTS.md that has the rate of one process. */
  readonly rate: string;
  /** How many times the CPU of that process a byte costs. */
  readonly factor: number;
  readonly seconds_per_file: number;
}

interface Model {
  readonly log: {
    readonly terabytes_per_day: number;
    readonly megabytes_per_file: number;
    readonly bytes_per_event: number;
    readonly compressed_share: number;
  };
  readonly machine: { readonly dollars_per_core_hour: number; readonly share_in_use: number };
  readonly engines: readonly Engine[];
}

const PAGE = 'docs/scale.md';
const MODEL = JSON.parse(readFileSync(join(ROOT, 'docs/scale.json'), 'utf8')) as Model;
const RESULTS = readFileSync(join(ROOT, 'bench/RESULTS.md'), 'utf8');

/** Megabytes a second of one process, as last measured. */
function rateOf(row: string): number {
  const cells = RESULTS.split('\n')
    .find((line) => line.startsWith(`| ${row} |`))
    ?.split('|');
  if (cells === undefined) throw new Error(`bench/RESULTS.md has no row ${row}`);
  return Number(cells[3]);
}

/** Core seconds that an engine takes for the log of a day. */
function coreSeconds({ rate, factor, seconds_per_file: start }: Engine, { log }: Model): number {
  const megabytes = log.terabytes_per_day * 1e6;
  return (megabytes / rateOf(rate)) * factor + (megabytes / log.megabytes_per_file) * start;
}

function cellsOf(engine: Engine, model: Model): string {
  const hours = coreSeconds(engine, model) / 3600;
  const { dollars_per_core_hour: price, share_in_use: use } = model.machine;
  const cells = [
    engine.name,
    `${rateOf(engine.rate)} MB/s`,
    `${engine.factor}`,
    `${engine.seconds_per_file} s`,
    hours.toFixed(1),
    (hours / use / 24).toFixed(2),
    Math.ceil(hours / use).toString(),
    `$${((hours / use) * price).toFixed(2)}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

function table(model: Model): string {
  const titles = [
    'engine',
    'one process',
    'times that a byte',
    'and a file',
    'core hours',
    'cores all day',
    'cores for one hour',
    'a day',
  ];
  return [
    `| ${titles.join(' | ')} |`,
    `|${' --- |'.repeat(titles.length)}`,
    ...model.engines.map((engine) => cellsOf(engine, model)),
  ].join('\n');
}

/** What is moved and kept, whatever the engine is. */
function amounts({ log }: Model): string {
  const bytes = log.terabytes_per_day * 1e12;
  const lines = [
    ['events', `${(bytes / log.bytes_per_event / 1e9).toFixed(2)} thousand million`],
    ['files', Math.round(bytes / 1e6 / log.megabytes_per_file).toLocaleString('en')],
    ['read from storage', `${(log.terabytes_per_day * log.compressed_share).toFixed(2)} TB`],
    ['on average', `${Math.round((bytes * log.compressed_share) / 86_400 / 1e6)} MB/s`],
  ];
  return ['| | a day |', '| --- | --- |', ...lines.map((cells) => `| ${cells.join(' | ')} |`)].join(
    '\n',
  );
}

function inputs({ log, machine }: Model): string {
  const lines = [
    ['log, expanded', `${log.terabytes_per_day} TB a day`],
    ['an event', `${log.bytes_per_event} bytes`],
    ['a file, expanded', `${log.megabytes_per_file} MB`],
    ['compressed to', `${Math.round(log.compressed_share * 100)} %`],
    ['a core for an hour', `$${machine.dollars_per_core_hour}`],
    ['of what is paid, in use', `${machine.share_in_use * 100} %`],
  ];
  return [
    '| input | value |',
    '| --- | --- |',
    ...lines.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}

function put(document: string, part: string, text: string): string {
  const begin = `<!-- ${part} -->`;
  const from = document.indexOf(begin);
  const to = document.indexOf(`<!-- end of ${part} -->`);
  if (from < 0 || to < from) throw new Error(`${PAGE} has no markers for ${part}`);
  return `${document.slice(0, from)}${begin}\n\n${text}\n\n${document.slice(to)}`;
}

describe('cost at scale', () => {
  test('is computed from docs/scale.json and the last measured rates', () => {
    let page = readFileSync(join(ROOT, PAGE), 'utf8');
    page = put(page, 'inputs', inputs(MODEL));
    page = put(page, 'amounts', amounts(MODEL));
    expectGenerated(PAGE, put(page, 'costs', table(MODEL)));
  });

  test('grows with the log, and with the number of files', () => {
    const [plain] = MODEL.engines;
    const { log } = MODEL;
    const twice = { ...MODEL, log: { ...log, terabytes_per_day: 2 * log.terabytes_per_day } };
    const smaller = { ...MODEL, log: { ...log, megabytes_per_file: log.megabytes_per_file / 10 } };
    const whole = coreSeconds(plain!, MODEL);
    expect(coreSeconds(plain!, twice)).toBeCloseTo(2 * whole);
    const files = (log.terabytes_per_day * 1e6) / log.megabytes_per_file;
    expect(coreSeconds(plain!, smaller) - whole).toBeCloseTo(9 * files * plain!.seconds_per_file);
  });
});
