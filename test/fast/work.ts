import { Buffer } from 'node:buffer';
import { corpusLines, type Profile } from '../../bench/corpus.mjs';
import type { FastScanner } from '../../src/fast/fast-scanner.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { feedAll } from './engines.ts';

/** How much of a log was decided where: what is not done in the scanner costs many times as much. */
export interface Work {
  readonly lines: number;
  /** Events that the scanner rejected. */
  readonly rejected: number;
  /** Events that JavaScript judged. */
  readonly judged: number;
  readonly findings: number;
  /** Lines for the decoder. */
  readonly odd: number;
  readonly duplicates: number;
}

/** What is asked in each of the ways that the scanner can answer. */
export const CONDITIONS: readonly string[] = [
  // Header fields.
  'ka.verb = create and ka.target.resource = clusterrolebindings',
  'ka.response.code = 403 and ka.user.groups intersects (developers)',
  'ka.useragent contains curl or ka.impuser.name exists',
  // The first half of an address.
  'kx.source_ip.public = true',
  // Texts in values that each event has its own of.
  'ka.target.subresource = exec and ka.target.name startswith node-debugger-',
  'ka.uri contains "command=sh"',
  // An annotation that has no slot of its own.
  'jevt.value[/annotations/failed-open.example.com] exists',
  // Texts in bodies.
  'ka.verb = create and ka.target.resource = pods and ka.req.pod.host_network = true',
  'ka.verb = create and ka.target.resource = pods and ka.req.pod.containers.privileged intersects (true)',
  'ka.verb = create and ka.target.resource = configmaps and ka.req.configmap.obj contains password',
];

/** Some lines of the benchmark's log. */
export function benchmarkLog(profile: Profile, lines: number): Buffer {
  const corpus = corpusLines(profile, 1);
  const text = Array.from({ length: lines }, () => `${corpus.next().value}\n`);
  return Buffer.from(text.join(''));
}

/** Counts what a scanner does on a log. */
export function workOf(
  Scanner: typeof FastScanner,
  rules: readonly Rule[],
  input: Buffer,
  remembered = 0,
): Work {
  const counted = { judged: 0, findings: 0, odd: 0 };
  const scanner = new Scanner({
    rules,
    matching: 'all',
    remembered,
    timeField: 'evt.time',
    settings: { timezone: 'UTC', hostname: 'h' },
    maxLine: 1e7,
    sink: {
      event(_event, findings) {
        counted.judged++;
        counted.findings += findings.length;
      },
      odd: () => counted.odd++,
      longLine: () => undefined,
      holdsNext: () => false,
      origin: (line) => ({ file: 'x', line }),
    },
  });
  scanner.begin();
  feedAll(scanner, input);
  scanner.end();
  const { lines, rejected, duplicates } = scanner.counts;
  return { lines, rejected, ...counted, duplicates };
}
