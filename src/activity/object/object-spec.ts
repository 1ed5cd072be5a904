import { resourceNames } from '../../engine/api-words.ts';

/** The object that a history follows. */
export interface ObjectSpec {
  readonly namespace: string | undefined;
  /** Names the resource may have in the API: plural, lower case. */
  readonly resources: readonly string[];
  readonly apiGroup: string | undefined;
  readonly name: string;
}

/** Reads `[namespace/]kind[.group]/name`; undefined when the text has another form. */
export function parseObjectSpec(text: string): ObjectSpec | undefined {
  const parts = text.split('/');
  if (parts.length < 2 || parts.length > 3 || parts.includes('')) return undefined;
  const [namespace, kind, name] =
    parts.length === 3 ? (parts as [string, string, string]) : [undefined, parts[0]!, parts[1]!];
  const dot = kind.indexOf('.');
  const bare = (dot === -1 ? kind : kind.slice(0, dot)).toLowerCase();
  return {
    namespace,
    resources: resourceNames(bare),
    apiGroup: dot === -1 ? undefined : kind.slice(dot + 1),
    name,
  };
}
