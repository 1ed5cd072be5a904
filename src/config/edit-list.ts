import { KnownError } from '../util/errors.ts';
import { get, isNull, type YamlNode } from '../yaml/yaml-node.ts';
import { parseYaml, YamlError } from '../yaml/yaml-parser.ts';
import { isFlow, lineEnd, lineStart, nodeEnd, plainYaml, type PlainYaml } from './yaml-text.ts';

/** Lists of a configuration file, changed in its text: where an item goes, and whether all else stayed. */

/** The key of a list on its line, with what says that the list is empty. */
const EMPTY_LIST = /^((["']?)[\w-]+\2\s*:)(?:[ \t]*(?:\[\s*\]|~|null))?/i;

/**
 * A text with an item behind the others of a list, or with the list.
 *
 * @param item its lines with an indentation in front of each
 * @throws KnownError for a list that is not written in lines
 */
export function withItem(
  file: string,
  text: string,
  key: string,
  list: YamlNode | undefined,
  item: (indent: string) => string,
): string {
  const ended = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  if (list === undefined) {
    return `${ended}${ended === '' ? '' : '\n'}${key}:\n${item('  ')}`;
  }
  const empty = isNull(list) || (list.kind === 'sequence' && list.items.length === 0);
  if (empty) {
    // The key alone on its line, or with `[]` or a null behind it.
    const at = keyPlace(ended, key) ?? list.start;
    const end = lineEnd(ended, at);
    const line = ended.slice(lineStart(ended, at), end);
    const bare = line.replace(EMPTY_LIST, '$1');
    return `${ended.slice(0, end - line.length)}${bare}${item('  ')}${ended.slice(end)}`;
  }
  if (list.kind !== 'sequence' || isFlow(list)) throw byHand(file);
  const at = lineEnd(ended, nodeEnd(list));
  const dash = dashOf(ended, list.items.at(-1)!);
  const indent = ' '.repeat(dash - lineStart(ended, dash));
  return ended.slice(0, at) + item(indent) + ended.slice(at);
}

/** Where the line of a key starts: an empty value may be placed behind a comment. */
function keyPlace(text: string, key: string): number | undefined {
  for (let at = 0; at < text.length; at = lineEnd(text, at)) {
    const line = text.slice(at, lineEnd(text, at));
    const written = [key, `'${key}'`, `"${key}"`].find((each) => line.startsWith(each));
    if (written !== undefined && /^\s*:/.test(line.slice(written.length))) return at;
  }
  return undefined;
}

/** Index of the dash in front of an item of a block list. */
export function dashOf(text: string, item: YamlNode): number {
  const dash = text.lastIndexOf('-', item.start - 1);
  return dash;
}

/** What a key of a configuration file holds. @throws KnownError when that is no YAML of one mapping */
export function listOf(file: string, text: string, key: string): YamlNode | undefined {
  const documents = parsed(file, text);
  if (documents.length > 1) throw byHand(file);
  const [document] = documents;
  if (document === undefined || isNull(document)) return undefined;
  if (document.kind !== 'mapping') throw byHand(file);
  return get(document, key);
}

/** Returns the changed text, after checking that it reads as intended and that nothing else changed. */
export function verified(
  file: string,
  before: string,
  after: string,
  change: (items: readonly PlainYaml[]) => readonly PlainYaml[],
  key = 'policies',
): string {
  const expected = contentOf(file, before);
  const items = expected[key];
  const list = Array.isArray(items)
    ? (items as readonly PlainYaml[])
    : // An option may have its only value without a list.
      typeof items === 'string'
      ? [items]
      : [];
  const changed = change(list);
  const meant = { ...expected, [key]: changed.length === 0 ? null : changed };
  const found = contentOf(file, after);
  const none = Array.isArray(found[key]) && (found[key] as readonly PlainYaml[]).length === 0;
  if (stable(none ? { ...found, [key]: null } : found) !== stable(meant)) throw byHand(file);
  return after;
}

/**
 * A text with a key that it has not got and its only value, behind all others.
 *
 * @param scalar the value as YAML
 * @throws KnownError for a text that has the key, or is no YAML of one mapping
 */
export function withKey(file: string, text: string, key: string, scalar: string): string {
  if (listOf(file, text, key) !== undefined) throw byHand(file);
  const ended = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  const after = `${ended}${ended === '' ? '' : '\n'}${key}: ${scalar}\n`;
  const value = contentOf(file, `${key}: ${scalar}\n`);
  if (stable(contentOf(file, after)) !== stable({ ...contentOf(file, text), ...value })) {
    throw byHand(file);
  }
  return after;
}

function contentOf(file: string, text: string): { readonly [key: string]: PlainYaml } {
  const [document] = parsed(file, text);
  return document?.kind === 'mapping'
    ? (plainYaml(document) as { readonly [key: string]: PlainYaml })
    : {};
}

function stable(value: PlainYaml): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function parsed(file: string, text: string): YamlNode[] {
  try {
    return parseYaml({ name: file, text });
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new KnownError('config', `${file} is no YAML: ${error.message}`);
  }
}

/** What is said where a file cannot be changed. */
export function byHand(file: string): KnownError {
  return new KnownError(
    'config',
    `${file} is written in a way that this command cannot change`,
    'edit it by hand',
  );
}
