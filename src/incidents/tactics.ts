/** Tactics of ATT&CK, in the order of the matrix: tags name them as `mitre_…`. */
const TACTICS = [
  'Reconnaissance',
  'Resource Development',
  'Initial Access',
  'Execution',
  'Persistence',
  'Privilege Escalation',
  'Stealth',
  'Defense Evasion',
  'Defense Impairment',
  'Credential Access',
  'Discovery',
  'Lateral Movement',
  'Collection',
  'Command and Control',
  'Exfiltration',
  'Impact',
] as const;

const BY_TAG: ReadonlyMap<string, number> = new Map(
  TACTICS.map((name, at) => [`mitre_${name.toLowerCase().replaceAll(' ', '_')}`, at]),
);

/** Position of the tactic that a tag names; undefined for other tags. */
export function tacticOf(tag: string): number | undefined {
  return BY_TAG.get(tag);
}

/** The name of the tactic at a position. */
export function tacticName(at: number): string {
  return TACTICS[at]!;
}
