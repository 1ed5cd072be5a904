import { spawn, type ChildProcess } from 'node:child_process';
import { platform } from 'node:os';
import { kill } from 'node:process';
import type { Finding } from '../../engine/finding.ts';
import { findingToJson } from '../../outputs/encode/json-encode.ts';
import { number, plural } from '../../outputs/summary-text.ts';
import type { Sinks } from '../../sinks/sinks.ts';

/** Commands that run at a time. */
const AT_ONCE = 4;
/** Alerts that wait for their turn; further ones are dropped and counted, so that a flood takes no memory. */
const MAX_WAITING = 1000;
/** Milliseconds after which a command is ended: a chat that does not answer must not hold up those that follow. */
const TIME_LIMIT = 30_000;
/** Milliseconds that the end of a scan waits for commands. */
const LAST_WAIT = 10_000;

const TOO_FAST = 'they came faster than the command ended';

/** Windows has no process groups; a detached process gets a window there. */
const HAS_GROUPS = platform() !== 'win32';

/** Limits, which tests make small. */
export interface NotifyLimits {
  readonly atOnce?: number;
  readonly waiting?: number;
  readonly timeLimit?: number;
  readonly lastWait?: number;
}

/**
 * Runs the user's command for each finding (`--notify`). The alert is on its standard input, as a line of JSON: no text
 * of the log is part of what the shell reads. The scan never waits for a command.
 */
export class Notifier {
  readonly #command: string;
  readonly #limits: Required<NotifyLimits>;
  readonly #waiting: string[] = [];
  readonly #running = new Set<() => void>();
  #started = 0;
  #dropped = 0;
  #failed = 0;
  #lastFailure = '';
  /** Losses that were told, and go on. */
  readonly #told = new Set<'failed' | 'dropped'>();
  readonly #tell: (text: string) => void;
  #idle: (() => void) | undefined;
  /** What still ran is counted and ended. */
  #isOver = false;

  /**
   * @param command what a shell is to run, as the user wrote it
   * @param tell takes a loss when it begins: a run may go on for months
   */
  constructor(
    command: string,
    limits: NotifyLimits = {},
    tell: (text: string) => void = () => undefined,
  ) {
    this.#command = command;
    this.#tell = tell;
    const { atOnce = AT_ONCE, waiting = MAX_WAITING } = limits;
    const { timeLimit = TIME_LIMIT, lastWait = LAST_WAIT } = limits;
    this.#limits = { atOnce, waiting, timeLimit, lastWait };
  }

  finding(finding: Finding): void {
    if (this.#running.size >= this.#limits.atOnce) {
      if (this.#waiting.length < this.#limits.waiting) this.#waiting.push(findingToJson(finding));
      else this.#drop();
      return;
    }
    this.#start(findingToJson(finding));
  }

  /** What became of the findings so far, as of those of a sink: those for which the command failed are refused. */
  get counts(): Sinks['counts'][number]['counts'] {
    const waiting = this.#waiting.length + this.#running.size;
    const sent = this.#started - this.#failed - this.#running.size;
    return { sent, held: 0, dropped: this.#dropped, refused: this.#failed, waiting };
  }

  /** Waits a while for what is on its way, then ends the rest. @returns remarks for the summary */
  async end(): Promise<string[]> {
    if (this.#running.size > 0) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, this.#limits.lastWait);
      });
      const idle = new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
      await Promise.race([idle, late]);
      clearTimeout(timer);
    }
    this.#dropped += this.#waiting.splice(0).length;
    if (this.#running.size > 0) {
      this.#failed += this.#running.size;
      this.#lastFailure = 'it did not end';
    }
    this.#isOver = true;
    for (const stop of this.#running) stop();
    return this.#notes();
  }

  /** After the end: what the command did not take; undefined when that is nothing. */
  get failure(): string | undefined {
    const lost = this.#failed + this.#dropped;
    const why = this.#lastFailure || TOO_FAST;
    return lost === 0 ? undefined : `alerts are lost: ${lost} for --notify (${why})`;
  }

  #notes(): string[] {
    const notes: string[] = [];
    if (this.#failed > 0) {
      notes.push(
        `--notify failed for ${number(this.#failed)} of ${number(this.#started)} ${plural(this.#started, 'finding')}: ${this.#lastFailure}`,
      );
    }
    if (this.#dropped > 0) {
      notes.push(
        `--notify was not run for ${number(this.#dropped)} ${plural(this.#dropped, 'finding')}: ${TOO_FAST}`,
      );
    }
    return notes;
  }

  #drop(): void {
    this.#dropped++;
    this.#tellOnce('dropped', `--notify is not run for a finding: ${TOO_FAST}`);
  }

  #fail(why: string): void {
    this.#failed++;
    this.#lastFailure = why;
    this.#tellOnce('failed', `--notify failed: ${why}`);
  }

  #tellOnce(kind: 'failed' | 'dropped', text: string): void {
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    this.#tell(`${text} (further ones are counted)`);
  }

  #start(json: string): void {
    this.#started++;
    let why = '';
    let isDone = false;
    let child: ChildProcess;
    try {
      child = this.#spawn();
    } catch (error) {
      // Node throws some errors of the system, such as that there is no memory.
      return this.#fail(String(error));
    }
    const stop = (): void => endProcesses(child);
    const timer = setTimeout(() => {
      why = `it took longer than ${this.#limits.timeLimit / 1000} s`;
      stop();
    }, this.#limits.timeLimit);
    this.#running.add(stop);
    const done = (failure: string | undefined): void => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      if (this.#isOver) return;
      this.#running.delete(stop);
      if (failure === undefined) this.#told.delete('failed');
      else this.#fail(failure);
      const next = this.#waiting.shift();
      if (next !== undefined) return this.#start(next);
      this.#told.delete('dropped');
      if (this.#running.size === 0) this.#idle?.();
    };
    child.on('error', ({ message }) => done(message));
    child.on('exit', (code, signal) => {
      if (code === 0) done(undefined);
      else done(why || (code === null ? `ended by ${signal}` : `exit code ${code}`));
    });
    // A command that does not read its input is none of our business. Without a free descriptor there is no input.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(`${json}\n`);
  }

  /** A process group of its own, so that what the shell starts ends with it: a pipe is several processes. */
  #spawn(): ChildProcess {
    return spawn(this.#command, {
      shell: true,
      detached: HAS_GROUPS,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
  }
}

/** Ends a command and, where there are process groups, whatever it started. */
function endProcesses(child: ChildProcess): void {
  if (!HAS_GROUPS || child.pid === undefined) {
    child.kill('SIGKILL');
    return;
  }
  try {
    kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended, and so has all of its group.
  }
}
