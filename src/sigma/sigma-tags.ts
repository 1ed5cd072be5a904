/** Levels of Sigma and the priorities of Falco that a rule gets for them. Documentation is made from this table. */
export const LEVELS: ReadonlyMap<
  string,
  'Critical' | 'Error' | 'Warning' | 'Notice' | 'Informational'
> = new Map([
  ['critical', 'Critical'],
  ['high', 'Error'],
  ['medium', 'Warning'],
  ['low', 'Notice'],
  ['informational', 'Informational'],
]);

/** The level of rules that name none. */
export const USUAL_LEVEL = 'medium';

/** A tag of Sigma as the rules of this program spell it; tags of other kinds stay as they are. */
export function tagOf(tag: string): string {
  const attack = /^attack[._-](.+)$/i.exec(tag)?.[1];
  if (attack !== undefined) {
    if (/^t\d{4}(?:\.\d{3})?$/i.test(attack)) return attack.toUpperCase();
    if (/^[a-z][a-z_-]+$/i.test(attack))
      return `mitre_${attack.toLowerCase().replaceAll('-', '_')}`;
    return attack.toUpperCase();
  }
  const cve = /^cve[.-](\d{4})[.-](\d+)$/i.exec(tag);
  return cve === null ? tag : `CVE-${cve[1]}-${cve[2]}`;
}
