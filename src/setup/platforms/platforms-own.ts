import type { Platform } from './platform.ts';
import { KUBEADM_UPGRADE, METADATA_ONLY } from './platform.ts';

const POLICY = 'Write the policy: k8s-audit setup audit-policy > audit-policy.yaml';

/** Platforms on which users write the audit policy as a file. */
export const OWN_PLATFORMS: readonly Platform[] = [
  {
    id: 'kubeadm',
    aliases: ['kubernetes', 'plain'],
    title: 'kubeadm and other clusters with kube-apiserver flags',
    policy: 'own',
    initially: 'off: without a policy file nothing is logged',
    steps: [
      { text: POLICY },
      {
        text: 'Copy it to every control-plane node as /etc/kubernetes/audit/policy.yaml, and make the log directory',
        code: ['mkdir -p /etc/kubernetes/audit /var/log/kubernetes/audit'],
      },
      {
        text: 'In /etc/kubernetes/manifests/kube-apiserver.yaml on every control-plane node, add to the command',
        code: [
          '- --audit-policy-file=/etc/kubernetes/audit/policy.yaml',
          '- --audit-log-path=/var/log/kubernetes/audit/audit.log',
          '- --audit-log-maxage=30',
          '- --audit-log-maxbackup=10',
          '- --audit-log-maxsize=100',
        ],
      },
      {
        text: 'and mount both places',
        code: [
          'volumeMounts:',
          '- {name: audit-policy, mountPath: /etc/kubernetes/audit, readOnly: true}',
          '- {name: audit-log, mountPath: /var/log/kubernetes/audit}',
          'volumes:',
          '- {name: audit-policy, hostPath: {path: /etc/kubernetes/audit, type: Directory}}',
          '- {name: audit-log, hostPath: {path: /var/log/kubernetes/audit, type: DirectoryOrCreate}}',
        ],
      },
      { text: 'The kubelet restarts the API server by itself when the file is saved.' },
    ],
    log: '/var/log/kubernetes/audit/audit.log on each control-plane node; rotated files lie beside it',
    feed: ['k8s-audit scan /var/log/kubernetes/audit/'],
    limits: [
      'each control-plane node logs its own requests: scan the files of all of them together',
      KUBEADM_UPGRADE,
    ],
    checked: '2026-11',
  },
  {
    id: 'kops',
    title: 'kOps',
    policy: 'own',
    initially: 'off',
    steps: [
      { text: POLICY },
      {
        text: 'kops edit cluster: put the policy on control-plane nodes and name it',
        code: [
          'spec:',
          '  fileAssets:',
          '  - name: audit-policy-config',
          '    path: /etc/kubernetes/audit/policy-config.yaml',
          '    roles: [ControlPlane]',
          '    content: |',
          '      # the policy, indented',
          '  kubeAPIServer:',
          '    auditLogPath: /var/log/kube-apiserver-audit.log',
          '    auditLogMaxAge: 10',
          '    auditLogMaxBackups: 1',
          '    auditLogMaxSize: 100',
          '    auditPolicyFile: /etc/kubernetes/audit/policy-config.yaml',
        ],
      },
      {
        text: 'Roll it out',
        code: ['kops update cluster --yes', 'kops rolling-update cluster --yes'],
      },
    ],
    log: '/var/log/kube-apiserver-audit.log on control-plane nodes',
    feed: ['k8s-audit scan /var/log/kube-apiserver-audit.log*'],
    limits: [
      'before kOps 1.26 the role is called Master; 1.22 to 1.24 used /srv/kubernetes/kube-apiserver/audit/',
    ],
    checked: '2026-08',
  },
  {
    id: 'rke',
    aliases: ['rke1'],
    title: 'Rancher Kubernetes Engine (RKE 1)',
    policy: 'own',
    initially: 'on at level Metadata since RKE 1.15.11, 1.16.8 and 1.17.4',
    steps: [
      { text: POLICY },
      {
        text: 'In cluster.yml, with the rules of the policy under policy',
        code: [
          'services:',
          '  kube-api:',
          '    audit_log:',
          '      enabled: true',
          '      configuration:',
          '        max_age: 30',
          '        max_backup: 10',
          '        max_size: 100',
          '        path: /var/log/kube-audit/audit-log.json',
          '        format: json',
          '        policy:',
          '          apiVersion: audit.k8s.io/v1',
          '          kind: Policy',
          '          omitStages: [RequestReceived]',
          '          rules: []  # those of the policy',
        ],
      },
      { text: 'Roll it out', code: ['rke up'] },
    ],
    log: '/var/log/kube-audit/audit-log.json on controller hosts',
    feed: ['k8s-audit scan /var/log/kube-audit/'],
    limits: [
      `with the default policy, ${METADATA_ONLY}`,
      'the key is services, not servies as some guides print',
    ],
    checked: '2026-08',
  },
  {
    id: 'rke2',
    title: 'RKE2',
    policy: 'own',
    initially: 'off; with profile: cis there is a policy file, but its only rule is level None',
    steps: [
      {
        text: 'Replace the policy on every server',
        code: ['k8s-audit setup audit-policy > /etc/rancher/rke2/audit-policy.yaml'],
      },
      {
        text: 'In /etc/rancher/rke2/config.yaml (not needed with profile: cis)',
        code: ['audit-policy-file: /etc/rancher/rke2/audit-policy.yaml'],
      },
      { text: 'Restart each server', code: ['systemctl restart rke2-server'] },
    ],
    log: '/var/lib/rancher/rke2/server/logs/audit.log on servers',
    feed: ['k8s-audit scan /var/lib/rancher/rke2/server/logs/'],
    limits: [
      'with the CIS profile alone nothing is logged: its policy has level None until you edit it',
    ],
    checked: '2026-08',
  },
  {
    id: 'k3s',
    title: 'k3s',
    policy: 'own',
    initially: 'off',
    steps: [
      {
        text: 'Write the policy on every server',
        code: [
          'mkdir -p -m 700 /var/lib/rancher/k3s/server/logs',
          'k8s-audit setup audit-policy > /var/lib/rancher/k3s/server/audit.yaml',
        ],
      },
      {
        text: 'In /etc/rancher/k3s/config.yaml',
        code: [
          'kube-apiserver-arg:',
          '- audit-log-path=/var/lib/rancher/k3s/server/logs/audit.log',
          '- audit-policy-file=/var/lib/rancher/k3s/server/audit.yaml',
          '- audit-log-maxage=30',
          '- audit-log-maxbackup=10',
          '- audit-log-maxsize=100',
        ],
      },
      { text: 'Restart each server', code: ['systemctl restart k3s'] },
    ],
    log: '/var/lib/rancher/k3s/server/logs/audit.log; with audit-log-path=- the journal of the unit k3s',
    feed: [
      'k8s-audit scan /var/lib/rancher/k3s/server/logs/',
      'journalctl -u k3s -o cat | k8s-audit scan -',
    ],
    limits: ['journalctl -o json drops messages above 4 KiB: use -o cat, or -o json --all'],
    checked: '2026-08',
    unverified: ['the maxage, maxbackup and maxsize values: any will do'],
  },
];
