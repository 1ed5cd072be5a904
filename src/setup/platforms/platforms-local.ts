import type { Platform } from './platform.ts';

/** Clusters for trying things out, on one machine. */
export const LOCAL_PLATFORMS: readonly Platform[] = [
  {
    id: 'minikube',
    title: 'minikube',
    policy: 'own',
    initially: 'off',
    steps: [
      {
        text: 'Write the policy where minikube copies it into the node',
        code: [
          'mkdir -p ~/.minikube/files/etc/ssl/certs',
          'k8s-audit setup audit-policy > ~/.minikube/files/etc/ssl/certs/audit-policy.yaml',
        ],
      },
      {
        text: 'Start the cluster with it',
        code: [
          'minikube start \\',
          '  --extra-config=apiserver.audit-policy-file=/etc/ssl/certs/audit-policy.yaml \\',
          '  --extra-config=apiserver.audit-log-path=-',
        ],
      },
    ],
    log: "the API server's standard output, mixed with its own messages",
    feed: ['kubectl logs -n kube-system kube-apiserver-minikube | k8s-audit scan -'],
    limits: [
      'a restart of the API server starts a new container log: use kubectl logs --previous too',
    ],
    checked: '2026-08',
  },
  {
    id: 'kind',
    title: 'kind',
    policy: 'own',
    initially: 'off',
    steps: [
      { text: 'Write the policy: k8s-audit setup audit-policy > audit-policy.yaml' },
      {
        text: 'Create the cluster with kind create cluster --config kind.yaml, where kind.yaml is',
        code: [
          'kind: Cluster',
          'apiVersion: kind.x-k8s.io/v1alpha4',
          'nodes:',
          '- role: control-plane',
          '  kubeadmConfigPatches:',
          '  - |',
          '    kind: ClusterConfiguration',
          '    apiServer:',
          '      extraArgs:',
          '        audit-log-path: /var/log/kubernetes/audit.log',
          '        audit-policy-file: /etc/kubernetes/policies/audit-policy.yaml',
          '      extraVolumes:',
          '      - name: audit-policies',
          '        hostPath: /etc/kubernetes/policies',
          '        mountPath: /etc/kubernetes/policies',
          '        readOnly: true',
          '        pathType: DirectoryOrCreate',
          '      - name: audit-logs',
          '        hostPath: /var/log/kubernetes',
          '        mountPath: /var/log/kubernetes',
          '        readOnly: false',
          '        pathType: DirectoryOrCreate',
          '  extraMounts:',
          '  - hostPath: ./audit-policy.yaml',
          '    containerPath: /etc/kubernetes/policies/audit-policy.yaml',
          '    readOnly: true',
        ],
      },
    ],
    log: '/var/log/kubernetes/audit.log in the node container',
    feed: ['docker exec kind-control-plane cat /var/log/kubernetes/audit.log | k8s-audit scan -'],
    limits: [
      'where kubeadm reads its API version v1beta4, extraArgs is a list of name and value instead of a map',
    ],
    checked: '2026-08',
  },
];
