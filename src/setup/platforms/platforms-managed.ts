import type { Platform } from './platform.ts';
import { METADATA_ONLY } from './platform.ts';

/** Platforms that write the audit policy themselves, or offer a choice of some. */
export const MANAGED_PLATFORMS: readonly Platform[] = [
  {
    id: 'openshift',
    aliases: ['ocp', 'okd'],
    title: 'OpenShift 4',
    policy: 'profiles',
    initially: 'on, profile Default (level Metadata)',
    steps: [
      {
        text: 'Choose the profile that logs the bodies of writes',
        code: [
          'oc patch apiserver.config.openshift.io cluster --type merge \\',
          '  -p \'{"spec":{"audit":{"profile":"WriteRequestBodies"}}}\'',
        ],
      },
      {
        text: 'Profiles: Default, WriteRequestBodies, AllRequestBodies, None; spec.audit.customRules gives a profile to a group of users. The API servers roll out anew.',
      },
    ],
    log: 'on control-plane nodes: /var/log/kube-apiserver/, /var/log/openshift-apiserver/ and /var/log/oauth-apiserver/audit.log',
    feed: [
      'oc adm node-logs --role=master --path=kube-apiserver/audit.log | k8s-audit scan -',
      'k8s-audit scan must-gather/',
    ],
    limits: [
      `with profile Default, ${METADATA_ONLY}`,
      'secrets, routes and OAuth clients are never logged beyond Metadata',
      'WriteRequestBodies logs requests, not responses: names of objects made with generateName are missing',
    ],
    checked: '2026-08',
    unverified: ['that WriteRequestBodies omits all response bodies'],
  },
  {
    id: 'openshift3',
    title: 'OpenShift 3.11',
    policy: 'own',
    initially: 'off',
    steps: [
      {
        text: 'In master-config.yaml',
        code: [
          'auditConfig:',
          '  enabled: true',
          '  auditFilePath: /var/lib/origin/audit.log',
          '  logFormat: json',
          '  policyFile: /etc/origin/master/audit-policy.yaml',
        ],
      },
      { text: 'Restart the API server of each master.' },
    ],
    log: 'the configured path on masters',
    feed: ['k8s-audit scan /var/lib/origin/audit.log'],
    limits: ['a release without support; its policies have apiVersion audit.k8s.io/v1beta1'],
    checked: '2024-10',
    unverified: ['the paths: any will do'],
  },
  {
    id: 'eks',
    title: 'Amazon EKS',
    policy: 'fixed',
    initially: 'off',
    steps: [
      {
        text: 'Enable the control-plane log type audit',
        code: [
          'aws eks update-cluster-config --name CLUSTER \\',
          '  --logging \'{"clusterLogging":[{"types":["audit"],"enabled":true}]}\'',
        ],
      },
    ],
    log: 'CloudWatch log group /aws/eks/CLUSTER/cluster, streams kube-apiserver-audit-*',
    feed: [
      'aws logs filter-log-events --log-group-name /aws/eks/CLUSTER/cluster \\',
      '  --log-stream-name-prefix kube-apiserver-audit \\',
      '  --start-time $((($(date +%s) - 24 * 3600) * 1000)) \\',
      '  --output json | k8s-audit scan -',
    ],
    limits: [
      'configmaps are logged without bodies, except changes of kube-system/aws-auth',
      'deletions of cluster events are never logged',
      'long entries are cut: CloudWatch takes 1 MB each, and took 256 KiB until 2025',
      'streams authenticator-* of the same group are no audit log; they are counted and skipped',
    ],
    checked: '2026-11',
  },
  {
    id: 'gke',
    title: 'Google Kubernetes Engine',
    policy: 'fixed',
    initially: 'changes are always logged (Admin Activity); reads (Data Access) are off',
    steps: [
      {
        text: 'To log reads, enable Data Access audit logs (ADMIN_READ, DATA_READ, DATA_WRITE) for the Kubernetes Engine API, in the console under IAM, Audit Logs, or in the IAM policy of the project',
        code: [
          'auditConfigs:',
          '- service: container.googleapis.com',
          '  auditLogConfigs:',
          '  - logType: ADMIN_READ',
          '  - logType: DATA_READ',
          '  - logType: DATA_WRITE',
        ],
      },
    ],
    log: 'Cloud Logging: cloudaudit.googleapis.com%2Factivity and %2Fdata_access, service k8s.io',
    feed: [
      'gcloud logging read \'protoPayload.serviceName="k8s.io"\' \\',
      '  --freshness=1d --format=json | k8s-audit scan -',
    ],
    limits: [
      'exec and attach have no command and no container',
      'users have no groups',
      'reading secrets is seen with Data Access logs only',
      'events are converted from another format; stages are made up',
    ],
    checked: '2026-08',
    unverified: ['container.googleapis.com as the service name of the auditConfigs entry'],
  },
  {
    id: 'aks',
    title: 'Azure Kubernetes Service',
    policy: 'fixed',
    initially: 'off',
    steps: [
      {
        text: 'Create a diagnostic setting with category kube-audit',
        code: [
          'az monitor diagnostic-settings create --name audit --resource CLUSTER_RESOURCE_ID \\',
          '  --logs \'[{"category":"kube-audit","enabled":true}]\' --workspace WORKSPACE_ID \\',
          '  --export-to-resource-specific true',
        ],
      },
      { text: 'It may go to a storage account (--storage-account) or to Event Hubs as well.' },
    ],
    log: 'Log Analytics (AzureDiagnostics or AKSAudit), blobs of a storage account, or Event Hubs',
    feed: [
      'az monitor log-analytics query --workspace WORKSPACE_GUID \\',
      "  --analytics-query 'AKSAudit | where TimeGenerated > ago(1h)' | k8s-audit scan -",
      'az monitor log-analytics query --workspace WORKSPACE_GUID \\',
      '  --analytics-query \'AzureDiagnostics | where Category == "kube-audit" and TimeGenerated > ago(1h)\' | k8s-audit scan -',
      'k8s-audit scan insights-logs-kube-audit/',
    ],
    limits: [
      'a setting without --export-to-resource-specific fills AzureDiagnostics, and not AKSAudit',
      'category kube-audit-admin leaves out get and list: reading secrets and WebSocket exec cannot be seen',
      'configmaps are logged without bodies, except coredns-custom',
      'token requests are logged without their lifetime',
      'long entries are cut by the log service',
    ],
    checked: '2026-11',
  },
  {
    id: 'talos',
    title: 'Talos Linux',
    policy: 'own',
    initially: 'on at level Metadata',
    steps: [
      {
        text: 'To log bodies, patch the machine configuration of control-plane nodes with the rules that k8s-audit setup audit-policy prints. Up to Talos 1.13',
        code: [
          'cluster:',
          '  apiServer:',
          '    auditPolicy:',
          '      apiVersion: audit.k8s.io/v1',
          '      kind: Policy',
          '      rules: []  # those of the policy',
        ],
      },
      {
        text: 'From Talos 1.14 on a document of its own',
        code: [
          'apiVersion: v1alpha1',
          'kind: KubeAuditPolicyConfig',
          'configuration:',
          '  apiVersion: audit.k8s.io/v1',
          '  kind: Policy',
          '  rules: []  # those of the policy',
        ],
      },
    ],
    log: '/var/log/audit/kube/kube-apiserver.log on control-plane nodes',
    feed: ['talosctl -n NODE read /var/log/audit/kube/kube-apiserver.log | k8s-audit scan -'],
    limits: [`with the default policy, ${METADATA_ONLY}`],
    checked: '2026-11',
    unverified: ['the path of the log'],
  },
  {
    id: 'rancher',
    title: 'Rancher server (management API)',
    policy: 'fixed',
    initially: 'off',
    steps: [
      {
        text: 'Set the level when Rancher is installed (Helm values), 1 to 3',
        code: ['auditLog:', '  enabled: true', '  level: 1', '  destination: hostPath'],
      },
    ],
    log: '/var/log/rancher/audit/rancher-api-audit.log on the nodes that run Rancher (auditLog.hostPath); without destination the log of the container rancher-audit-log',
    feed: [
      'k8s-audit scan /var/log/rancher/audit/',
      'kubectl logs -n cattle-system -l app=rancher -c rancher-audit-log --tail=-1 | k8s-audit scan -',
    ],
    limits: [
      'older versions have no auditLog.enabled: there a level of 1 or more switches the log on',
      'this is the log of Rancher itself, not of Kubernetes: only requests passed on to clusters (/k8s/clusters/) become events',
      'for a cluster that Rancher made, see rke, rke2 and k3s',
    ],
    checked: '2026-11',
  },
];
