import { yamlScalar } from '../../config/yaml-text.ts';
import { CONFIG_OPTIONS, optionEnv, optionKey, optionRecord } from '../flags/option-keys.ts';
import { OPTION_GROUPS, type OptionName } from '../flags/options.ts';

/** Sections of the file that are no options, as examples. */
const SECTIONS = `
# Policies: which rules run, and how severe their findings are.
# See k8s-audit policies list.
# policies:
#   - name: K8s Activity Logs # a bundled policy: on or off, scope, runbook and single rules can change
#     enabled: true
#   - name: Team Events
#     extends: K8s Notable Events
#     severity: medium # high, medium, low, info
#     scope:
#       clusters: [prod-*]
#       namespaces: {notIn: [sandbox-*]}
#     rules:
#       - {name: Create NodePort Service, enabled: false}
#     runbook: https://example.com/runbooks/k8s

# Which requests are looked at, as in the Helm charts of admission-based collectors.
# k8sAuditDetectionsRules:
#   - apiGroups: [""]
#     apiVersions: ["*"]
#     operations: ["*"]
#     resources: [pods/*, configmaps, serviceaccounts]
#     scope: "*"
# excludedNamespaces: [kube-system]

# Findings that are known and accepted.
# ignore:
#   - rule: Create Privileged Pod
#     condition: ka.target.namespace = monitoring
#     reason: the node exporter needs the host
#     expires: 2030-12-31 # the last day
`;

/** A configuration file with every key, commented out. */
export function configTemplate(): string {
  const parts = [
    '# Configuration of k8s-audit. An option of the command line or an environment variable wins over',
    '# this file. Paths are relative to it.',
  ];
  for (const [group, title] of Object.entries(OPTION_GROUPS)) {
    const names = CONFIG_OPTIONS.filter(
      (name) => optionRecord(name).group === group && name !== 'config',
    );
    if (names.length === 0) continue;
    parts.push('', `# ${title.replace(/ \(.*$/, '')}`);
    for (const name of names) {
      parts.push(`# ${meaningOf(name)} [${optionEnv(name)}]`);
      parts.push(`# ${optionKey(name)}: ${exampleOf(name)}`.trimEnd());
    }
  }
  return `${parts.join('\n')}\n${SECTIONS}`;
}

/** Switches that are on by default are described by what happens without them. */
function meaningOf(name: OptionName): string {
  const { description, default: value } = optionRecord(name);
  return value === true ? `false: ${description}` : description;
}

/** The default, or a value that shows the kind. */
function exampleOf(name: OptionName): string {
  const record = optionRecord(name);
  if (record.repeatable === true) return '[]';
  if (typeof record.default === 'boolean') return String(record.default);
  if (record.defaultText !== undefined && record.choices === undefined) {
    return yamlScalar(record.defaultText);
  }
  if (typeof record.default === 'string') return yamlScalar(record.default);
  return record.choices?.[0] ?? '';
}
