import { join } from 'node:path';
import type { Finding } from '../../engine/finding.ts';
import { Counters } from '../../serve/counters.ts';
import type { Intake } from '../../serve/intake.ts';
import type { KeyPaths, Keys } from '../../serve/key-files.ts';
import { checkProtection, isLoopback, parseListen, shown } from '../../serve/listen.ts';
import { Receiver } from '../../serve/receiver.ts';
import { RECEIVER_LIMITS } from '../../serve/receiver-options.ts';
import { Spool } from '../../serve/spool/spool.ts';
import { ownSeverity } from '../../policies/severity.ts';
import type { Rule } from '../../rules/rule.ts';
import { KnownError } from '../../util/errors.ts';
import { number, plural } from '../../outputs/summary-text.ts';
import type { ActionOf, InvocationOf } from '../flags/command-options.ts';
import { openReports, reportTargets } from '../run/reports.ts';
import { openAlerts, type Alerts } from '../serve/alerts.ts';
import { asScan, decidingFiles, prepare } from '../serve/prepare.ts';
import { KeptKeys } from '../serve/kept-keys.ts';
import { openIntake, quarantineText, setAsideText } from '../serve/open-intake.ts';
import { LiveScan } from '../serve/live-scan.ts';
import { startLive } from '../serve/start-live.ts';
import { Reloading } from '../serve/reloading.ts';
import { WatchedFiles } from '../serve/watched-files.ts';
import { exitCode } from '../terminal/exit.ts';
import { plainText, warner } from '../terminal/listing.ts';
import { packageVersion } from '../version.ts';

/** Milliseconds between two looks at files that may have changed. */
const LOOK = 2000;
/** Milliseconds that requests have which are being sent when the run ends. */
const LAST_REQUESTS = 5000;

type Settings = InvocationOf<'serve'>['settings'];

