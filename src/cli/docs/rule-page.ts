import type { RuleInfo } from '../../outputs/writer.ts';
import { readAsset } from '../assets.ts';

/** Where the documentation tells about a rule: a file in the repository, and the place in it. */
export interface RulePlace {
  readonly file: string;
  readonly anchor: string;
}

/** The place of a bundled rule: pages are called like the rules files, `rules/extended/30-rbac.yaml` is `rbac`. */
export function rulePage({ id, file = '' }: Pick<RuleInfo, 'id' | 'file'>): RulePlace | undefined {
  const [, theme] = /^rules\/(?:extended\/)?\d+-([a-z-]+)\.yaml$/.exec(file) ?? [];
  if (theme === undefined || id === undefined) return undefined;
  return { file: `docs/rules/${theme}.md`, anchor: id };
}

/**
 * The address of a page that tells more about a rule: its documentation where package.json names the home of this
 * build, else the first reference that the rule gives.
 *
 * @param home address of the repository
 */
export function ruleUri(rule: RuleInfo, home = homepage()): string | undefined {
  const place = rulePage(rule);
  if (place !== undefined && home !== undefined) {
    return `${home.replace(/\/$/, '')}/blob/main/${place.file}#${place.anchor}`;
  }
  return rule.notes?.references[0];
}

/** The place of a bundled rule in the documentation, as in `docs/rules/rbac.md#cluster-role-bound`. */
export function rulePlaceText(rule: RuleInfo): string | undefined {
  const place = rulePage(rule);
  return place && `${place.file}#${place.anchor}`;
}

let known: { readonly homepage?: string } | undefined;

/** The address of the project, where package.json names it: builds of others may have a home of their own. */
export function homepage(): string | undefined {
  known ??= JSON.parse(readAsset('package.json')) as { homepage?: string };
  return known.homepage;
}
