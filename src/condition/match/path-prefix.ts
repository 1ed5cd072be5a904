import { compileGlob } from './glob.ts';

/** Values that begin with the same components; each component leads to those that go on with it. */
interface Branch {
  /** True when a value ends here. */
  isEnd: boolean;
  readonly exact: Map<string, Branch>;
  readonly globs: Map<
    string,
    { readonly matches: (text: string) => boolean; readonly behind: Branch }
  >;
}

/**
 * Falco's `pmatch`: true when some value's path components are a prefix of the text's. Empty components do
 * not count, so leading, trailing and double slashes do not matter. A component with `?`, `*` or `[` is a
 * glob. Each value is tried on its own (D7), those that begin alike together.
 */
export function compilePathPrefix(values: readonly string[]): (text: string) => boolean {
  const root = newBranch();
  for (const value of values) addValue(root, split(value));
  return (text) => isBelow(root, split(text), 0);
}

function newBranch(): Branch {
  return { isEnd: false, exact: new Map(), globs: new Map() };
}

function addValue(root: Branch, components: readonly string[]): void {
  let branch = root;
  for (const component of components) branch = nextBranch(branch, component);
  branch.isEnd = true;
}

function nextBranch({ exact, globs }: Branch, component: string): Branch {
  const known = exact.get(component) ?? globs.get(component)?.behind;
  if (known !== undefined) return known;
  const behind = newBranch();
  if (/[?*[]/.test(component)) globs.set(component, { matches: compileGlob(component), behind });
  else exact.set(component, behind);
  return behind;
}

/** Whether a value of a branch is a prefix of the components from one on. */
function isBelow(branch: Branch, components: readonly string[], at: number): boolean {
  if (branch.isEnd) return true;
  if (at === components.length) return false;
  const component = components[at]!;
  const next = branch.exact.get(component);
  if (next !== undefined && isBelow(next, components, at + 1)) return true;
  for (const { matches, behind } of branch.globs.values()) {
    if (matches(component) && isBelow(behind, components, at + 1)) return true;
  }
  return false;
}

function split(path: string): string[] {
  return path.split('/').filter((component) => component !== '');
}
