// Room cli/commands: one file a command, and index.ts, the table of all of them.
// Door: index.ts; code of a command is loaded when it runs, so that start-up stays short.
// Neighbours: the top floor: uses every other room of cli; main.ts hands the table to flags.
// Inside: a command reads its settings, asks library and run, and writes to the terminal.
// To add one: its options in flags/command-options.ts, a record in index.ts and a file beside it.

import type { CommandRecord } from '../flags/command.ts';
import { COMMAND_OPTIONS, type ActionOf, type CommandName } from '../flags/command-options.ts';

const PATHS = 'files, directories, patterns; - is standard input (default when piped)';

/** A command with the options of its list. Its code may ask for these only. */
function command<C extends CommandName>(
  name: C,
  rest: Omit<CommandRecord, 'name' | 'options' | 'load'> & {
    load(): Promise<ActionOf<C>>;
  },
): CommandRecord {
  return { name, options: COMMAND_OPTIONS[name], ...rest };
}

/** All commands, in the order help shows them. The first is the default. */
export const COMMANDS: readonly CommandRecord[] = [
  command('scan', {
    description: 'evaluate rules on audit logs and print the notable events',
    arguments: '[paths...]',
    argumentHelp: 'files, directories, patterns; - is standard input (default when piped)',
    completes: 'file',
    examples: [
      'k8s-audit scan audit.log',
      'kubectl logs -n kube-system kube-apiserver-n1 | k8s-audit scan -',
      "k8s-audit scan logs/ -r my-rules.yaml --fail-on warning --where 'ka.verb = delete'",
      'k8s-audit scan -F /var/log/kubernetes/audit.log --min-priority warning',
    ],
    load: async () => (await import('./scan/scan.ts')).scanCommand,
  }),
  command('merge', {
    description: 'report of a log that was scanned in parts, from their partial results',
    arguments: '<parts...>',
    argumentHelp: 'what scan --partial wrote, in any order',
    completes: 'file',
    examples: [
      'k8s-audit scan logs/a.log -q -f ndjson --partial a.part > /dev/null',
      'k8s-audit merge *.part --fail-on high -o report.html',
    ],
    load: async () => (await import('./scan/merge-parts.ts')).mergeCommand,
  }),
  command('serve', {
    description: 'receive audit events over HTTP as they happen, and evaluate rules on them',
    arguments: '',
    argumentHelp: '',
    examples: [
      'k8s-audit serve',
      'k8s-audit serve --listen :9765 --tls-cert tls.crt --tls-key tls.key --client-ca ca.crt --spool /var/spool/k8s-audit',
    ],
    load: async () => (await import('./serve.ts')).serveCommand,
  }),
  command('incidents', {
    description:
      'findings joined into stories: who did what, one behind the other, and why they belong together',
    arguments: '[paths...]',
    argumentHelp: PATHS,
    examples: [
      'k8s-audit incidents audit.log',
      'k8s-audit incidents logs/ --within 4h -f markdown > incidents.md',
      'k8s-audit incidents audit.log -o incidents.html --fail-on high',
    ],
    load: async () => (await import('./scan/incidents.ts')).incidentsCommand,
  }),
  command('activity', {
    description: 'who did what: one row per API request, or counts by user, object and so on',
    arguments: '[paths...]',
    argumentHelp: PATHS,
    examples: [
      'k8s-audit activity audit.log',
      'k8s-audit activity audit.log --user alice@example.com --since 2026-03-03',
      'k8s-audit activity logs/ --by user --failed-only',
    ],
    load: async () => (await import('./activity/activity.ts')).activityCommand,
  }),
  command('activity identity', {
    description: 'what one user or service account did',
    arguments: '<name> [paths...]',
    argumentHelp: `user name, as itself or impersonated\n${PATHS}`,
    examples: [
      'k8s-audit activity identity alice@example.com audit.log',
      'k8s-audit activity identity system:serviceaccount:shop:web audit.log -f json',
    ],
    load: async () => (await import('./activity/activity-identity.ts')).activityIdentityCommand,
  }),
  command('activity object', {
    description: 'who changed an object, when, and what',
    arguments: '<object> [paths...]',
    argumentHelp: `[namespace/]kind/name, such as shop/deployment/web\n${PATHS}`,
    examples: ['k8s-audit activity object shop/deployment/web audit.log'],
    load: async () => (await import('./activity/activity-object.ts')).activityObjectCommand,
  }),
  command('activity sessions', {
    description: 'exec, attach, port-forward and debug sessions with their commands',
    arguments: '[paths...]',
    argumentHelp: PATHS,
    examples: ['k8s-audit activity sessions audit.log', 'k8s-audit activity sessions logs/ -f csv'],
    load: async () => (await import('./activity/activity-sessions.ts')).activitySessionsCommand,
  }),
  command('activity stats', {
    description: 'what makes a log large, and the audit policy that would drop its routine',
    arguments: '[paths...]',
    argumentHelp: PATHS,
    examples: ['k8s-audit activity stats audit.log', 'k8s-audit activity stats logs/ -f csv'],
    load: async () => (await import('./activity/activity-stats.ts')).activityStatsCommand,
  }),
  command('show', {
    description: 'everything about one request: who, what, decision, rules that matched and why',
    arguments: '<audit-id> [paths...]',
    argumentHelp: `audit ID of the request, or its start\n${PATHS}`,
    examples: ['k8s-audit show 57ad057d audit.log'],
    load: async () => (await import('./show.ts')).showCommand,
  }),
  command('explain', {
    description: 'why a rule matched a request, or did not',
    arguments: '<audit-id> [paths...]',
    argumentHelp: `audit ID of the request, or its start\n${PATHS}`,
    examples: ["k8s-audit explain 57ad057d audit.log --rule 'AWS Auth Map Changed'"],
    load: async () => (await import('./explain.ts')).explainCommand,
  }),
  command('doctor', {
    description: 'what a log can show: levels and stages in it, rules that cannot fire on it, gaps',
    arguments: '[paths...]',
    argumentHelp: PATHS,
    examples: ['k8s-audit doctor audit.log'],
    load: async () => (await import('./doctor.ts')).doctorCommand,
  }),
  command('ui', {
    description:
      'a page on this machine that asks about logs: queries, the case file, new findings, rules',
    arguments: '<paths...>',
    argumentHelp: 'files, directories, patterns: all that the page asks about',
    completes: 'file',
    examples: ['k8s-audit ui /var/log/kubernetes/audit --open'],
    load: async () => (await import('./ui.ts')).uiCommand,
  }),
  command('mcp', {
    description: 'answer questions of assistants about logs, by the Model Context Protocol',
    arguments: '<paths...>',
    argumentHelp: 'files, directories, patterns: all that assistants may ask about',
    completes: 'file',
    examples: ['k8s-audit mcp /var/log/kubernetes/audit'],
    load: async () => (await import('./mcp.ts')).mcpCommand,
  }),
  command('rules check', {
    description: 'validate rules files',
    arguments: '<paths...>',
    argumentHelp: 'rules files, or directories of .yaml and .yml files',
    completes: 'file',
    examples: ['k8s-audit rules check my-rules.yaml', 'k8s-audit rules check -f json rules/'],
    load: async () => (await import('./rules/rules-check.ts')).rulesCheckCommand,
  }),
  command('rules list', {
    description: 'list the rules with priority, state and tags',
    arguments: '',
    argumentHelp: '',
    examples: [
      'k8s-audit rules list',
      'k8s-audit rules list --tag T1611 -f json',
      'k8s-audit rules list --usage enabled --log audit.log',
    ],
    load: async () => (await import('./rules/rules-list.ts')).rulesListCommand,
  }),
  command('rules show', {
    description: 'show a rule: condition, macros and lists it uses, output, tags, source',
    arguments: '<name>',
    argumentHelp: 'name of a rule',
    completes: 'rule',
    examples: ["k8s-audit rules show 'Create Privileged Pod'"],
    load: async () => (await import('./rules/rules-show.ts')).rulesShowCommand,
  }),
  command('rules diff', {
    description: 'show what your rules files change of the bundled rules, macros and lists',
    arguments: '[name]',
    argumentHelp: 'name of a rule; its macros and lists are compared too',
    completes: 'rule',
    examples: [
      'k8s-audit rules diff -r my-rules.yaml',
      "k8s-audit rules diff 'Attach/Exec Pod' -r my-rules.yaml",
    ],
    load: async () => (await import('./rules/rules-diff.ts')).rulesDiffCommand,
  }),
  command('rules export', {
    description: 'write the effective rules as one file that Falco loads',
    arguments: '',
    argumentHelp: '',
    examples: [
      'k8s-audit rules export > k8s-rules.yaml',
      "k8s-audit rules export --policy 'K8s Threat Detection' -r my-rules.yaml",
      'k8s-audit rules export -f clickhouse --table typed > rules.sql',
    ],
    load: async () => (await import('./rules/rules-export.ts')).rulesExportCommand,
  }),
  command('rules coverage', {
    description: 'list the techniques and controls that rules cover, by framework',
    arguments: '',
    argumentHelp: '',
    examples: ['k8s-audit rules coverage', 'k8s-audit rules coverage --navigator > layer.json'],
    load: async () => (await import('./rules/rules-coverage.ts')).rulesCoverageCommand,
  }),
  command('rules test', {
    description: 'run rule tests: events, and what rules must make of them',
    arguments: '<paths...>',
    argumentHelp: 'test files, or folders of .yaml and .yml files',
    completes: 'file',
    examples: [
      'k8s-audit rules test tests/',
      "k8s-audit rules test my-tests.yaml -r my-rules.yaml --run '*Secret*' -f junit",
    ],
    load: async () => (await import('./rules/rules-test.ts')).rulesTestCommand,
  }),
  command('policies list', {
    description: 'list policies with state, severity, number of rules and origin',
    arguments: '',
    argumentHelp: '',
    examples: ['k8s-audit policies list', 'k8s-audit policies list -f json'],
    load: async () => (await import('./policies/policies-list.ts')).policiesListCommand,
  }),
  command('policies show', {
    description: 'show a policy: scope, runbook and rules',
    arguments: '<name>',
    argumentHelp: 'name of a policy',
    completes: 'policy',
    examples: ["k8s-audit policies show 'K8s Threat Detection'"],
    load: async () => (await import('./policies/policies-show.ts')).policiesShowCommand,
  }),
  command('policies enable', {
    description: 'switch policies on in the configuration file',
    arguments: '<names...>',
    argumentHelp: 'names of policies',
    completes: 'policy',
    examples: ["k8s-audit policies enable 'K8s Activity Logs'"],
    load: async () => (await import('./policies/policies-edit.ts')).policiesEnableCommand,
  }),
  command('policies disable', {
    description: 'switch policies off in the configuration file',
    arguments: '<names...>',
    argumentHelp: 'names of policies',
    completes: 'policy',
    examples: ["k8s-audit policies disable 'K8s Notable Events' --dry-run"],
    load: async () => (await import('./policies/policies-edit.ts')).policiesDisableCommand,
  }),
  command('policies create', {
    description: 'add a policy to the configuration file',
    arguments: '<name>',
    argumentHelp: 'name of the new policy',
    examples: [
      "k8s-audit policies create 'Shop Secrets' --severity high --rule '*Secret*' --scope-namespace shop",
      "k8s-audit policies create 'Team Events' --extends 'K8s Notable Events' --scope-namespace '!sandbox-*'",
      "k8s-audit policies create 'Team Events' --template",
    ],
    load: async () => (await import('./policies/policies-create.ts')).policiesCreateCommand,
  }),
  command('policies delete', {
    description: 'take policies out of the configuration file',
    arguments: '<names...>',
    argumentHelp: 'names of policies',
    completes: 'policy',
    examples: ["k8s-audit policies delete 'Team Events'"],
    load: async () => (await import('./policies/policies-edit.ts')).policiesDeleteCommand,
  }),
  command('policies validate', {
    description: 'check files of policies, or the policies of the configuration',
    arguments: '[files...]',
    argumentHelp: 'files of policies',
    completes: 'file',
    examples: ['k8s-audit policies validate', 'k8s-audit policies validate team.yaml'],
    load: async () => (await import('./policies/policies-validate.ts')).policiesValidateCommand,
  }),
  command('tune', {
    description: 'what would silence the loudest rules: exceptions, proposed from what fired',
    arguments: '[paths...]',
    argumentHelp: PATHS,
    examples: [
      'k8s-audit tune audit.log',
      'k8s-audit tune logs/ --apply tuning.yaml',
      'k8s-audit tune logs/ --check tuning.yaml',
    ],
    load: async () => (await import('./tune/tune.ts')).tuneCommand,
  }),
  command('ignore add', {
    description:
      'accept one finding in the configuration file: its rule, by its user, on its object',
    arguments: '<audit-id> [paths...]',
    argumentHelp: `audit ID of the request, or its start\n${PATHS}`,
    examples: [
      "k8s-audit ignore add 57ad057d audit.log --reason 'the node exporter needs the host'",
      "k8s-audit ignore add 57ad057d audit.log --rule 'Attach/Exec Pod' --reason drill --dry-run",
    ],
    load: async () => (await import('./ignore-add.ts')).ignoreAddCommand,
  }),
  command('baseline add', {
    description: 'accept findings of a report in a baseline, with a reason and an expiry date',
    arguments: '<baseline> <reports...>',
    argumentHelp:
      'the baseline to change; made when it is not there\n' +
      'ndjson, json or sarif reports, or other baselines; - is standard input',
    completes: 'file',
    config: false,
    examples: [
      "k8s-audit scan audit.log -f ndjson | k8s-audit baseline add known.json - --reason 'staging only'",
      "k8s-audit baseline add known.json report.json --rule 'Attach/Exec Pod' --expires 2030-12-31",
    ],
    load: async () => (await import('./baseline/baseline-edit.ts')).baselineAddCommand,
  }),
  command('baseline show', {
    description: 'list the findings that a baseline knows, with reason and expiry',
    arguments: '<baseline>',
    argumentHelp: 'a baseline, or an ndjson, json or sarif report',
    completes: 'file',
    config: false,
    examples: ['k8s-audit baseline show known.json', 'k8s-audit baseline show known.json -f json'],
    load: async () => (await import('./baseline/baseline-show.ts')).baselineShowCommand,
  }),
  command('baseline prune', {
    description: 'drop entries of a baseline that expired, and those that reports do not have',
    arguments: '<baseline> [reports...]',
    argumentHelp:
      'the baseline to change\nreports of what still occurs; - is standard input; without one only expired entries go',
    completes: 'file',
    config: false,
    examples: [
      'k8s-audit baseline prune known.json --dry-run',
      'k8s-audit scan audit.log -f ndjson | k8s-audit baseline prune known.json -',
    ],
    load: async () => (await import('./baseline/baseline-edit.ts')).baselinePruneCommand,
  }),
  command('config show', {
    description: 'show the values that apply to a command here, and where they come from',
    arguments: '',
    argumentHelp: '',
    examples: [
      'k8s-audit config show',
      'K8S_AUDIT_FAIL_ON=high k8s-audit config show -f json',
      "k8s-audit config show --for 'rules list'",
    ],
    load: async () => (await import('./config-show.ts')).configShowCommand,
  }),
  command('config init', {
    description: 'write a configuration file with every key, commented out',
    arguments: '[file]',
    argumentHelp: 'where to; k8s-audit.yaml when not given',
    completes: 'file',
    config: false,
    examples: ['k8s-audit config init', 'k8s-audit config init --dry-run'],
    load: async () => (await import('./config-init.ts')).configInitCommand,
  }),
  command('setup', {
    description: 'how to switch audit logging on, and how to feed its log to k8s-audit',
    arguments: '[platform]',
    argumentHelp: 'name of a platform; without one they are listed',
    completes: 'platform',
    examples: ['k8s-audit setup', 'k8s-audit setup k3s'],
    load: async () => (await import('./setup.ts')).setupCommand,
  }),
  command('setup audit-policy', {
    description: 'print the least kube-apiserver audit policy for the enabled rules, or check one',
    arguments: '',
    argumentHelp: '',
    examples: [
      'k8s-audit setup audit-policy > audit-policy.yaml',
      'k8s-audit setup audit-policy --check /etc/kubernetes/audit/policy.yaml',
    ],
    load: async () => (await import('./setup-audit-policy.ts')).setupAuditPolicyCommand,
  }),
  command('setup webhook', {
    description: 'how events reach serve as they happen: files of the API server, and manifests',
    arguments: '[platform]',
    argumentHelp: 'name of a platform; without one they are listed',
    completes: 'platform',
    examples: [
      'k8s-audit setup webhook kubeadm',
      'k8s-audit setup webhook --part kubeconfig --url https://audit.example.com/audit/prod',
    ],
    load: async () => (await import('./setup-webhook.ts')).setupWebhookCommand,
  }),
  command('inputs', {
    description: 'list the shapes of input that are recognised, for --input-format',
    arguments: '',
    argumentHelp: '',
    examples: ['k8s-audit inputs'],
    load: async () => (await import('./inputs.ts')).inputsCommand,
  }),
  command('fields', {
    description: 'list the fields that conditions and outputs can use',
    arguments: '[name]',
    argumentHelp: 'only fields whose name contains this text, or else their description',
    completes: 'field',
    examples: ['k8s-audit fields', 'k8s-audit fields ka.req -f markdown'],
    load: async () => (await import('./fields.ts')).fieldsCommand,
  }),
  command('completion', {
    description: 'print a completion script for a shell',
    arguments: '<shell>',
    argumentHelp: 'bash, zsh or fish',
    completes: ['bash', 'zsh', 'fish'],
    config: false,
    examples: [
      'k8s-audit completion bash > /etc/bash_completion.d/k8s-audit',
      'k8s-audit completion zsh > "${fpath[1]}/_k8s-audit"',
      'k8s-audit completion fish > ~/.config/fish/completions/k8s-audit.fish',
    ],
    load: async () => (await import('./completion.ts')).completionCommand,
  }),
];
