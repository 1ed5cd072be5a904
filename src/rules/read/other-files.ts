import { get, type YamlMapping } from '../../yaml/yaml-node.ts';

/** Files that are passed for rules, by a key that only they have. */
const OTHER_FILES: readonly (readonly [string, string])[] = [
  ['rules_files', "this is Falco's configuration: pass the files that it lists"],
  ['policies', 'these are policies: pass them with --policy'],
  ['k8sAuditDetectionsRules', 'these are resource rules: they stand in k8s-audit.yaml'],
  ['customRules', 'these are values of a chart: pass each text under customRules as a file'],
  ['apiVersion', 'this is a Kubernetes object: pass the rules in it as a file'],
];

/** What is said of an audit log that is passed for rules. */
export const AUDIT_LOG = 'this is an audit log: name it as a path, without --rules';

/** What a text is that holds no items. */
export function textHint(text: string): string | undefined {
  if (/^\s*<(?:!|html|\?xml)/i.test(text)) return 'this is a web page: fetch the file itself';
  return undefined;
}

/** Whether a text that is no YAML is an audit log. */
export function isAuditLog(text: string): boolean {
  const start = text.slice(0, 4096);
  return start.startsWith('{') && /"auditID"|audit\.k8s\.io\//.test(start);
}

/** What a mapping is that is passed for rules. */
export function mappingHint(document: YamlMapping): string {
  const version = get(document, 'apiVersion');
  if (version?.kind === 'scalar' && version.text.startsWith('audit.k8s.io/')) {
    const kind = get(document, 'kind');
    if (kind?.kind !== 'scalar' || kind.text !== 'Policy') return AUDIT_LOG;
    return 'this is an audit policy: k8s-audit setup audit-policy --check FILE tells what rules see under it';
  }
  const other = OTHER_FILES.find(([key]) => get(document, key) !== undefined);
  if (other === undefined && get(document, 'rules')?.kind === 'sequence') {
    return "leave 'rules:' out: the items are not below a key";
  }
  return other?.[1] ?? "each item begins with '- ', as in - rule: NAME";
}
