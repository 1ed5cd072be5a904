import { spawn, type ChildProcess } from 'node:child_process';
import { platform } from 'node:os';
import { kill } from 'node:process';
import type { Finding } from '../../engine/finding.ts';
import { findingToJson } from '../../outputs/encode/json-encode.ts';
import { number, plural } from '../../outputs/summary-text.ts';

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
  #sent = 0;
  #dropped = 0;
  #failed = 0;
  #lastFailure = '';
  #idle: (() => void) | undefined;
  /** What still ran is counted and ended. */
  #isOver = false;

  /** @param command what a shell is to run, as the user wrote it */
  constructor(command: string, limits: NotifyLimits = {}) {
    this.#command = command;
    const { atOnce = AT_ONCE, waiting = MAX_WAITING } = limits;
    const { timeLimit = TIME_LIMIT, lastWait = LAST_WAIT } = limits;
    this.#limits = { atOnce, waiting, timeLimit, lastWait };
  }

  finding(finding: Finding): void {
    if (this.#running.size >= this.#limits.atOnce) {
      if (this.#waiting.length < this.#limits.waiting) this.#waiting.push(findingToJson(finding));
      else this.#dropped++;
      return;
    }
    this.#start(findingToJson(finding));
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
        `--notify failed for ${number(this.#failed)} of ${number(this.#sent)} ${plural(this.#sent, 'finding')}: ${this.#lastFailure}`,
      );
    }
    if (this.#dropped > 0) {
      notes.push(
        `--notify was not run for ${number(this.#dropped)} ${plural(this.#dropped, 'finding')}: ${TOO_FAST}`,
      );
    }
    return notes;
  }

  #start(json: string): void {
    this.#sent++;
    // A process group of its own, so that what the shell starts ends with it: a pipe is several processes.
    const child = spawn(this.#command, {
      shell: true,
      detached: HAS_GROUPS,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const stop = (): void => endProcesses(child);
    let why = '';
    const timer = setTimeout(() => {
      why = `it took longer than ${this.#limits.timeLimit / 1000} s`;
      stop();
    }, this.#limits.timeLimit);
    this.#running.add(stop);
    let isDone = false;
    const done = (failure: string | undefined): void => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      if (this.#isOver) return;
      this.#running.delete(stop);
      if (failure !== undefined) {
        this.#failed++;
        this.#lastFailure = failure;
      }
      const next = this.#waiting.shift();
      if (next !== undefined) this.#start(next);
      else if (this.#running.size === 0) this.#idle?.();
    };
    child.on('error', ({ message }) => done(message));
    child.on('exit', (code, signal) => {
      if (code === 0) done(undefined);
      else done(why || (code === null ? `ended by ${signal}` : `exit code ${code}`));
    });
    // A command that does not read its input is none of our business.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${json}\n`);
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
