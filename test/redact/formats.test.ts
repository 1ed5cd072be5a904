import { describe, expect, it } from 'vitest';
import type { Finding, OutputValue } from '../../src/engine/finding.ts';
import { FORMATS } from '../../src/outputs/index.ts';
import { context, finding, memorySink, summary } from '../outputs/findings.ts';
import { COMMAND_CARRIERS, fill, token } from './fill.ts';
import { COMMANDS, FILES, LOWER, TOKENS } from './secret-shapes.ts';

const PEOPLE = ['text', 'table', 'csv', 'markdown', 'html', 'sarif', 'junit', 'github'] as const;
const MACHINES = ['json', 'ndjson'] as const;

async function render(
  format: (typeof PEOPLE)[number] | (typeof MACHINES)[number],
  one: Finding,
  options: Parameters<typeof context>[0] = {},
): Promise<string> {
  const sink = memorySink();
  const writer = await FORMATS[format].create(sink, context({ width: 250, ...options }));
  writer.start?.();
  writer.finding(one);
  writer.end(summary());
  // Tables wrap long texts.
  return sink.text().replaceAll(/\n\s*/g, '');
}

function withField(name: string, value: OutputValue, resource: string): Finding {
  return finding({
    message: `found (value=${String(value)} more)`,
    outputFields: [[name, value]],
    subject: { resource } as Finding['subject'],
  });
}

const TOKEN = token('ghp_{mixed:36}');
const BODY = `{"data":{"a":"${LOWER}"}}`;
const PATCH = `[{"op":"replace","path":"/data/a","value":"${LOWER}"}]`;
const RAW = `{"objectRef":{"resource":"secrets"},"requestObject":${PATCH}}`;

/** Findings that hold a credential, by where it stands. */
const FINDINGS: readonly (readonly [where: string, secret: string, one: Finding])[] = [
  ['a message', LOWER, finding({ message: `ran curl -u bob:${LOWER} https://h` })],
  ['a token in a message', TOKEN, finding({ message: `uri=/x?a=${TOKEN}` })],
  ['a body of a secret', LOWER, withField('jevt.value[/requestObject]', BODY, 'secrets')],
  ['a patch of a secret', LOWER, withField('jevt.value[/requestObject]', PATCH, 'secrets')],
  ['a value of a secret', LOWER, withField('jevt.value[/requestObject/data/a]', LOWER, 'secrets')],
  [
    'a short value',
    'zq~7',
    withField('jevt.value[/requestObject/stringData/a]', 'zq~7', 'secrets'),
  ],
  ['a parameter', LOWER, withField('ka.uri.param[token]', LOWER, 'pods')],
  [
    'a token that was minted',
    LOWER,
    withField('jevt.value[/responseObject/status/token]', LOWER, 'x'),
  ],
  ['the event', LOWER, finding({ raw: RAW, message: 'x' })],
  ['a user agent', TOKEN, finding({ subject: { userAgent: `x/${TOKEN}` } as Finding['subject'] })],
  ['a user', TOKEN, finding({ subject: { user: TOKEN } as Finding['subject'] })],
];

describe.each(FINDINGS)('a credential in %s', (_, secret, one) => {
  it.each(PEOPLE)('is not seen in %s', async (format) => {
    expect(await render(format, one)).not.toContain(secret);
  });

  it.each(MACHINES)('is in %s, which is for programs', async (format) => {
    // The subject and the event stand in these formats only when a rule or --raw asks for them.
    const asked = finding({ ...one, message: `${one.message} ${secret}` });
    expect(await render(format, asked)).toContain(secret);
  });
});

describe('--show-secrets and --csv-raw', () => {
  it.each(PEOPLE)('shows them in %s', async (format) => {
    const one = withField('jevt.value[/requestObject/data/a]', LOWER, 'secrets');
    expect(await render(format, one, { showSecrets: true })).toContain(LOWER);
  });

  it('CSV for programs holds what was logged', async () => {
    const one = withField('ka.uri.param[token]', LOWER, 'secrets');
    expect(await render('csv', one, { csvRaw: true })).toContain(LOWER);
  });
});

describe.each(PEOPLE)('every shape in %s', (format) => {
  it('is hidden', async () => {
    const seen: string[] = [];
    const look = async (text: string, secret: string): Promise<void> => {
      const shown = await render(format, finding({ message: text }));
      if (shown.includes(secret)) seen.push(text);
    };
    for (const words of COMMANDS) await look(COMMAND_CARRIERS[0]![1](words.map(fill)), LOWER);
    for (const file of FILES) await look(`a (req=${JSON.stringify({ f: fill(file) })})`, LOWER);
    for (const shape of TOKENS) await look(`value=${token(shape)}`, token(shape).slice(-12));
    expect(seen).toEqual([]);
  });
});
