import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { evaluatedParts } from '../../src/engine/parts/correlation-parts.ts';
import { findingToJson } from '../../src/outputs/encode/json-encode.ts';
import { expandSources } from '../../src/io/sources.ts';
import { DEFAULT_FIELD_SETTINGS, fieldResolver } from '../../src/rules/resolver.ts';
import { scan } from '../../src/scan/run-scan.ts';
import { partOf, type Evaluation } from '../../src/scan/evaluation.ts';
import type { LinePlan } from '../../src/scan/reader-output.ts';
import type { ScanThreads } from '../../src/scan/threads/contract.ts';
import { ownThread } from '../../src/scan/threads/range-worker.ts';
import { Random } from '../fast/random.ts';
import { loadOk } from '../helpers.ts';
import { seeds } from '../seeds.ts';

const OUTPUT =
  '%ka.user.name %ka.uri %ka.uri.param[dryRun] %ka.useragent %ka.req.pod.containers.image ' +
  '%jevt.value[/requestObject/note] %jevt.value[/annotations/a~1b] %ka.sourceips %evt.num %corr.events';
const correlation = (name: string, more: string): string =>
  `- { correlation: ${name}, group-by: ka.user.name, priority: ERROR, timespan: 1h, output: "${OUTPUT}", ${more} }\n`;
const RULES = [
  correlation('Many', 'type: event_count, events: {a: ka.verb = get}, condition: {gte: 4}'),
  correlation(
    'Wide',
    'type: value_count, events: {a: ka.verb = get}, field: ka.uri, condition: {gte: 3}',
  ),
  correlation(
    'Then',
    'type: temporal_ordered, events: [{a: ka.verb = get}, {b: ka.verb = delete}]',
  ),
  correlation('Both', 'type: temporal, events: [{a: ka.verb = list}, {b: ka.verb = delete}]'),
].join('');
const TEXTS = ['', 'a', '\u00e9\u{1f600}', '"\\\n\u2028', 'x'.repeat(2500), '</script>', '\ud800'];

/** An event as a log may spell it. */
function line(r: Random, index: number): string {
  // Some stand a few seconds before earlier ones.
  const time = new Date(Date.UTC(2026, 0, 1, 0, 0, index * 2 - r.below(5))).toISOString();
  const note = JSON.stringify(r.pick(TEXTS));
  const more = r.pick([
    '',
    '"userAgent":"first",',
    '"annotations":{"a/b":1.50e1,"authorization.k8s.io/decision":"allow"},',
    '"verb":"watch",',
  ]);
  const event =
    `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"id-${index}",${more}` +
    `"stage":"ResponseComplete","requestURI":"/api/v1/pods/${r.below(9)}?dryRun=${r.below(3)}",` +
    `"verb":"${r.pick(['get', 'list', 'delete', 'create'])}","user":{"username":"user-${r.below(3)}"},` +
    `"sourceIPs":["192.0.2.${r.below(9)}"],"userAgent":${JSON.stringify(r.pick(TEXTS))},` +
    `"requestObject":{"note":${note},"n":${r.pick(['1e5', '-0', '"\\u0041"'])}},` +
    `"responseStatus":{"code":200},"requestReceivedTimestamp":"${time}","stageTimestamp":"${time}"}`;
  const spelt = r.chance(20) ? event.replaceAll('":', '" : ') : event;
  return r.chance(30) ? `${time} stdout F ${spelt}` : spelt;
}

/** Events that came from other threads. */
let sent = 0;

/** Threads of this one whose messages are cloned as between threads; each range is small. */
function packing(count: number, plan: LinePlan, evaluation: Evaluation): ScanThreads {
  return {
    count,
    threshold: 1,
    rangeSize: 4000,
    start(receive) {
      queueMicrotask(() => receive({ kind: 'ready' }));
      return ownThread(plan, partOf(evaluation), (message) => {
        if (message.kind === 'part') sent += message.open.times.length;
        receive(structuredClone(message));
      });
    },
  };
}

test.each(
  seeds(3).flatMap((seed) =>
    [OUTPUT, OUTPUT.replace('%evt.num ', '')].map((output) => ({ seed, output })),
  ),
)(
  'what completes a correlation is told by both engines and of other threads (seed $seed, $output)',
  async ({ seed, output }) => {
    const r = new Random(seed);
    const { rules } = await loadOk(RULES.replaceAll(OUTPUT, output));
    const fields = await fieldResolver(DEFAULT_FIELD_SETTINGS, false);
    const { correlating, rules: evaluated } = evaluatedParts(rules, new Map(), fields, true);
    const log = join(mkdtempSync(join(tmpdir(), 'waiting-')), 'audit.log');
    writeFileSync(log, Array.from({ length: 120 }, (_, index) => `${line(r, index)}\n`).join(''));
    const evaluation: Evaluation = {
      correlating,
      engine: {
        rules: evaluated,
        matching: 'all',
        timeField: 'evt.time',
        settings: DEFAULT_FIELD_SETTINGS,
        raw: true,
        partsWait: true,
      },
    };
    const told = async (engine: 'fast' | 'reference', threads?: number): Promise<string[]> => {
      const findings: string[] = [];
      const plan = {
        sources: expandSources([log]).sources,
        sourceProblems: [],
        engine,
        since: undefined,
        until: undefined,
        maxEventSize: 1 << 20,
        cluster: undefined,
      };
      await scan(
        plan,
        evaluation,
        {
          finding: (finding) => findings.push(findingToJson(finding)) > 0,
          settle: () => Promise.resolve(),
          progress: () => undefined,
          signal: new AbortController().signal,
          now: () => 0,
        },
        threads === undefined ? undefined : packing(threads, plan, evaluation),
      );
      return findings;
    };
    const plain = await told('reference');
    expect(plain.length).toBeGreaterThan(20);
    expect(await told('fast')).toEqual(plain);
    if (output.includes('%evt.num')) return;
    expect(await told('fast', 1)).toEqual(plain);
    expect(sent).toBeGreaterThan(20);
    sent = 0;
  },
);
