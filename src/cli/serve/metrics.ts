import { ownSeverity } from '../../policies/severity.ts';
import type { Rule } from '../../rules/rule.ts';
import { Counters } from '../../serve/counters.ts';
import type { Intake } from '../../serve/intake.ts';
import { Spool } from '../../serve/spool/spool.ts';
import { packageVersion } from '../version.ts';
import type { Alerts } from './alerts.ts';
import type { KeptKeys } from './kept-keys.ts';

/** The counters of a run. @param now when it started, in milliseconds since the epoch */
export function startCounters(now: number): Counters {
  const counters = new Counters();
  counters.set('k8s_audit_build_info', 1, packageVersion());
  counters.set('k8s_audit_start_time_seconds', Math.floor(now / 1000));
  return counters;
}

/** Counts the rules in use, and gives each of them a counter of its findings. */
export function countRules(counters: Counters, rules: readonly Rule[]): void {
  counters.set('k8s_audit_rules', rules.length);
  // Prometheus sees no increase in a counter that begins with its first finding.
  for (const rule of rules)
    counters.add('k8s_audit_findings_total', 0, rule.name, ownSeverity(rule));
}

/** What is measured at the moment when somebody asks. */
interface Measured {
  readonly intake: Intake;
  readonly alerts: Alerts;
  readonly keys: KeptKeys;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The page of `/metrics`: all counters, with what is measured now. */
export function metricsOf(counters: Counters, { intake, alerts, keys, now }: Measured): string {
  const { waiting, memory } = intake;
  const { bodies, bytes, since } = waiting;
  counters.set('k8s_audit_queue_bodies', bodies);
  counters.set('k8s_audit_queue_bytes', bytes);
  counters.set('k8s_audit_memory_bytes', memory);
  if (intake instanceof Spool) {
    const { quarantined } = intake;
    counters.set('k8s_audit_quarantine_bodies', quarantined.bodies);
    counters.set('k8s_audit_quarantine_bytes', quarantined.bytes);
  }
  counters.set('k8s_audit_lag_seconds', since === undefined ? 0 : Math.max(0, now - since) / 1000);
  const { expiry } = keys;
  if (expiry !== undefined) {
    counters.set(
      'k8s_audit_certificate_expiration_timestamp_seconds',
      expiry.at / 1000,
      expiry.file,
    );
  }
  for (const { name, counts } of alerts.counts) {
    counters.set('k8s_audit_alerts_sent_total', counts.sent, name);
    counters.set('k8s_audit_alerts_held_total', counts.held, name);
    counters.set('k8s_audit_alerts_refused_total', counts.refused, name);
    counters.set('k8s_audit_alerts_dropped_total', counts.dropped, name);
    counters.set('k8s_audit_alerts_waiting', counts.waiting, name);
  }
  return counters.text();
}
