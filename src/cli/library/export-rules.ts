import { printCondition } from '../../condition/print.ts';
import { yamlList, yamlScalar } from '../../config/yaml-text.ts';
import { plural } from '../../outputs/summary-text.ts';
import type { MacroInfo, Rule, SigmaFacts } from '../../rules/rule.ts';
import { plainText, wrapWords } from '../terminal/listing.ts';

/** A rule to export; `enabled` as it should run. */
export interface ExportedRule {
  readonly rule: Rule;
  readonly enabled: boolean;
}

const WIDTH = 96;

/** What Falco needs for these rules, with the versions that the bundled rules name. */
const REQUIREMENTS = `- required_engine_version: 15

- required_plugin_versions:
    - name: k8saudit
      version: 0.18.0
      alternatives:
        - name: k8saudit-aks
          version: 0.6.0
        - name: k8saudit-eks
          version: 0.12.0
        - name: k8saudit-gke
          version: 0.9.0
        - name: k8saudit-ovh
          version: 0.6.0
    - name: json
      version: 0.7.0
`;

/**
 * Rules as one file that Falco loads without any other: lists and exceptions are in place, the macros in
 * use come before the rules.
 */
export function exportRules(
  rules: readonly ExportedRule[],
  macros: readonly MacroInfo[],
  about: {
    readonly version: string;
    /** Left out: Falco has none. */ readonly correlations: number;
  },
): string {
  const used = usedMacros(rules, macros);
  return [headOf(about), REQUIREMENTS, ...used.map(macroText), ...rules.map(ruleText)].join('\n');
}

function headOf({ version, correlations }: Parameters<typeof exportRules>[2]): string {
  const head = `# Exported by k8s-audit ${version}. Lists and exceptions are in place.\n`;
  if (correlations === 0) return head;
  const left = `${correlations} ${plural(correlations, 'correlation')}`;
  return `${head}# Without ${left}: Falco looks at one event at a time.\n`;
}

/** The macros in use, each behind those it uses: Falco wants them earlier. */
function usedMacros(rules: readonly ExportedRule[], macros: readonly MacroInfo[]): MacroInfo[] {
  const wanted = new Set(rules.flatMap(({ rule }) => rule.macros));
  const byName = new Map(macros.map((macro) => [macro.name, macro]));
  const ordered = new Set<MacroInfo>();
  const visit = (macro: MacroInfo): void => {
    if (ordered.has(macro)) return;
    for (const name of macro.macros) {
      const inner = byName.get(name);
      if (inner !== undefined && inner !== macro) visit(inner);
    }
    ordered.add(macro);
  };
  for (const macro of macros) if (wanted.has(macro.name)) visit(macro);
  return [...ordered];
}

/**
 * Macros that rest on the memory of requests, as they are bundled and as Falco can have them: it has no such
 * memory, and would report a stream at its start and again at its end.
 */
const WITHOUT_MEMORY: ReadonlyMap<string, string> = new Map([
  [
    'kx_evt_once: (kx_evt or kx_evt_started)',
    '((kx_evt_started and ka.response.code = 101) or (kx_evt and not ka.response.code = 101))',
  ],
]);

function macroText({ name, tree }: MacroInfo): string {
  const condition = printCondition(tree);
  const text = WITHOUT_MEMORY.get(`${name}: ${condition}`) ?? condition;
  return `- macro: ${name}\n${blockText('condition', text)}`;
}

function ruleText({ rule, enabled }: ExportedRule): string {
  const lines = [
    `- rule: ${yamlScalar(rule.name)}\n`,
    blockText('desc', rule.description.trim()),
    blockText('condition', printCondition(rule.tree)),
    blockText('output', rule.outputText.trim()),
    `  priority: ${rule.priority}\n`,
    `  source: ${yamlScalar(rule.source)}\n`,
  ];
  if (rule.sigma !== undefined) lines.push(...sigmaComments(rule.sigma));
  // Fingerprints are made with it: findings of the exported rule stay known.
  if (rule.id !== undefined) lines.push(`  # id: ${rule.id}\n`);
  if (rule.severity !== undefined) lines.push(`  # severity: ${rule.severity}\n`);
  lines.push(`  # evidence: ${rule.evidenceFields.join(' ') || 'none'}\n`);
  if (rule.tags.length > 0) lines.push(`  tags: ${yamlList(rule.tags)}\n`);
  if (!enabled) lines.push('  enabled: false\n');
  // Falco does not know these fields: it must be able to leave the rule out.
  if (usesOwnFields(rule)) lines.push('  skip-if-unknown-filter: true\n');
  return lines.join('');
}

function usesOwnFields({ fields, message }: Rule): boolean {
  return [...fields, ...message.uses.map(({ name }) => name)].some((name) =>
    name.startsWith('kx.'),
  );
}

/** A text folded over lines; one that folding would change is quoted. */
function blockText(key: string, text: string): string {
  const lines = wrapWords(text, WIDTH);
  if (lines.join(' ') !== text || text === '') return `  ${key}: ${JSON.stringify(text)}\n`;
  return `  ${key}: >-\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

/** Where a rule comes from, in comments: Falco has no keys for it. */
function sigmaComments({ id, status, level, references, falsePositives }: SigmaFacts): string[] {
  const said = [
    ['sigma', [id, status, level].filter((text) => text !== undefined).join(', ')],
    ...references.map((text) => ['reference', text]),
    ...falsePositives.map((text) => ['false positive', text]),
  ];
  return said.map(([label, text]) => `  # ${label}: ${plainText(text!).replaceAll(/\s+/g, ' ')}\n`);
}
