import { METADATA_ONLY, type Platform } from './platform.ts';

/** Further providers whose control plane nobody else configures. */
export const PROVIDER_PLATFORMS: readonly Platform[] = [
  {
    id: 'iks',
    title: 'IBM Cloud Kubernetes Service',
    policy: 'fixed',
    initially: 'off',
    steps: [
      {
        text: 'Send the log to a webhook receiver of your own',
        code: [
          'ibmcloud ks cluster master audit-webhook set --cluster CLUSTER --remote-server URL',
          'ibmcloud ks cluster master refresh --cluster CLUSTER',
        ],
      },
    ],
    log: 'whatever the receiver writes',
    feed: ['k8s-audit scan received/'],
    limits: [`the fixed policy is mostly Metadata: ${METADATA_ONLY}`],
    checked: '2026-08',
  },
  {
    id: 'ovh',
    title: 'OVHcloud Managed Kubernetes',
    policy: 'fixed',
    initially: 'off',
    steps: [{ text: 'Subscribe the cluster to a stream of the Logs Data Platform.' }],
    log: 'the stream: messages whose member message holds the event as text',
    feed: ['k8s-audit scan exported.json'],
    limits: ['the policy is fixed: see what it logs with k8s-audit doctor'],
    checked: '2026-08',
    unverified: ['the levels of the fixed policy'],
  },
  {
    id: 'ack',
    aliases: ['alibaba'],
    title: 'Alibaba Cloud Container Service (ACK)',
    policy: 'fixed',
    initially: 'on, unless Log Service was switched off when the cluster was made',
    steps: [
      {
        text: 'For a cluster without it: in the console under Security, Cluster Auditing, or with the API',
        code: [
          'aliyun cs PUT /clusters/CLUSTER_ID/audit_log --header "Content-Type=application/json" \\',
          '  --body \'{"sls_project_name":"k8s-log-CLUSTER_ID","disable":false}\'',
        ],
      },
    ],
    log: 'Simple Log Service (SLS): project k8s-log-CLUSTER_ID, Logstore audit-CLUSTER_ID',
    feed: [
      'aliyunlog log pull_log_dump --project_name=k8s-log-CLUSTER_ID --logstore_name=audit-CLUSTER_ID \\',
      '  --from_time=$(($(date +%s) - 24 * 3600)) --to_time=$(date +%s) --file_path=audit_{}.json',
      'k8s-audit scan audit_*.json',
    ],
    limits: [
      'secrets, configmaps and token reviews are logged without bodies; other writes with both bodies',
      'in the log every value is a text, bodies too: k8s-audit reads them all the same',
    ],
    checked: '2026-11',
    unverified: [
      'the name of the Logstore',
      'the command line of aliyun; its path and body are documented',
    ],
  },
];
