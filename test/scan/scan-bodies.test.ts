import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { evaluatePlan } from '../../src/cli/run/evaluate-plan.ts';
import { scanPlan } from '../../src/cli/run/settings-plan.ts';
import { expandSources } from '../../src/io/sources.ts';
import { findingToJson } from '../../src/outputs/encode/json-encode.ts';
import type { BodyAmounts, ReceivedBody } from '../../src/scan/hooks.ts';
import { scan } from '../../src/scan/run-scan.ts';
import { eventLine, folder, ruleText } from '../cli/events.ts';
import { invocationFor } from '../cli/run-cli.ts';

const dir = folder({
  'rules.yaml':
    ruleText('Deleted', 'ka.verb = delete') +
    ruleText('Lab', 'ka.cluster.name = lab', { priority: 'NOTICE' }),
});

interface Scanned {
  readonly findings: string[];
  readonly amounts: BodyAmounts[];
  readonly problems: unknown;
}

const bodyOf = (text: string | Buffer, rest: Partial<ReceivedBody> = {}): ReceivedBody => ({
  parts: [Buffer.from(text)],
  file: '/audit',
  cluster: undefined,
  replayed: false,
  ...rest,
});

/** Scans files with the reference engine, or bodies. */
async function scanned(
  given: readonly ReceivedBody[] | { readonly files: readonly string[] },
  args: readonly string[] = [],
): Promise<Scanned> {
  const invocation = await invocationFor({
    args: [
      'scan',
      '--no-default-rules',
      '-r',
      join(dir, 'rules.yaml'),
      '--dedupe',
      '--engine',
      'files' in given ? 'reference' : 'fast',
      ...args,
    ],
  });
  const files = 'files' in given ? given.files : [];
  const plan = scanPlan(invocation, expandSources(files), []);
  const { evaluation } = await evaluatePlan(plan, () => undefined);
  const findings: string[] = [];
  const amounts: BodyAmounts[] = [];
  const bodies = 'files' in given ? undefined : given.values();
  const result = await scan(plan, evaluation, {
    bodies: bodies && {
      next: () => Promise.resolve(bodies.next().value),
      clock: () => 0n,
      done: (each) => amounts.push(each),
    },
    finding: (finding) => {
      findings.push(findingToJson(finding));
      return true;
    },
    settle: () => Promise.resolve(),
    progress: () => undefined,
    signal: new AbortController().signal,
    now: () => 0,
  });
  const problems = result.summary.problems.map(({ reason, count }) => [reason, count]);
  return { findings, amounts, problems };
}

const list = (...events: string[]): string =>
  `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${events.join(',')}]}\n`;
const event = (auditID: string, rest: object = {}): string => {
  const {
    kind: _kind,
    apiVersion: _version,
    ...item
  } = JSON.parse(eventLine({ auditID, verb: 'delete', ...rest })) as Record<string, unknown>;
  return JSON.stringify(item);
};

describe('bodies are evaluated as files of the same bytes', () => {
  const BODIES: Readonly<Record<string, string>> = {
    'a list': list(event('1'), event('2', { verb: 'get' }), event('3')),
    'an empty list': list(),
    'a list without line feed': list(event('1'), event('2')).trimEnd(),
    'a list over several lines': JSON.stringify(
      JSON.parse(list(event('1'), event('2'))),
      undefined,
      2,
    ),
    lines: `${eventLine({ auditID: '1', verb: 'delete' })}\n${eventLine({ auditID: '2', verb: 'delete' })}`,
    'a list with items that are none': list(event('1'), '7', '{"a":1}', event('2'), 'null'),
    'a list that is cut': list(event('1'), event('2')).slice(0, -40),
    'a list with an item that is broken': list(event('1'), '{"verb":}', event('2')),
    'nesting without end': `{"kind":"EventList","items":${'['.repeat(100_000)}`,
    'one event many times': list(event('1'), event('1'), event('1', { stage: 'Panic' })),
    text: 'hello\nworld',
    nothing: '',
  };

  test.each(Object.entries(BODIES))('%s', async (name, text) => {
    const file = join(dir, name.replaceAll(' ', '-'));
    writeFileSync(file, text);
    const { findings, problems } = await scanned([bodyOf(text, { file })]);
    expect({ findings, problems }).toEqual(
      await scanned({ files: [file] }).then(({ findings: f, problems: p }) => ({
        findings: f,
        problems: p,
      })),
    );
  });

  test('a large one', async () => {
    const many = Array.from({ length: 20_000 }, (_, index) =>
      event(`id-${index}`, index % 100 === 0 ? {} : { verb: 'get' }),
    );
    const file = join(dir, 'large');
    writeFileSync(file, list(...many));
    const { findings, amounts } = await scanned([bodyOf(list(...many), { file })]);
    expect(findings).toHaveLength(200);
    expect(amounts).toEqual([{ events: 20_000, duplicates: 0, leftOut: 0, problems: [] }]);
    expect(findings).toEqual((await scanned({ files: [file] })).findings);
  });
});

