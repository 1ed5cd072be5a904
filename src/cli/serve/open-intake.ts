import { number } from '../../outputs/summary-text.ts';
import type { Intake } from '../../serve/intake.ts';
import { MemoryIntake } from '../../serve/memory-intake.ts';
import {
  Spool,
  type Quarantined,
  type SetAside,
  type SpoolOptions,
} from '../../serve/spool/spool.ts';
import { KnownError } from '../../util/errors.ts';
import { quoteWords } from '../../util/quote-words.ts';
import type { InvocationOf } from '../flags/command-options.ts';

/**
 * Opens what holds bodies until they are evaluated: a spool where one is asked for.
 *
 * @param told takes what becomes of the spool
 * @throws KnownError when it is too small, or its folder cannot be used
 */
export function openIntake(
  { spool: dir, spoolSize, queueSize, maxEventSize }: InvocationOf<'serve'>['settings'],
  told: Pick<SpoolOptions, 'setAside' | 'lost'>,
): Intake {
  // Large bodies go to the spool while they come.
  if ((dir === undefined ? queueSize : spoolSize) < maxEventSize) {
    const small = dir === undefined ? '--queue-size' : '--spool-size';
    throw new KnownError(
      'usage',
      `${small} must hold one body at least, which --max-event-size allows`,
    );
  }
  if (dir === undefined) return new MemoryIntake(queueSize);
  return new Spool({ dir, capacity: spoolSize, memory: queueSize, ...told });
}

/** What is told when a body is set aside, with the command that reads it by hand. */
export function setAsideText({ file, cluster, at, path, bytes, attempts }: SetAside): string {
  const named = cluster === undefined ? [] : ['--cluster', cluster];
  const command = quoteWords(['k8s-audit', 'scan', path, ...named]);
  return (
    `a body of ${file}, received ${new Date(at).toISOString()}, ended ${attempts} starts while it was evaluated, and is set ` +
    `aside (${number(bytes)} bytes); read it with: ${command}`
  );
}

/** Tells of bodies that were set aside before, if there are any. */
export function tellQuarantine(intake: Intake, tell: (text: string) => void): void {
  const text = intake instanceof Spool ? quarantineText(intake.quarantined) : undefined;
  if (text !== undefined) tell(text);
}

function quarantineText({ dir, bodies }: Quarantined): string | undefined {
  if (bodies === 0) return undefined;
  const [what, they] =
    bodies === 1 ? ['1 body is', 'it takes'] : [`${number(bodies)} bodies are`, 'they take'];
  return `${what} set aside in ${dir} and not evaluated; ${they} room of the spool until removed`;
}

/** What is told of bodies that an earlier run left in the spool; undefined when there are none. */
export function resumedText(intake: Intake): string | undefined {
  if (!(intake instanceof Spool) || intake.resumed === 0) return undefined;
  const bodies = intake.resumed;
  return `going on with ${number(bodies)} ${bodies === 1 ? 'body' : 'bodies'} of the spool`;
}
