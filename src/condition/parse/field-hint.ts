import { didYouMean, nearest } from '../../util/suggest.ts';

/** Suggests fields for a name that is no field. */
export function fieldHint(name: string, names: readonly string[]): string | undefined {
  return (
    systemCallHint(name) ??
    namesBelow(name, names) ??
    didYouMean(name, names) ??
    sameEnding(name, names)
  );
}

/** Fields that Falco has for system calls alone. */
const OF_SYSTEM_CALLS =
  /^(?:container|fd|k8s|proc|syslog|thread)\.|^evt\.(?:arg|args|buffer|category|cpu|dir|failed|info|is_.*|rawres|res|type)$/;

const INSTEAD: Readonly<Record<string, string>> = {
  'k8s.ns.name': 'ka.target.namespace',
  'k8s.pod.name': 'ka.target.name',
};

function systemCallHint(name: string): string | undefined {
  if (!OF_SYSTEM_CALLS.test(name)) return undefined;
  const instead = Object.hasOwn(INSTEAD, name) ? INSTEAD[name] : undefined;
  if (instead !== undefined) return `audit events have ${instead}`;
  return `${name} is a field of system calls: audit events have none like it`;
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
