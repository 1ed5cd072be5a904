import { expect, test } from 'vitest';
import { partRules, withParts } from '../../src/engine/parts/correlation-parts.ts';
import { createPartReader } from '../../src/engine/parts/part-finding.ts';
import { createEngine, type EngineOptions } from '../../src/engine/engine.ts';
import type { Finding } from '../../src/engine/finding.ts';
import type { AuditEvent } from '../../src/events/event.ts';
import { IncidentCollector } from '../../src/incidents/incident-collector.ts';
import { DEFAULT_FIELD_SETTINGS } from '../../src/rules/resolver.ts';
import { audit, eventOf, loadOk, rule, ruleOf } from '../helpers.ts';

const ORDERED = `- correlation: C
  type: temporal_ordered
  events:
    - first: ka.verb = create
    - second: ka.verb = delete
  group-by: [ka.user.name]
  timespan: 1h
  output: "%ka.useragent %ka.uri"
  priority: ERROR
`;
const FORMAT = { timeField: 'evt.time', settings: DEFAULT_FIELD_SETTINGS } as const;
const REASON = 'annotations/authorization.k8s.io/reason';

/** Findings of an event, and the paths that were read for them. */
async function readBy(
  rules: string,
  verb: string,
  options: Partial<EngineOptions> = {},
  keep?: AuditEvent['keep'],
): Promise<{ findings: readonly Finding[]; paths: ReadonlySet<string> }> {
  const loaded = await loadOk(rules);
  const event = eventOf(audit({ verb, user: { username: 'u' }, userAgent: 'agent' }));
  const paths = new Set<string>();
  const watched: AuditEvent = {
    time: event.time,
    num: event.num,
    firstTime: event.firstTime,
    origin: event.origin,
    json: event.json,
    get(path) {
      paths.add(path.join('/'));
      return event.get(path);
    },
    text(path) {
      paths.add(path.join('/'));
      return event.text(path);
    },
    ...(keep !== undefined && { keep: keep.bind(event) }),
  };
  const engine = createEngine({
    rules: withParts(loaded.rules, partRules(loaded.rules)),
    matching: 'all',
    ...FORMAT,
    ...options,
  });
  return { findings: engine.evaluate(watched), paths };
}

test('of an event that completes no correlation only the group, what is counted and its identity are read', async () => {
  const { findings, paths } = await readBy(ORDERED, 'create', { facts: { isWanted: true } });
  expect(findings.map(({ part }) => part)).toEqual([
    { values: ['u'], read: undefined, outputs: [] },
  ]);
  expect([...paths].toSorted()).toEqual(['auditID', 'stage', 'user/username', 'verb']);
});

test('of an event that may complete one its output is read too', async () => {
  const { findings, paths } = await readBy(ORDERED, 'delete');
  expect(findings.map(({ part }) => part?.read)).toEqual([['agent', undefined]]);
  expect(findings[0]?.subject.userAgent).toBe('agent');
  expect(paths).toContain('requestURI');
});

test('what is read for a hit can wait until there is one', async () => {
  const facts = { isWanted: true };
  const limits: number[] = [];
  const now = await readBy(ORDERED, 'delete', { facts, raw: true });
  const options = { facts, raw: true, partsWait: true };
  const later = await readBy(ORDERED, 'delete', options, function kept(this: AuditEvent, limit) {
    limits.push(limit);
    const { json, num, firstTime } = this;
    return { json, num, firstTime };
  });
  expect([...later.paths].toSorted()).toEqual(['auditID', 'stage', 'user/username', 'verb']);
  expect(limits).toEqual([2048]);
  expect(later.findings[0]?.part?.read).toBeUndefined();
  const loaded = await loadOk(ORDERED);
  const rules = withParts(loaded.rules, partRules(loaded.rules));
  const [light] = later.findings;
  const own = rules.find(({ name }) => name === light?.rule)!;
  const read = createPartReader({ ...options, ...FORMAT });
  expect(read(light!, own)).toEqual(now.findings[0]);
  expect(read(now.findings[0]!, own)).toBe(now.findings[0]);
  // Where the event is too large, or the finding goes elsewhere, it is read at once.
  for (const given of [options, { ...options, partsWait: false }]) {
    const atOnce = await readBy(ORDERED, 'delete', given, () => undefined);
    expect(atOnce.findings).toEqual(now.findings);
  }
});

test('facts of findings are read while somebody asks for them', async () => {
  const facts = { isWanted: true };
  const wanted = await readBy(rule('ka.verb = get'), 'get', { facts });
  expect(wanted.paths).toContain(REASON);
  expect(wanted.findings[0]?.facts).toBeDefined();
  facts.isWanted = false;
  const left = await readBy(rule('ka.verb = get'), 'get', { facts });
  expect(left.paths).not.toContain(REASON);
  expect(left.findings).toHaveLength(1);
  expect(left.findings[0]).not.toHaveProperty('facts');
});

test('facts are read of findings that may be joined', async () => {
  const facts = { isWanted: true };
  const low = await readBy(ruleOf({ condition: 'ka.verb = get', priority: 'NOTICE' }), 'get', {
    facts,
  });
  expect(low.paths).not.toContain(REASON);
  expect(low.findings[0]).not.toHaveProperty('facts');
  const { findings } = await readBy(ORDERED.replace('ERROR', 'NOTICE'), 'delete', { facts });
  expect(findings.map(({ facts: own }) => own)).toEqual([undefined]);
});

test('nobody asks for facts once there are too many findings to join', async () => {
  const { findings } = await readBy(rule('ka.verb = get'), 'get', { facts: { isWanted: true } });
  const collector = new IncidentCollector({ giveUpBeyond: 1 });
  collector.add({ ...findings[0]!, severity: 'high' });
  expect(collector.hasGivenUp).toBe(false);
  collector.add({ ...findings[0]!, severity: 'low' });
  expect(collector.hasGivenUp).toBe(false);
  collector.add({ ...findings[0]!, severity: 'high' });
  expect(collector.hasGivenUp).toBe(true);
});
