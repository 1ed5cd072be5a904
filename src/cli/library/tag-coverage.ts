import { CONTAINER_TECHNIQUES } from '../../policies/attack-techniques.ts';
import type { Rule } from '../../rules/rule.ts';

/** A rule as coverage counts it. */
export interface CoveredRule {
  readonly rule: Rule;
  /** It runs with the current policies. */
  readonly runs: boolean;
}

/** The rules of one tag. */
interface TagCoverage {
  readonly tag: string;
  readonly rules: readonly { readonly name: string; readonly runs: boolean }[];
}

/** The tags of one framework. */
export interface FrameworkCoverage {
  readonly framework: string;
  readonly tags: readonly TagCoverage[];
  /** What no rule looks for, where the whole framework is known. */
  readonly notCovered?: readonly KnownTechnique[];
}

interface KnownTechnique {
  readonly id: string;
  readonly name: string;
}

/** Frameworks by the form of their tags, in the order of listings. */
const FRAMEWORKS: readonly {
  readonly name: string;
  readonly form: RegExp;
  readonly known?: readonly KnownTechnique[];
}[] = [
  { name: 'MITRE ATT&CK tactics', form: /^mitre_/ },
  { name: 'MITRE ATT&CK techniques', form: /^T\d{4}(?:\.\d{3})?$/, known: CONTAINER_TECHNIQUES },
  { name: 'NIST SP 800-53', form: /^NIST_800-53/ },
  { name: 'Microsoft threat matrix for Kubernetes', form: /^MS-/ },
  { name: 'CIS', form: /^CIS/ },
  { name: 'PCI DSS', form: /^PCI/ },
  { name: 'SOC 2', form: /^SOC2/ },
];

/** Which rules cover which tags of frameworks; frameworks without tags are left out. */
export function coverageOf(rules: readonly CoveredRule[]): FrameworkCoverage[] {
  const byTag = new Map<string, { name: string; runs: boolean }[]>();
  for (const { rule, runs } of rules) {
    for (const tag of rule.tags) {
      byTag.set(tag, [...(byTag.get(tag) ?? []), { name: rule.name, runs }]);
    }
  }
  return FRAMEWORKS.flatMap(({ name, form, known }) => {
    const tags = [...byTag]
      .filter(([tag]) => form.test(tag))
      .map(([tag, of]) => ({ tag, rules: of }))
      .toSorted((a, b) => (a.tag < b.tag ? -1 : 1));
    if (tags.length === 0) return [];
    const notCovered = known?.filter(({ id }) => !tags.some(({ tag }) => isSameTechnique(tag, id)));
    return [{ framework: name, tags, ...(notCovered !== undefined && { notCovered }) }];
  });
}

/** True for a technique and its sub-techniques. */
function isSameTechnique(tag: string, id: string): boolean {
  return tag === id || tag.startsWith(`${id}.`) || id.startsWith(`${tag}.`);
}

/** Shade of a technique that a running rule covers, and of one that only rules that are off cover. */
const ON = '#31a354';
const OFF = '#c7e9c0';

/**
 * A layer for the ATT&CK Navigator (layer format 4.5): one entry per technique, scored with the number of
 * rules that run.
 */
export function navigatorLayer(rules: readonly CoveredRule[], version: string): unknown {
  const techniques = coverageOf(rules).find(
    ({ framework }) => framework === 'MITRE ATT&CK techniques',
  );
  const entries = (techniques?.tags ?? []).map(({ tag, rules: of }) => {
    const running = of.filter(({ runs }) => runs);
    return {
      techniqueID: tag,
      score: running.length,
      color: running.length > 0 ? ON : OFF,
      comment: of.map(({ name, runs }) => (runs ? name : `${name} (off)`)).join('\n'),
      enabled: true,
      showSubtechniques: false,
    };
  });
  const parents = [...new Set(entries.map(({ techniqueID }) => techniqueID))]
    .filter((id) => id.includes('.'))
    .map((id) => id.slice(0, id.indexOf('.')));
  const shown = new Set(parents);
  const known = new Set(entries.map(({ techniqueID }) => techniqueID));
  return {
    name: 'k8s-audit rules',
    versions: { attack: '19', navigator: '5.1.0', layer: '4.5' },
    domain: 'enterprise-attack',
    description: `Techniques that the rules of k8s-audit ${version} look for in Kubernetes audit logs`,
    filters: { platforms: ['Containers', 'IaaS', 'Linux'] },
    sorting: 3,
    layout: { layout: 'side', showID: true, showName: true },
    hideDisabled: false,
    techniques: [
      ...entries.map((entry) =>
        shown.has(entry.techniqueID) ? { ...entry, showSubtechniques: true } : entry,
      ),
      ...[...shown]
        .filter((id) => !known.has(id))
        .map((techniqueID) => ({ techniqueID, showSubtechniques: true })),
    ],
    gradient: { colors: ['#ffffff', ON], minValue: 0, maxValue: 5 },
    legendItems: [
      { label: 'a rule runs', color: ON },
      { label: 'rules are off', color: OFF },
    ],
    selectTechniquesAcrossTactics: true,
  };
}
