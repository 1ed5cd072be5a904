import { KnownError } from '../../util/errors.ts';
import { didYouMean } from '../../util/suggest.ts';
import type { Given } from '../flags/command.ts';
import { optionKey, optionRecord } from '../flags/option-keys.ts';
import type { OptionName } from '../flags/options.ts';
import type { PageRequest } from './answers.ts';
import type { Query } from './query.ts';
import { readTexts } from '../settings/settings.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Tool } from './tools.ts';

/** Characters of a text that a client gives, and how many it may give for one argument. */
const LONGEST_TEXT = 8192;
const MOST_TEXTS = 50;
const MOST_ROWS = 200;
const USUAL_ROWS = 20;
/** Characters of an answer to an assistant: some ten thousand tokens. */
export const ASSISTANT_CHARACTERS = 40_000;

/** What an argument may be, as JSON Schema. */
export type ArgumentSchema = Readonly<Record<string, unknown>>;

/** What a call asks for. */
export interface Asked {
  readonly query: Query;
  readonly page: PageRequest;
}

/** The name of an option as an argument: `min_severity`. */
function argumentName(name: OptionName): string {
  return optionKey(name).replaceAll('-', '_');
}

/** The arguments of a tool as JSON Schema. */
export function inputSchema({ positional, options, needs = [] }: Tool): {
  readonly type: 'object';
  readonly properties: Record<string, ArgumentSchema>;
  readonly required: string[];
  readonly additionalProperties: false;
} {
  const properties: Record<string, ArgumentSchema> = {};
  if (positional !== undefined) {
    const { name, description } = positional;
    properties[name] = { type: 'string', minLength: 1, maxLength: LONGEST_TEXT, description };
  }
  for (const option of options) properties[argumentName(option)] = optionSchema(option);
  properties['limit'] = {
    type: 'integer',
    minimum: 1,
    maximum: MOST_ROWS,
    description: `rows of a page at most; ${USUAL_ROWS} when left out`,
  };
  properties['cursor'] = {
    type: 'string',
    description: 'next_cursor of the page before, with the same arguments as for that one',
  };
  const required = positional?.isRequired === true ? [positional.name] : [];
  return {
    type: 'object',
    properties,
    required: [...required, ...needs.map(argumentName)],
    additionalProperties: false,
  };
}

function optionSchema(name: OptionName): ArgumentSchema {
  const { description: said, parse, repeatable, choices, suggests } = optionRecord(name);
  const description = suggests === undefined ? said : `${said}; such as ${suggests.join(', ')}`;
  if (parse === undefined) return { type: 'boolean', description };
  const text = { type: 'string', maxLength: LONGEST_TEXT, ...(choices && { enum: choices }) };
  if (repeatable !== true) return { ...text, description };
  return {
    description,
    anyOf: [text, { type: 'array', items: text, maxItems: MOST_TEXTS }],
  };
}

/**
 * What a call of a tool asks for.
 *
 * @param given the arguments of the client: any JSON
 * @param paths the inputs; no argument adds to them
 * @param characters of an answer at most
 * @throws KnownError for arguments that the tool has not, or that have wrong values
 */
export function askedOf(
  tool: Tool,
  given: Readonly<Record<string, unknown>>,
  paths: readonly string[],
  terminal: Pick<Terminal, 'now'>,
  characters: number,
): Asked {
  const { positional, options, needs = [], without, readsLog } = tool;
  const { properties } = inputSchema(tool);
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(properties, name)) continue;
    const known = Object.keys(properties);
    throw new KnownError(
      'usage',
      `${tool.name} has no argument '${name}'`,
      didYouMean(name, known) ?? known.join(', '),
    );
  }
  const valueOf = (name: string): unknown =>
    Object.hasOwn(given, name) && given[name] !== null ? given[name] : undefined;
  const layer = new Map<OptionName, Given>();
  for (const option of options) {
    const name = argumentName(option);
    const texts = textsOf(name, valueOf(name), option);
    if (texts.length > 0) layer.set(option, readTexts(option, texts, name, terminal));
    else if (needs.includes(option)) throw new KnownError('usage', `${name} is needed`);
  }
  const argument = positional && textOf(positional.name, valueOf(positional.name));
  if (positional?.isRequired === true && argument === undefined) {
    throw new KnownError('usage', `${positional.name} is needed`, positional.description);
  }
  const command = argument === undefined ? (without ?? tool.command) : tool.command;
  const args = [
    ...(argument === undefined ? [] : [argument]),
    ...(readsLog === false ? [] : paths),
  ];
  return {
    query: { command, args, options: layer, writes: tool.writes },
    page: {
      cursor: textOf('cursor', valueOf('cursor')),
      rows: rowsOf(valueOf('limit')),
      characters,
    },
  };
}

function textsOf(name: string, value: unknown, option: OptionName): string[] {
  const { parse, repeatable } = optionRecord(option);
  if (value === undefined) return [];
  if (parse === undefined) {
    if (typeof value !== 'boolean') throw new KnownError('usage', `${name} must be true or false`);
    return [String(value)];
  }
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > (repeatable === true ? MOST_TEXTS : 1)) {
    throw new KnownError('usage', `${name} has too many values`);
  }
  return list.flatMap((each) => textOf(name, each) ?? []);
}

function textOf(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw new KnownError('usage', `${name} must be a text`);
  if (value === '') throw new KnownError('usage', `${name} must not be empty`);
  if (value.length > LONGEST_TEXT) {
    throw new KnownError('usage', `${name} is longer than ${LONGEST_TEXT} characters`);
  }
  return value;
}

function rowsOf(value: unknown): number {
  if (value === undefined) return USUAL_ROWS;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > MOST_ROWS) {
    throw new KnownError('usage', `limit must be a whole number from 1 to ${MOST_ROWS}`);
  }
  return value;
}
