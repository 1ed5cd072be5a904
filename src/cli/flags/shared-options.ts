// Options that several commands have in common, by what they are for.

/** Which rules are loaded. */
export const LOADING = ['rules', 'defaultRules', 'config'] as const;
/** Which policies apply to them. */
export const PLACING = ['policy', 'allRules'] as const;
/** Filters of the rules library. */
export const FINDING = ['mitre', 'sourceFile', 'usage', 'modified'] as const;
/** Which rules run. */
export const SELECTING = [
  'rule',
  'disableRule',
  'enableRule',
  'tag',
  'excludeTag',
  'minPriority',
] as const;
/** Which requests are looked at. */
export const MATCHING = [
  'namespace',
  'user',
  'verb',
  'resource',
  'name',
  'sourceIp',
  'userAgent',
  'failedOnly',
  'cluster',
] as const;
/** Which events are looked at. */
export const SCOPE = ['where', 'since', 'last', 'until', ...MATCHING] as const;
/** How findings are written. */
export const REPORTING = [
  'fold',
  'byRule',
  'explain',
  'raw',
  'format',
  'output',
  'timeFormat',
  'timezone',
  'color',
  'showSecrets',
  'csvRaw',
  'summary',
  'quiet',
] as const;
/** Where `serve` listens, and how it keeps what it is sent: fixed while it runs. */
export const RECEIVING = [
  'listen',
  'tlsCert',
  'tlsKey',
  'clientCa',
  'tokenFile',
  'plainHttp',
  'openAdmission',
  'spool',
  'spoolSize',
  'queueSize',
  'drainTime',
] as const;
/** What commands share that read logs but look for no findings. */
export const READING = [
  ...LOADING,
  'ipList',
  'timezone',
  'color',
  'showSecrets',
  'summary',
  'quiet',
  'strict',
  'allowEmpty',
  'inputFormat',
  'dedupe',
  'maxEventSize',
] as const;
