import { join } from 'node:path';
import type { KeyPaths, Keys } from '../../serve/key-files.ts';
import {
  checkProtection,
  isLoopback,
  parseListen,
  shown,
  type ListenAddress,
} from '../../serve/listen.ts';
import { Receiver } from '../../serve/receiver.ts';
import { RECEIVER_LIMITS } from '../../serve/receiver-options.ts';
import { KnownError } from '../../util/errors.ts';
import type { ActionOf, InvocationOf } from '../flags/command-options.ts';
import type { ReportSet } from '../run/report-set.ts';
import { openReports, reportTargets } from '../run/reports.ts';
import { openAlerts, type Alerts } from '../serve/alerts.ts';
import { asScan, decidingFiles, prepare } from '../serve/prepare.ts';
import { KeptKeys } from '../serve/kept-keys.ts';
import { openIntake, resumedText, setAsideText, tellQuarantine } from '../serve/open-intake.ts';
import { LiveScan, type FindingTarget } from '../serve/live-scan.ts';
import { countRules, metricsOf, startCounters } from '../serve/metrics.ts';
import { endServing } from '../serve/serve-end.ts';
import { startLive } from '../serve/start-live.ts';
import { Reloading } from '../serve/reloading.ts';
import { WatchedFiles } from '../serve/watched-files.ts';
import { plainText, warner } from '../terminal/listing.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Milliseconds between two looks at files that may have changed. */
const LOOK = 2000;
/** Milliseconds that requests have which are being sent when the run ends. */
const LAST_REQUESTS = 5000;

type Settings = InvocationOf<'serve'>['settings'];

/** `k8s-audit serve`: receives events over HTTP and evaluates rules on them. */
export const serveCommand: ActionOf<'serve'> = async (invocation) => {
  const { settings, terminal } = invocation;
  const now = (): number => terminal.now();
  const warn = warner(invocation);
  const tell = (text: string): void => {
    terminal.stderr.write(`k8s-audit: ${plainText(text)}\n`);
  };
  const address = parseListen(settings.listen)!;
  // Files are looked at before they are read: a start may wait for a spool, and they may change meanwhile.
  const rulesFiles = new WatchedFiles(decidingFiles(invocation));
  const keys = new KeptKeys({ paths: keyPaths(settings), now, tell });
  checkKeys(keys.first, address, settings, warn);
  const first = await prepare(invocation);
  const counters = startCounters(now());
  const { rules } = first.evaluated.ruleSet;
  const targets = liveTargets(invocation);
  const reports = await openReports(targets, [], asScan(invocation), rules, undefined, {
    goesOn: true,
  });
  const failure = new AbortController();
  const intake = openIntake(settings, {
    setAside(body) {
      counters.add('k8s_audit_quarantined_total');
      tell(setAsideText(body));
    },
    lost: () => failure.abort(new KnownError('input', `another run took spool ${settings.spool}`)),
  });
  tellQuarantine(intake, tell);
  const unsent = settings.spool === undefined ? undefined : join(settings.spool, 'sinks');
  const alerts = await openAlerts(invocation, unsent, tell);
  countRules(counters, rules);
  const target = findingTarget(reports, alerts, targets.length > 0);
  const scanner = new LiveScan(first.setup, { intake, counters, target, start: startLive });
  let isEnding = false;
  const receiver = new Receiver({
    address,
    keys: keys.first,
    openAdmission: settings.openAdmission,
    limits: { ...RECEIVER_LIMITS, largestBody: settings.maxEventSize },
    intake,
    counters,
    metrics: () => metricsOf(counters, { intake, alerts, keys, now: now() }),
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
      countRules(counters, evaluated.ruleSet.rules);
    },
  });
  const stopWatching = watchFiles({ terminal, keys, receiver, reloading }, (error) =>
    failure.abort(error),
  );

  reports.start();
  const bound = await receiver.listen();
  const scheme = keys.first.tls === undefined ? 'http' : 'https';
  const resumed = resumedText(intake);
  warn(`listening on ${scheme}://${shown(bound)}${resumed === undefined ? '' : `, ${resumed}`}`);
  const scanned = scanner.run();
  await Promise.race([scanned, aborted(terminal.interrupted), aborted(failure.signal)]);
  isEnding = true;
  stopWatching();
  await receiver.close(LAST_REQUESTS);
  intake.close();
  const late = setTimeout(() => scanner.stop(), settings.drainTime);
  const summary = await scanned.finally(() => clearTimeout(late));
  failure.signal.throwIfAborted();
  return endServing({ reports, alerts, intake, counters, warn, tell }, summary);
};

/** Refuses addresses that the keys do not protect, and warns of a token that the API server does not send. */
function checkKeys(
  { tls, tokens }: Keys,
  address: ListenAddress,
  { clientCa, plainHttp }: Settings,
  warn: (text: string) => void,
): void {
  const hasToken = tokens !== undefined;
  checkProtection(address, {
    tls: tls !== undefined,
    token: hasToken,
    clientCa: clientCa !== undefined,
    plain: plainHttp,
  });
  if (hasToken && tls === undefined && isLoopback(address)) {
    warn(
      'warning: the API server sends no token over plain HTTP: it will be refused; other senders may pass',
    );
  }
}

/** The reports of a run. With sinks, findings go there, and to standard output only where that is asked for. */
function liveTargets(invocation: InvocationOf<'serve'>): ReturnType<typeof reportTargets> {
  const { to, output, format } = invocation.settings;
  const isElsewhere = to.length > 0 && output.length === 0 && format === undefined;
  return isElsewhere ? [] : reportTargets(asScan(invocation));
}

/** Gives findings to reports and sinks. */
function findingTarget(reports: ReportSet, alerts: Alerts, hasReports: boolean): FindingTarget {
  return {
    finding(finding) {
      reports.finding(finding);
      alerts.finding(finding);
    },
    async settle() {
      await reports.settle();
      await alerts.settle();
    },
    get closed() {
      return hasReports && reports.closed;
    },
  };
}

/** What follows files that change. */
interface Watching {
  readonly terminal: Terminal;
  readonly keys: KeptKeys;
  readonly receiver: Receiver;
  readonly reloading: Reloading;
}

/**
 * Reads keys and configuration anew when their files change, and on SIGHUP.
 *
 * @param failed takes an error that nobody expected
 * @returns ends it
 */
function watchFiles(
  { terminal, keys, receiver, reloading }: Watching,
  failed: (error: unknown) => void,
): () => void {
  const use = (next: Keys | undefined): void => {
    if (next !== undefined) receiver.use(next);
  };
  terminal.onHangUp(() => {
    use(keys.readAnew());
    reloading.reload().catch(failed);
  });
  const timer = setInterval(() => {
    use(keys.look());
    reloading.look()?.catch(failed);
  }, LOOK);
  return () => clearInterval(timer);
}

function keyPaths({ tlsCert: cert, tlsKey: key, clientCa, tokenFile: token }: Settings): KeyPaths {
  return { cert, key, clientCa, token };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