/** `k8s-audit serve`: receives events over HTTP and evaluates rules on them. */
export const serveCommand: ActionOf<'serve'> = async (invocation) => {
  const { settings, terminal } = invocation;
  const { interrupted } = terminal;
  const now = (): number => terminal.now();
  const warn = warner(invocation);
  const tell = (text: string): void => {
    terminal.stderr.write(`k8s-audit: ${plainText(text)}\n`);
  };
  const address = parseListen(settings.listen)!;
  // Files are looked at before they are read: a start may wait for a spool, and they may change meanwhile.
  const rulesFiles = new WatchedFiles(decidingFiles(invocation));
  const kept = new KeptKeys({ paths: keyPaths(settings), now, tell });
  const keys = kept.first;
  const hasToken = keys.tokens !== undefined;
  checkProtection(address, {
    tls: keys.tls !== undefined,
    token: hasToken,
    clientCa: settings.clientCa !== undefined,
    plain: settings.plainHttp,
  });
  if (hasToken && keys.tls === undefined && isLoopback(address)) {
    warn(
      'warning: the API server sends no token over plain HTTP: it will be refused; other senders may pass',
    );
  }
  const first = await prepare(invocation);
  const counters = new Counters();
  counters.set('k8s_audit_build_info', 1, packageVersion());
  counters.set('k8s_audit_start_time_seconds', Math.floor(now() / 1000));
  const scanning = asScan(invocation);
  // Who names sinks wants findings there; standard output too where it is asked for.
  const isElsewhere =
    settings.to.length > 0 && settings.output.length === 0 && settings.format === undefined;
  const targets = isElsewhere ? [] : reportTargets(scanning);
  const { rules } = first.evaluated.ruleSet;
  const reports = await openReports(targets, [], scanning, rules, undefined, { goesOn: true });
  const unsent = settings.spool === undefined ? undefined : join(settings.spool, 'sinks');
  const failure = new AbortController();
  const intake = openIntake(settings, {
    setAside(body) {
      counters.add('k8s_audit_quarantined_total');
      tell(setAsideText(body));
    },
    lost: () => failure.abort(new KnownError('input', `another run took spool ${settings.spool}`)),
  });
  const tellQuarantine = (): void => {
    const text = intake instanceof Spool ? quarantineText(intake.quarantined) : undefined;
    if (text !== undefined) tell(text);
  };
  tellQuarantine();
  const alerts = await openAlerts(invocation, unsent, tell);
  const target = {
    finding(finding: Finding) {
      reports.finding(finding);
      alerts.finding(finding);
    },
    async settle() {
      await reports.settle();
      await alerts.settle();
    },
    get closed() {
      return targets.length > 0 && reports.closed;
    },
  };
  const tellRules = (all: readonly Rule[]): void => {
    counters.set('k8s_audit_rules', all.length);
    // An increase knows nothing of a counter that begins with its first finding.
    for (const rule of all)
      counters.add('k8s_audit_findings_total', 0, rule.name, ownSeverity(rule));
  };
  tellRules(rules);
  const scanner = new LiveScan(first.setup, { intake, counters, target, start: startLive });
  let isEnding = false;
  const receiver = new Receiver({
    address,
    keys,
    openAdmission: settings.openAdmission,
    limits: { ...RECEIVER_LIMITS, largestBody: settings.maxEventSize },
    intake,
    counters,
    metrics: () => metricsOf(counters, { intake, alerts, keys: kept, now: now() }),
    notReady: () => (isEnding ? 'ending' : undefined),
    warn: tell,
    now,
  });
  const reloading = new Reloading(invocation, {
    files: rulesFiles,
    counters,
    tell,
    use: async ({ setup, evaluated }) => {
      await scanner.exchange(setup);
      tellRules(evaluated.ruleSet.rules);
    },
  });
  const guarded = (work: Promise<void> | undefined): void => {
    work?.catch((error: unknown) => failure.abort(error));
  };
  const use = (next: Keys | undefined): void => {
    if (next !== undefined) receiver.use(next);
  };
  terminal.onHangUp(() => {
    use(kept.readAnew());
    guarded(reloading.reload());
  });
  const timer = setInterval(() => {
    use(kept.look());
    guarded(reloading.look());
  }, LOOK);

  reports.start();
  const bound = await receiver.listen();
  const scheme = keys.tls === undefined ? 'http' : 'https';
  warn(
    `listening on ${scheme}://${shown(bound)}${intake instanceof Spool && intake.resumed > 0 ? `, ${resumedText(intake.resumed)}` : ''}`,
  );
  const scanned = scanner.run();
  await Promise.race([scanned, aborted(interrupted), aborted(failure.signal)]);
  isEnding = true;
  clearInterval(timer);
  await receiver.close(LAST_REQUESTS);
  intake.close();
  const late = setTimeout(() => scanner.stop(), settings.drainTime);
  const summary = await scanned.finally(() => clearTimeout(late));
  failure.signal.throwIfAborted();
  const notes = [...summary.notes, ...(await alerts.end())];
  reports.end({ ...summary, notes });
  await reports.close();
  const { bodies } = intake.waiting;
  tellQuarantine();
  if (intake instanceof Spool) await intake.end();
  for (const text of [endText(counters), ...notes]) warn(text);
  if (bodies > 0) {
    const what = `${number(bodies)} ${bodies === 1 ? 'body was' : 'bodies were'} received and not evaluated`;
    const rest =
      intake instanceof Spool
        ? 'the next run goes on with the spool'
        : 'they are lost: --spool keeps them';
    tell(`${what}: ${rest}`);
  }
  const failures = [...reports.failures, alerts.failure, summary.failure].filter(
    (text) => text !== undefined,
  );
  for (const text of failures) tell(text);
  const isLost = bodies > 0 && !(intake instanceof Spool);
  return exitCode(isLost || failures.length > 0 ? 'failed' : 'ok');
};

function keyPaths({ tlsCert: cert, tlsKey: key, clientCa, tokenFile: token }: Settings): KeyPaths {
  return { cert, key, clientCa, token };
}

interface Measured {
  readonly intake: Intake;
  readonly alerts: Alerts;
  readonly keys: KeptKeys;
  readonly now: number;
}

function metricsOf(counters: Counters, { intake, alerts, keys, now }: Measured): string {
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

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function resumedText(bodies: number): string {
  return `going on with ${number(bodies)} ${bodies === 1 ? 'body' : 'bodies'} of the spool`;
}

function endText(counters: Counters): string {
  const count = (name: Parameters<Counters['total']>[0], noun: string): string => {
    const total = counters.total(name);
    return `${number(total)} ${plural(total, noun)}`;
  };
  return (
    `received ${count('k8s_audit_events_total', 'event')} in ${number(counters.total('k8s_audit_bodies_total'))} requests, ` +
    `${count('k8s_audit_findings_total', 'finding')}, ${count('k8s_audit_problems_total', 'problem')}, ` +
    `${number(counters.total('k8s_audit_refused_total'))} requests refused`
  );
}