test('what is unfinished in one body changes nothing about the next', async () => {
  const cut = `${eventLine({ auditID: '1', verb: 'delete' })}\n{"kind":"Event","level":`;
  const { findings, amounts } = await scanned([
    bodyOf(cut),
    bodyOf(list(event('2'))),
    bodyOf('{"items":[}]\n'),
    bodyOf(list(event('3'))),
  ]);
  expect(findings.map((json) => /"auditID":"(\d)"/.exec(json)?.[1])).toEqual(['1', '2', '3']);
  expect(amounts.map(({ events, problems }) => [events, problems.length])).toEqual([
    [1, 1],
    [1, 0],
    [0, 1],
    [1, 0],
  ]);
});

test('what comes again is dropped and counted, on whatever path', async () => {
  const body = list(event('1'), event('2'));
  const { findings, amounts } = await scanned([
    bodyOf(body),
    bodyOf(body),
    bodyOf(list(event('2'), event('3')), { file: '/events' }),
  ]);
  expect(findings).toHaveLength(3);
  expect(amounts.map(({ events, duplicates, leftOut }) => [events, duplicates, leftOut])).toEqual([
    [2, 0, 0],
    [2, 2, 2],
    [2, 1, 1],
  ]);
});

test('the cluster of a body is that of its events, unless these name one', async () => {
  const bodies = ['lab', undefined, 'lab', 'other'].map((cluster, index) =>
    bodyOf(list(event(`${index}`, { verb: 'get' })), { cluster, file: `/audit/${cluster}` }),
  );
  const { findings } = await scanned(bodies, ['--cluster', 'by-option']);
  expect(
    findings.map((json) => [
      /"auditID":"(\d)"/.exec(json)?.[1],
      /"cluster":"([^"]+)"/.exec(json)?.[1],
    ]),
  ).toEqual([
    ['0', 'lab'],
    ['2', 'lab'],
  ]);
});

test('lines count on from body to body of one path; a body that may have been reported says so', async () => {
  const two = `${eventLine({ auditID: 'a', verb: 'delete' })}\n${eventLine({ auditID: 'b', verb: 'delete' })}\n`;
  const bodies = [
    bodyOf(two),
    bodyOf(list(event('c')), { file: '/audit/x' }),
    bodyOf(list(event('d')), { replayed: true }),
    bodyOf(list(event('e'))),
  ];
  const { findings } = await scanned(bodies);
  const places = findings.map((json) => [
    /"file":"([^"]+)"/.exec(json)?.[1],
    /"line":(\d+)/.exec(json)?.[1],
    json.includes('"replayed":true'),
  ]);
  expect(places).toEqual([
    ['/audit', '1', false],
    ['/audit', '2', false],
    ['/audit/x', '1', false],
    ['/audit', '3', true],
    ['/audit', '4', false],
  ]);
});

test('compressed bytes are no text here: the receiver expands them', async () => {
  const { findings, amounts } = await scanned([
    bodyOf(gzipSync(list(event('1')))),
    bodyOf(list(event('2'))),
  ]);
  expect(findings).toHaveLength(1);
  expect(amounts[0]!.problems).not.toEqual([]);
});
