import { didYouMean, nearest } from '../../util/suggest.ts';

/** Suggests fields for a name that is no field. */
export function fieldHint(name: string, names: readonly string[]): string | undefined {
  return namesBelow(name, names) ?? didYouMean(name, names) ?? sameEnding(name, names);
}

/** `ka.user` is no field, but the start of some. */
function namesBelow(name: string, names: readonly string[]): string | undefined {
  const below = names.filter((other) => other.startsWith(`${name}.`));
  return below.length === 0 ? undefined : `fields that start with it: ${listed(below)}`;
}

/** Fields of the same class that end like it: `ka.name` may be `ka.user.name`. */
function sameEnding(name: string, names: readonly string[]): string | undefined {
  const [group] = name.split('.');
  const others = names.filter((other) => other.startsWith(`${group}.`));
  const [best] = nearest(ending(name), others.map(ending));
  if (best === undefined) return undefined;
  return `fields that end in '${best}': ${listed(others.filter((other) => ending(other) === best))}`;
}

const ending = (text: string): string => text.slice(text.lastIndexOf('.') + 1);

function listed(names: readonly string[]): string {
  return names.slice(0, 4).join(', ') + (names.length > 4 ? ', …' : '');
}
