import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import type { Finding } from '../engine/finding.ts';
import { findingToJson } from '../outputs/encode/json-encode.ts';
import { reaches } from '../policies/severity.ts';
import { Backlog, waitingIn } from './backlog.ts';
import { Delivery, type DeliveryClock, type DeliveryCounts } from './delivery.ts';
import type { SinkSpec } from './sink-spec.ts';
import type { SinkSurroundings } from './sink.ts';
import { Throttle } from './throttle.ts';

/** Bytes of alerts that wait for one sink. */
const BACKLOG = 64 * 1024 * 1024;
/** Alerts that are not taken, while others are, have this part of that. */
const LATE_PART = 8;
/** Milliseconds that the end of a run waits for sinks. */
const LAST_WAIT = 10_000;

export interface SinksOptions extends SinkSurroundings {
  /** Folder for what waits; undefined for memory alone. */
  readonly dir: string | undefined;
  readonly clock: DeliveryClock;
  readonly tell: (text: string) => void;
  readonly backlog?: number;
  readonly lastWait?: number;
}

/** All sinks of a run. */
export class Sinks {
  readonly #sinks: readonly { readonly spec: SinkSpec; readonly delivery: Delivery }[];
  readonly #options: SinksOptions;

  constructor(specs: readonly SinkSpec[], options: SinksOptions) {
    const { dir, clock, now, tell, backlog = BACKLOG } = options;
    this.#options = options;
    const names = new Map<string, number>();
    const files = new Set<string>();
    this.#sinks = specs.map((spec) => {
      const { kind, target, every } = spec;
      // One place may be named twice, for different alerts: each has a file and numbers of its own.
      const place = `${kind.name} ${target.to}`;
      const count = (names.get(place) ?? 0) + 1;
      names.set(place, count);
      const name = count === 1 ? spec.name : `${spec.name} (${count})`;
      const own = `${kind.name}-${digest(place)}${count === 1 ? '' : `-${count}`}.ndjson`;
      const file = dir === undefined ? undefined : join(dir, own);
      if (file !== undefined) files.add(file).add(lateOf(file)!);
      return {
        spec,
        delivery: new Delivery({
          name,
          port: kind.open(target, options),
          most: kind.most,
          backlog: new Backlog(backlog, file),
          late: kind.inOrder === true ? undefined : new Backlog(backlog / LATE_PART, lateOf(file)),
          throttle: new Throttle(every, now),
          clock,
          tell,
        }),
      };
    });
    if (dir !== undefined) tellForsaken(dir, files, tell);
  }

  /** Hands a finding to every sink that is for it; none is waited for. */
  finding(finding: Finding): void {
    let line: string | undefined;
    const written = (): string => (line ??= findingToJson(finding));
    for (const { spec, delivery } of this.#sinks) {
      const { minSeverity } = spec;
      if (minSeverity === undefined || reaches(finding, minSeverity))
        delivery.alert(finding.rule, written);
    }
  }

  /** Resolves when alerts that wait are durable, where they are kept at all. */
  async settle(): Promise<void> {
    await Promise.all(this.#sinks.map(({ delivery }) => delivery.settle()));
  }

  /** The numbers of each sink, by its name. */
  get counts(): readonly { readonly name: string; readonly counts: DeliveryCounts }[] {
    return this.#sinks.map(({ delivery: { name, counts } }) => ({ name, counts }));
  }

  /** What the other sides do not have, and no later run sends; undefined when that is nothing. */
  get failure(): string | undefined {
    const lost = this.#sinks.flatMap(({ delivery: { name, counts, why, unkept } }) => {
      const count = counts.dropped + counts.refused + unkept;
      return count === 0 ? [] : [`${count} for ${name} (${why})`];
    });
    return lost.length === 0 ? undefined : `alerts are lost: ${lost.join(', ')}`;
  }

  /** Sends what waits, within a time. @returns remarks for the summary */
  async end(): Promise<string[]> {
    const { lastWait = LAST_WAIT } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, lastWait);
    });
    await Promise.all(this.#sinks.map(({ delivery }) => delivery.end(late)));
    clearTimeout(timer);
    return this.#sinks.flatMap(({ delivery }) => notesOf(delivery));
  }
}

/** Tells of alerts that wait for sinks that are named no more, as where a URL was put right: no run sends them. */
function tellForsaken(dir: string, own: ReadonlySet<string>, tell: (text: string) => void): void {
  for (const name of readdirSync(dir).toSorted()) {
    const file = join(dir, name);
    if (!name.endsWith('.ndjson') || own.has(file)) continue;
    const count = waitingIn(file).length;
    if (count === 0) continue;
    const [alerts, wait] = count === 1 ? ['alert', 'waits'] : ['alerts', 'wait'];
    const what = `${count} ${alerts} of a sink that --to names no more ${wait} in ${file}`;
    tell(`${what}: name it again to send them, or remove the file`);
  }
}

function lateOf(file: string | undefined): string | undefined {
  return file?.replace(/\.ndjson$/, '-late.ndjson');
}

function notesOf({ name, counts, why, unkept }: Delivery): string[] {
  const { waiting, dropped, refused, held } = counts;
  const notes: string[] = [];
  const add = (count: number, text: string): void => {
    if (count > 0) notes.push(`${name}: ${count} ${count === 1 ? 'alert' : 'alerts'} ${text}`);
  };
  add(waiting - unkept, `not sent (${why}): the next run sends them`);
  add(unkept, `not sent (${why})`);
  add(dropped, 'dropped: more than it may keep waited');
  add(refused, `refused (${why})`);
  add(held, 'held back: one a rule in a while');
  return notes;
}

/** A short name for the file of a sink, which tells nothing of its URL. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
