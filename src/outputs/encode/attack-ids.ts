const TECHNIQUE = /^T\d{4}(?:\.\d{3})?$/;
const TACTIC = /^mitre_([a-z_]{1,40})$/;
/** Words that the names of tactics write small. */
const SMALL: ReadonlySet<string> = new Set(['and', 'or', 'of']);

/** What of ATT&CK the tags of a rule name: IDs of techniques, and tactics as `Privilege Escalation`. */
export function attackIds(tags: readonly string[]): {
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
} {
  return {
    techniques: tags.filter((tag) => TECHNIQUE.test(tag)),
    tactics: tags.flatMap((tag) => {
      const words = TACTIC.exec(tag)?.[1]?.split('_');
      return words === undefined ? [] : [words.map(capital).join(' ')];
    }),
  };
}

function capital(word: string): string {
  return SMALL.has(word) ? word : word.slice(0, 1).toUpperCase() + word.slice(1);
}
