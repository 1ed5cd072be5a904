import type { Atom } from '../condition/condition.ts';
import { quoted } from './sql-text.ts';

/** Addresses that are not public, whatever follows. */
const PRIVATE = String.raw`^(?:10\.|127\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2[0-9]|3[01])\.|100\.(?:6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|[fF][cCdD][0-9a-fA-F]{2}:|[fF][eE][89abAB][0-9a-fA-F]:|::1$)`;

type Hint = (atom: Atom) => readonly string[];

/** By the name of a field: tests that hold wherever a comparison of it does. They need not say all. */
const HINTS: Readonly<Record<string, Hint>> = {
  // Paths through the API server have it, also where they are escaped.
  'kx.proxy.path': () => [`(position(uri, 'proxy') > 0 OR position(uri, '%') > 0)`],
  'kx.source_ip.public': ({ node: { operator, right } }) =>
    operator === '=' && right.kind === 'value' && right.value === 'true'
      ? [`(notEmpty(source_ips) AND NOT match(source_ips[-1], ${quoted(PRIVATE)}))`]
      : ['notEmpty(source_ips)'],
  'kx.source_ip.list': () => ['notEmpty(source_ips)'],
  'kx.source_ip.network': () => ['notEmpty(source_ips)'],
  'kx.source_ip.within': () => ['notEmpty(source_ips)'],
  'kx.user.credential': () => [`user_extra != ''`],
  'kx.user.pod': () => [`user_extra != ''`],
};

/** What columns tell of a comparison whose value they do not have. */
export function hintsOf(atom: Atom): readonly string[] {
  const name = atom.left.field?.name;
  return name !== undefined && Object.hasOwn(HINTS, name) ? HINTS[name]!(atom) : [];
}
