import type { YamlNode } from '../yaml/yaml-node.ts';
import { SigmaError } from './sigma-error.ts';
import { keysOf, textAt } from './sigma-yaml.ts';

const PRODUCTS = new Set(['kubernetes', 'k8s']);
const SERVICES = new Set(
  'audit auditlog audit_log audit-log k8s_audit k8s-audit kubernetes_audit kubernetes-audit kube-audit'.split(
    ' ',
  ),
);
const CATEGORIES = new Set(['', 'application', 'audit', 'kubernetes', 'cloud']);

/**
 * Whether a rule is for Kubernetes audit logs.
 *
 * @returns undefined when it is; else the log source in words
 * @throws SigmaError when the node is no log source
 */
export function foreignLogSource(node: YamlNode | undefined): string | undefined {
  if (node?.kind !== 'mapping') {
    throw new SigmaError('logsource must be a map with product and service', node!);
  }
  const keys = keysOf(node, 'the logsource');
  const [product, service, category] = ['product', 'service', 'category'].map(
    (key) => textAt(keys, key)?.toLowerCase() ?? '',
  ) as [string, string, string];
  const isOfCluster = PRODUCTS.has(product) || (product === '' && category === 'kubernetes');
  const isAudit = SERVICES.has(service) || (service === '' && category !== 'application');
  if (
    (isOfCluster && isAudit && CATEGORIES.has(category)) ||
    (product === '' && isAuditName(service))
  ) {
    return undefined;
  }
  const known = { product, category, service };
  const named = Object.entries(known).filter(([, value]) => value !== '');
  return named.map(([key, value]) => `${key} ${value}`).join(', ') || 'none';
}

/** `service: k8s_audit` says all by itself. */
function isAuditName(service: string): boolean {
  return SERVICES.has(service) && /k8s|kube/.test(service);
}
