/** A number that is shown at /metrics. */
interface Metric {
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  /** Labels, in order. */
  readonly labels: readonly string[];
}

/** All numbers, by name. */
export const METRICS = {
  k8s_audit_bodies_total: metric('counter', 'Bodies that were taken.', 'path'),
  k8s_audit_body_bytes_total: metric('counter', 'Bytes of the bodies that were taken.', 'path'),
  k8s_audit_refused_total: metric(
    'counter',
    'Requests that were not taken; the API server sends batches again, five times.',
    'reason',
  ),
  k8s_audit_events_total: metric('counter', 'Audit events that were read.'),
  k8s_audit_duplicates_total: metric(
    'counter',
    'Events that came again, told by audit ID, stage and time.',
  ),
  k8s_audit_left_out_total: metric(
    'counter',
    'Events that resource rules or the scope left out, and those that came again.',
  ),
  k8s_audit_problems_total: metric('counter', 'Records that became no event.', 'reason'),
  k8s_audit_findings_total: metric('counter', 'Findings that were reported.', 'rule', 'severity'),
  k8s_audit_known_findings_total: metric('counter', 'Findings that the baseline knows.'),
  k8s_audit_correlation_late_total: metric(
    'counter',
    'Events that came too late for correlations; --lateness waits longer for them.',
  ),
  k8s_audit_dropped_total: metric(
    'counter',
    'Bodies that were acknowledged and then lost: 0, unless a spool is damaged.',
  ),
  k8s_audit_quarantined_total: metric(
    'counter',
    'Bodies that were set aside, since three starts ended while they were evaluated.',
  ),
  k8s_audit_quarantine_bodies: metric('gauge', 'Bodies that are set aside and wait for somebody.'),
  k8s_audit_quarantine_bytes: metric('gauge', 'Bytes of the bodies that are set aside.'),
  k8s_audit_queue_bodies: metric('gauge', 'Bodies that wait to be evaluated.'),
  k8s_audit_queue_bytes: metric('gauge', 'Bytes of the bodies that wait.'),
  k8s_audit_memory_bytes: metric(
    'gauge',
    'Bytes of memory for bodies, those that are coming included; --queue-size bounds them.',
  ),
  k8s_audit_lag_seconds: metric('gauge', 'How long the oldest body has waited.'),
  k8s_audit_alerts_sent_total: metric('counter', 'Alerts that a sink took.', 'sink'),
  k8s_audit_alerts_held_total: metric(
    'counter',
    'Alerts held back, since one of their rule went to people.',
    'sink',
  ),
  k8s_audit_alerts_refused_total: metric('counter', 'Alerts that a sink will never take.', 'sink'),
  k8s_audit_alerts_dropped_total: metric(
    'counter',
    'Alerts for which there was no room while a sink was down.',
    'sink',
  ),
  k8s_audit_alerts_waiting: metric('gauge', 'Alerts that wait to be sent.', 'sink'),
  k8s_audit_reloads_total: metric('counter', 'Configurations that were read anew.', 'result'),
  k8s_audit_certificate_expiration_timestamp_seconds: metric(
    'gauge',
    'When the certificate of this server expires, seconds since the epoch.',
    'file',
  ),
  k8s_audit_rules: metric('gauge', 'Rules that are loaded.'),
  k8s_audit_start_time_seconds: metric(
    'gauge',
    'When the program started, seconds since the epoch.',
  ),
  k8s_audit_build_info: metric('gauge', 'Version of the program.', 'version'),
} as const;

export type MetricName = keyof typeof METRICS;

function metric(type: Metric['type'], help: string, ...labels: string[]): Metric {
  return { type, help, labels };
}

/** Most values of labels that a number has; further ones share one, so that nobody fills the memory. */
const MOST_SERIES = 5000;
const OTHERS = 'other';

/** Numbers by name and labels. */
export class Counters {
  readonly #values = new Map<
    MetricName,
    Map<string, { labels: readonly string[]; value: number }>
  >();

  add(name: MetricName, count = 1, ...labels: string[]): void {
    this.#at(name, labels).value += count;
  }

  set(name: MetricName, value: number, ...labels: string[]): void {
    this.#at(name, labels).value = value;
  }

  /** The sum over all labels. */
  total(name: MetricName): number {
    let sum = 0;
    for (const { value } of this.#values.get(name)?.values() ?? []) sum += value;
    return sum;
  }

  /** The text that Prometheus reads, version 0.0.4. A counter without labels is there from the start. */
  text(): string {
    const lines: string[] = [];
    for (const [name, { type, help, labels }] of entries()) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
      const series = [...(this.#values.get(name)?.values() ?? [])];
      if (series.length === 0 && labels.length === 0) lines.push(`${name} 0`);
      for (const { labels: values, value } of series) {
        const pairs = labels.map((label, index) => `${label}="${escaped(values[index] ?? '')}"`);
        lines.push(`${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`);
      }
    }
    return `${lines.join('\n')}\n`;
  }

  #at(name: MetricName, labels: readonly string[]): { value: number } {
    let series = this.#values.get(name);
    if (series === undefined) {
      series = new Map();
      this.#values.set(name, series);
    }
    const isNew = !series.has(labels.join('\0'));
    const kept = isNew && series.size >= MOST_SERIES ? labels.map(() => OTHERS) : labels;
    const key = kept.join('\0');
    const found = series.get(key);
    if (found !== undefined) return found;
    const made = { labels: kept, value: 0 };
    series.set(key, made);
    return made;
  }
}

function entries(): readonly [MetricName, Metric][] {
  return Object.entries(METRICS) as [MetricName, Metric][];
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
