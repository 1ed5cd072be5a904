// What a rule tells people beside its description, in comment lines of its own: Falco takes them for comments, and
// warns of keys that it does not know. `# evidence:` (rule-evidence.ts) is one of these lines too.
//
//   - rule: Create Privileged Pod
//     # id: create-privileged-pod
//     # severity: high
//     # false positives: Agents of nodes need it; a line
//     #   that stands further in goes on.
//     # check: Who created it, and what the image does.
//     # check: A key may come several times.
//     # references: https://kubernetes.io/docs/

import type { RuleNotes } from './notes.ts';
import { SEVERITIES, type Severity } from './priority.ts';

/** Notes, the name that stays when a rule is renamed, and how serious findings are where no policy says it. */
export interface DeclaredNotes extends RuleNotes {
  readonly id: string | undefined;
  readonly severity: Severity | undefined;
}

/** Where the next item of a rules file begins. */
const NEXT_ITEM = /\n[ \t]*-[ \t]+\{?[ \t]*(?:rule|macro|list|correlation|required_\w+)[ \t]*:/;

const COMMENT = /^[ \t]*#(.*)$/gm;
const KEY = /^[ \t](id|severity|false positives|check|references):[ \t]*(.*)$/;
/** Text that belongs to the line before. */
const MORE = /^[ \t]{3,}(\S.*)$/;
/** Ids are parts of addresses, so they have no other characters. */
const ID = /^[a-z0-9][a-z0-9-]{0,99}$/;
/** Other addresses are no links of a report. */
const ADDRESS = /^https?:\/\/\S+$/;

/**
 * The text of one item of a rules file, comments included, without the items that follow.
 *
 * @param text the rules file
 * @param start where the item begins in it
 */
export function itemText(text: string, start: number): string {
  const rest = text.slice(start);
  const next = rest.search(NEXT_ITEM);
  return next < 0 ? rest : rest.slice(0, next);
}

/** The notes of a rule. `wrong` has what is no id, severity or address. */
export function readNotes(item: string): DeclaredNotes & { readonly wrong: readonly string[] } {
  const found: { key: string; text: string }[] = [];
  let last: { key: string; text: string } | undefined;
  for (const [, line = ''] of item.matchAll(COMMENT)) {
    const [, key, text = ''] = KEY.exec(line) ?? [];
    const [, more] = MORE.exec(line) ?? [];
    if (key !== undefined) {
      last = { key, text: text.trim() };
      found.push(last);
    } else if (more === undefined) last = undefined;
    else if (last !== undefined) last.text = `${last.text} ${more.trim()}`.trim();
  }
  const texts = (wanted: string): string[] =>
    found.flatMap(({ key, text }) => (key === wanted && text !== '' ? [text] : []));
  const ids = texts('id');
  const addresses = texts('references').flatMap((text) => text.split(/\s+/));
  const id = ids.find((text) => ID.test(text));
  const severities = texts('severity');
  const severity = SEVERITIES.find((name) => name === severities[0]);
  return {
    id,
    severity,
    falsePositives: texts('false positives'),
    checks: texts('check'),
    references: addresses.filter((text) => ADDRESS.test(text)),
    wrong: [
      ...ids
        .filter((text) => text !== id)
        .map((text) => `The id '${text}' is not one name of a-z, 0-9 and -`),
      ...severities
        .filter((text, at) => at > 0 || text !== severity)
        .map((text) => `The severity '${text}' is not one of ${SEVERITIES.join(', ')}`),
      ...addresses
        .filter((text) => !ADDRESS.test(text))
        .map((text) => `The reference '${text}' is no address`),
    ],
  };
}

/** The notes of a Sigma rule, which has keys for them. What is no id or no address is left out. */
export function sigmaNotes({
  id,
  falsePositives,
  references,
}: Pick<RuleNotes, 'falsePositives' | 'references'> & {
  readonly id: string | undefined;
}): ReturnType<typeof readNotes> {
  const own = id?.toLowerCase() ?? '';
  return {
    id: ID.test(own) ? own : undefined,
    severity: undefined,
    falsePositives,
    checks: [],
    references: references.filter((text) => ADDRESS.test(text)),
    wrong: [],
  };
}

/** The notes of rules as text, by name: a text of its own, because scans seldom need them. */
export function stringifyNotes({
  rules,
}: {
  readonly rules: readonly { readonly name: string; readonly notes: RuleNotes }[];
}): string {
  return JSON.stringify(Object.fromEntries(rules.map(({ name, notes }) => [name, notes])));
}

/** Gives the notes of a rule by its name. @param read gives the text, when notes are first asked for */
export function notesReader(read: () => string): (name: string) => RuleNotes {
  let known: ReadonlyMap<string, RuleNotes> | undefined;
  return (name) => {
    known ??= new Map(Object.entries(JSON.parse(read()) as Record<string, RuleNotes>));
    return known.get(name)!;
  };
}
