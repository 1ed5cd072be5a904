import { describe, expect, test } from 'vitest';
import { IdentityProfile } from '../../src/activity/identity/identity.ts';
import { identityJson } from '../../src/activity/identity/identity-text.ts';
import { ObjectHistory } from '../../src/activity/object/object-history.ts';
import { parseObjectSpec } from '../../src/activity/object/object-spec.ts';
import { RequestFinder } from '../../src/activity/request/find-request.ts';
import { isEarlyStage } from '../../src/activity/request.ts';
import { sessionOf } from '../../src/activity/request/sessions.ts';
import { StageFolder } from '../../src/activity/stages.ts';
import {
  auditIdEvents,
  identityEvents,
  objectEvents,
  SESSION_EVENTS,
  userTest,
} from '../../src/activity/wanted-events.ts';
import { compiledNode } from '../../src/cli/scope/event-scope.ts';
import type { ConditionNode } from '../../src/condition/ast.ts';
import { evaluate } from '../../src/condition/condition.ts';
import type { AuditEvent } from '../../src/events/event.ts';
import { encodeJson } from '../../src/outputs/encode/json-encode.ts';
import { DEFAULT_FIELD_SETTINGS } from '../../src/rules/resolver.ts';
import { Random } from '../fast/random.ts';
import { eventOf } from '../helpers.ts';
import { stageLog } from './stage-log.ts';

/** Looks at events one by one; returns what it says about all of them. */
type Look = () => { add(event: AuditEvent): void; end(): string };

const shown = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? `${each}` : each));

const sessions: Look = () => {
  const found: unknown[] = [];
  const folder = new StageFolder((request, event) => {
    const session = sessionOf(request, event);
    if (session !== undefined) found.push(session);
  });
  return {
    add: (event) => folder.add(event),
    end: () => (folder.end(), shown(found)),
  };
};

const identity =
  (name: string): Look =>
  () => {
    const profile = new IdentityProfile();
    const matches = userTest(name);
    const folder = new StageFolder((request, event) => {
      const { user, impersonatedUser: other } = request;
      if (matches(user ?? '') || (other !== undefined && matches(other)))
        profile.add(request, event);
    });
    return {
      add: (event) => folder.add(event),
      end: () => (folder.end(), encodeJson(identityJson(name, profile))),
    };
  };

const object =
  (text: string): Look =>
  () => {
    const history = new ObjectHistory(parseObjectSpec(text)!, {
      routine: false,
      showSecrets: true,
    });
    const found: unknown[] = [];
    const folder = new StageFolder((request, event) => {
      const entry = history.add(request, event);
      if (entry !== undefined) found.push(entry);
    });
    return {
      add: (event) => folder.add(event),
      end: () => (
        folder.end(),
        shown([found, history.reads, history.routine, history.readers.top()])
      ),
    };
  };

const ofId =
  (id: string): Look =>
  () => {
    const finder = new RequestFinder(id);
    return {
      add: (event) => finder.add(event),
      end: () => shown([finder.events.map(({ json }) => json), finder.ids, finder.more]),
    };
  };

const LOOKS: readonly (readonly [string, Look, ConditionNode])[] = [
  ['sessions', sessions, SESSION_EVENTS],
  ...['alice', 'system:*', '*', '', 'nobody'].map(
    (name) => [`identity '${name}'`, identity(name), identityEvents(name)] as const,
  ),
  ...['pod/web', 'shop/configmap/aws-auth', 'kube-system/deploy/db', 'pod/none'].map(
    (text) => [`object ${text}`, object(text), objectEvents(parseObjectSpec(text)!)] as const,
  ),
  ...['id-0007', 'id-000', 'id-5', 'none'].map(
    (id) => [`audit ID ${id}`, ofId(id), auditIdEvents(id)] as const,
  ),
];

describe('a condition is true of every event that makes a difference', () => {
  test.each(LOOKS)('%s', async (name, look, node) => {
    const condition = await compiledNode(node, DEFAULT_FIELD_SETTINGS);
    let left = 0;
    for (let seed = 1; seed <= 3; seed++) {
      const events = stageLog(new Random(seed), 400).map((line) => eventOf(line));
      const [all, wanted] = [look(), look()];
      for (const event of events) {
        all.add(event);
        if (evaluate(condition, event)) wanted.add(event);
        else left++;
      }
      expect(wanted.end()).toBe(all.end());
    }
    // A condition that is true of everything would save nothing; a pattern of all users is.
    expect(left > 200).toBe(!name.includes("'*'"));
  });
});

test('a request whose first stage is wanted is wanted to its end: else it would stay open for ever', async () => {
  const conditions = await Promise.all(
    LOOKS.map(([, , node]) => compiledNode(node, DEFAULT_FIELD_SETTINGS)),
  );
  let ended = 0;
  for (let seed = 1; seed <= 3; seed++) {
    const requests = new Map<string, AuditEvent[]>();
    for (const line of stageLog(new Random(seed), 300)) {
      const event = eventOf(line);
      const key = ['auditID', 'requestReceivedTimestamp', 'verb', 'requestURI']
        .map((name) => event.text([name]))
        .join();
      requests.set(key, [...(requests.get(key) ?? []), event]);
    }
    for (const events of requests.values()) {
      const [early, late] = [true, false].map((isEarly) =>
        events.filter((event) => isEarlyStage(event.text(['stage'])) === isEarly),
      ) as [AuditEvent[], AuditEvent[]];
      for (const condition of conditions) {
        if (!early.some((event) => evaluate(condition, event))) continue;
        ended += late.length;
        expect(late.every((event) => evaluate(condition, event))).toBe(true);
      }
    }
  }
  expect(ended).toBeGreaterThan(200);
});
