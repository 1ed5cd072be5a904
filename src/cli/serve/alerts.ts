import type { Finding } from '../../engine/finding.ts';
import { KnownError } from '../../util/errors.ts';
import type { Sinks } from '../../sinks/sinks.ts';
import type { Invocation } from '../flags/command.ts';

/** Where findings are sent while a run goes on, beside its reports. */
export interface Alerts {
  finding(finding: Finding): void;
  /** Resolves when what cannot be sent now is durable, where it is kept. */
  settle(): Promise<void>;
  /** What `--notify` and the sinks came to; empty without any. */
  readonly counts: Sinks['counts'];
  /** Sends what waits, for a while. @returns remarks for the summary */
  end(): Promise<string[]>;
  /** That commands and sinks did not get all alerts, and that no later run sends the rest. */
  readonly failure: string | undefined;
}

/**
 * Opens what `--notify` and `--to` name; nothing of it is loaded where nobody asks for it.
 *
 * @param dir where alerts are kept that cannot be sent now; undefined for memory alone
 * @param tell takes what the user is to know while it runs
 * @throws KnownError when a sink is not understood, or `--to` is given to a scan that ends
 */
export async function openAlerts(
  invocation: Invocation<'notify' | 'to', 'follow'>,
  dir: string | undefined,
  tell: (text: string) => void,
): Promise<Alerts> {
  const { settings, given } = invocation;
  // A configuration is for scans of old logs too: they would alert once more.
  const isLive = settings.follow !== false;
  if (!isLive && given.get('to')?.origin === '--to') {
    throw new KnownError(
      'usage',
      '--to sends what happens now: it needs --follow',
      '-o writes a report',
    );
  }
  const notifier =
    settings.notify === undefined
      ? undefined
      : new (await import('../run/notify.ts')).Notifier(
          settings.notify,
          {},
          isLive ? tell : undefined,
        );
  const sinks =
    isLive && settings.to.length > 0
      ? (await import('./open-sinks.ts')).openSinks(invocation, dir, tell)
      : undefined;
  return {
    finding(finding) {
      notifier?.finding(finding);
      sinks?.finding(finding);
    },
    settle: async () => sinks?.settle(),
    get counts() {
      const own = notifier === undefined ? [] : [{ name: 'notify', counts: notifier.counts }];
      return [...own, ...(sinks?.counts ?? [])];
    },
    get failure() {
      const lost = [notifier?.failure, sinks?.failure].filter((text) => text !== undefined);
      return lost.length === 0 ? undefined : lost.join('; ');
    },
    end: async () => [...((await notifier?.end()) ?? []), ...((await sinks?.end()) ?? [])],
  };
}
