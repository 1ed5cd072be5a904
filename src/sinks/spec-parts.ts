import { resolve } from 'node:path';
import { fileSink } from './kinds/file.ts';

const SETTINGS = new Set(['min', 'every', 'token', 'header', 'ca', 'size', 'keep']);

/** What stands in the text of a sink; nothing of it is known to be right. */
interface SpecParts {
  readonly name: string;
  readonly target: string;
  readonly settings: ReadonlyMap<string, string>;
}

/**
 * Takes `KIND=TARGET,KEY=VALUE` apart. Settings stand at the end; a comma before them belongs to the target. The first of
 * two settings of a name counts.
 */
export function partsOf(text: string): SpecParts {
  const [, name = '', rest = ''] = /^([^=,]*)=?(.*)$/s.exec(text) ?? [];
  const settings = new Map<string, string>();
  const parts = rest.split(',');
  while (parts.length > 0) {
    const [, key, value] = /^(\w+)=(.*)$/s.exec(parts.at(-1)!) ?? [];
    if (key === undefined || value === undefined || !SETTINGS.has(key)) break;
    settings.set(key, value);
    parts.pop();
  }
  return { name, target: parts.join(','), settings };
}

/**
 * The same sink with its paths made absolute: that of a file, and those of secrets and authorities.
 *
 * @param text as `--to` takes it; what is wrong in it stays, to be told there
 * @param folder what the paths are relative to
 */
export function locatedSpec(text: string, folder: string): string {
  const { name, target, settings } = partsOf(text);
  const place = (path: string): string => (path === '' ? path : resolve(folder, path));
  const reference = (from: string): string =>
    /^file:(?!\/\/)/.test(from) ? `file:${place(from.slice('file:'.length))}` : from;
  const to = name === fileSink.name ? place(target) : reference(target);
  const setting = (key: string, value: string): string => {
    if (key === 'ca') return place(value);
    const head = key === 'header' ? value.slice(0, value.indexOf(':') + 1) : '';
    return head + reference(value.slice(head.length));
  };
  const located = [...settings].map(([key, value]) => `,${key}=${setting(key, value)}`);
  return `${name}${to === '' ? '' : `=${to}`}${located.join('')}`;
}
