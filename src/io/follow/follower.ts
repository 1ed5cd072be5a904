import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { realPath } from './disk.ts';
import type { FollowOptions, FollowStep } from './follow-steps.ts';
import type { FollowedFile } from './followed-files.ts';
import { FilePool } from './pool.ts';
import type { LineTarget } from './read-lines.ts';
import { newTrack, type Track } from './track.ts';
import { TrackReader } from './track-reader.ts';
import { isClosed, Waiter } from './wait.ts';

/** Milliseconds between looks: without events and at rotated files; and where events tell of changes. */
const POLL = 100;
const POLL_WITH_EVENTS = 1000;
/** Least milliseconds between two looks, so that a busy log costs few of them. */
const LOOK_GAP = 20;
/** Milliseconds after which a file that cannot be opened is told of: one that was just made may be so for a moment. */
const DENIED_AFTER = 1000;
/** In place of the clock: it is told already. */
const TOLD = Infinity;
/** Rounds after the signal, when files go on changing. */
const LAST_ROUNDS = 10;

/** Follows files: one loop that looks at those that have changed, or may have. */
export class Follower<T> {
  readonly #options: FollowOptions;
  readonly #pool = new FilePool();
  readonly #reader: TrackReader<T>;
  readonly #tracks: readonly Track[];
  readonly #waiter: Waiter;
  /** Tracks by directory and the name of the file in it. */
  readonly #byDirectory = new Map<string, Map<string, Track>>();
  /** Tracks to look at in the next round. */
  readonly #due = new Set<Track>();
  /** Tracks that wait for a checkpoint. */
  readonly #blocked = new Set<Track>();
  /** Tracks in directories without events. */
  readonly #polled = new Set<Track>();
  /** Since when the files of tracks cannot be opened. */
  readonly #denied = new Map<Track, number>();
  #lastPoll = -Infinity;
  #lastFullPoll = -Infinity;

  constructor(files: readonly FollowedFile[], options: FollowOptions, target: LineTarget<T>) {
    this.#options = options;
    this.#reader = new TrackReader(options, target, this.#pool);
    this.#tracks = files.map(({ name, path, also }) => newTrack(name, path, also));
    this.#waiter = new Waiter(options.signal, (directory, name) => this.#changed(directory, name));
  }

  async *run(): AsyncGenerator<FollowStep<T>> {
    const { signal, once, checkpoint, now, date } = this.#options;
    let lastRounds = 0;
    try {
      for (const track of this.#tracks) await this.#begin(track);
      checkpoint?.save(this.#tracks, this.#pool, now());
      for (;;) {
        // Without a file there is nothing to wait for: who starts it again may find some.
        const last = once || signal.aborted || this.#tracks.length === 0;
        const start = now();
        let isBehind = false;
        for (const track of this.#toLookAt(signal.aborted, start)) {
          const end = yield* this.#reader.look(track, last);
          if (isClosed(signal)) return;
          this.#tellDenied(track, last);
          if (end === 'more') this.#due.add(track);
          if (end === 'wait') this.#blocked.add(track);
          isBehind ||= end === 'more';
        }
        await this.#save(signal.aborted);
        const isRead = this.#due.size + this.#blocked.size === 0;
        if (once && (isRead || signal.aborted)) break;
        if (!once && last && (isRead || ++lastRounds > LAST_ROUNDS)) break;
        if (isBehind) await setImmediate();
        else await this.#rest(start);
      }
      checkpoint?.prepareEnd(this.#tracks, this.#pool, date());
    } finally {
      this.#pool.closeAll();
      this.#waiter.close();
    }
  }

  /** Goes on where a checkpoint stands, or starts anew. */
  async #begin(track: Track): Promise<void> {
    this.#options.checkpoint?.restore(track, this.#options.now());
    await this.#reader.find(track);
    this.#due.add(track);
    if (this.#options.once) return;
    const real = realPath(track.path);
    const directory = dirname(real);
    const names = this.#byDirectory.get(directory);
    if (names === undefined) this.#byDirectory.set(directory, new Map([[basename(real), track]]));
    else names.set(basename(real), track);
    // Events of a directory say nothing of a link in another that is set anew.
    const isLink = real !== join(realPath(dirname(track.path)), basename(track.path));
    if (!this.#waiter.watch(directory) || isLink) this.#polled.add(track);
  }

  /** Tells once of a file that is there and cannot be opened; it is read when it can. */
  #tellDenied(track: Track, last: boolean): void {
    const { now, onProblem } = this.#options;
    if (track.denied === undefined || track.failed) {
      this.#denied.delete(track);
      return;
    }
    const since = this.#denied.get(track) ?? now();
    const isToTell = since !== TOLD && (last || now() - since >= DENIED_AFTER);
    this.#denied.set(track, isToTell ? TOLD : since);
    if (isToTell) onProblem(track.name, { reason: 'unreadable', line: 0, detail: track.denied });
  }

  /** Rotated files need no events: they are looked at often as long as they may grow. */
  #changed(directory: string, name: string | undefined): void {
    const names = this.#byDirectory.get(directory);
    for (const track of name === undefined ? (names?.values() ?? []) : [names?.get(name)]) {
      if (track !== undefined) this.#due.add(track);
    }
  }

  #toLookAt(all: boolean, now: number): readonly Track[] {
    const full = all || now - this.#lastFullPoll >= POLL_WITH_EVENTS;
    const polls = full || now - this.#lastPoll >= POLL;
    const due = this.#tracks.filter((track) => {
      if (this.#blocked.has(track)) return false;
      if (full || this.#due.has(track)) return true;
      return polls && (this.#polled.has(track) || isRestless(track));
    });
    if (full) this.#lastFullPoll = now;
    if (polls) this.#lastPoll = now;
    this.#due.clear();
    return due;
  }

  /** Writes the checkpoint when it is time, or at once; then those that waited for it may go on. */
  async #save(atOnce: boolean): Promise<void> {
    const { checkpoint, now } = this.#options;
    if (checkpoint === undefined) return;
    const force = atOnce && this.#blocked.size > 0;
    if (!force && checkpoint.dueIn(now()) > 0) return;
    if (this.#blocked.size === 0 && !this.#tracks.some(({ read }) => read > 0)) return;
    // That a pipe has no reader any more is told after the write.
    await setImmediate();
    checkpoint.save(this.#tracks, this.#pool, now());
    for (const track of this.#blocked) this.#due.add(track);
    this.#blocked.clear();
  }

  /** Waits for a change, or until it is time to look again. */
  async #rest(start: number): Promise<void> {
    const { checkpoint, now } = this.#options;
    if (this.#due.size === 0) {
      const isPolling = this.#polled.size > 0 || this.#tracks.some(isRestless);
      const poll = isPolling ? POLL : POLL_WITH_EVENTS;
      const save = checkpoint === undefined ? poll : Math.max(1, checkpoint.dueIn(now()));
      await this.#waiter.wait(Math.min(poll, save));
    }
    await this.#waiter.wait(LOOK_GAP - (now() - start), true);
  }
}

/** True while there is more to look at than the followed file. */
function isRestless(track: Track): boolean {
  return track.emptyUntil > 0 || track.generations.some(({ state }) => state === 'old');
}
