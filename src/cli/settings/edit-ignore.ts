import { addIgnore } from '../../config/edit.ts';
import { readConfig } from '../../config/read-config.ts';
import { yamlText } from '../../outputs/card/ignore-entry.ts';
import type { IgnoreEntry } from '../../policies/ignore.ts';
import { Issues } from '../../policies/issue.ts';
import { OPTION_KEYS } from '../flags/option-keys.ts';

/** An entry of `ignore:`. */
export interface NewIgnore {
  /** Lines of YAML that say what is accepted: `rule: …`, `condition: …`. */
  readonly keys: readonly string[];
  readonly reason: string;
  /** The last day, or a time; undefined for ever. */
  readonly expires: string | undefined;
}

/**
 * The text of a configuration file with an entry added; the same text when it has one that accepts the same, whatever its
 * reason.
 *
 * @param name the file as messages name it
 * @throws KnownError when the text cannot be changed so
 */
export function withIgnore(
  name: string,
  text: string,
  { keys, reason, expires }: NewIgnore,
): string {
  const until = expires === undefined ? [] : [`expires: ${yamlText(expires)}`];
  if (isThere(name, text, [...keys, ...until])) return text;
  return addIgnore(name, text, [...keys, `reason: ${yamlText(oneLine(reason))}`, ...until]);
}

/** True for a file with an entry for the same, which holds for ever or just as long. */
function isThere(name: string, text: string, lines: readonly string[]): boolean {
  const entriesOf = (file: string): readonly IgnoreEntry[] =>
    readConfig({ name, text: file }, OPTION_KEYS, new Issues()).ignore;
  const about = ({ rules, condition }: IgnoreEntry): string =>
    JSON.stringify([rules.map((rule) => rule.text), condition?.text]);
  const [wanted] = entriesOf(addIgnore(name, '', lines));
  return (
    wanted !== undefined &&
    entriesOf(text).some(
      (entry) =>
        about(entry) === about(wanted) &&
        (entry.expires === undefined || entry.expires === wanted.expires),
    )
  );
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
