import { compileGlob } from './glob.ts';

/**
 * Falco's `pmatch`: true when some value's path components are a prefix of the text's. Empty components do
 * not count, so leading, trailing and double slashes do not matter. A component with `?`, `*` or `[` is a
 * glob. Each value is tried on its own (D7).
 */
export function compilePathPrefix(values: readonly string[]): (text: string) => boolean {
  const prefixes = values.map((value) => split(value).map(compileComponent));
  return (text) => {
    const components = split(text);
    return prefixes.some(
      (prefix) =>
        prefix.length <= components.length &&
        prefix.every((matches, index) => matches(components[index]!)),
    );
  };
}

function split(path: string): string[] {
  return path.split('/').filter((component) => component !== '');
}

function compileComponent(component: string): (text: string) => boolean {
  return /[?*[]/.test(component) ? compileGlob(component) : (text) => text === component;
}
