import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundledRules } from '../../src/cli/library/rules-input.ts';
import { loadRules } from '../../src/rules/load.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { AnswerTree } from '../../src/setup/answer-tree.ts';
import type { RequestShape } from '../../src/setup/api-resources.ts';
import type { Level } from '../../src/setup/levels.ts';
import { canFire, needsOf, type Need } from '../../src/setup/needs.ts';
import { ProbeMemory, ProbeSet } from '../../src/setup/probe-set.ts';

/** What a comparison depends on differs with the verb, the stage or the level. */
const CONDITIONS = [
  'ka.verb = get and ka.target.resource startswith pod or ka.verb = create and ka.stage = ResponseStarted',
  'ka.target.resource = secrets or ka.verb = delete and ka.req.configmap.obj contains x',
  'not (ka.stage = ResponseComplete and ka.target.subresource = exec) and ka.target.namespace = x',
  'jevt.value[/level] = Request and ka.req.pod.host_pid = true',
  'jevt.value[/responseObject/kind] exists and not jevt.value[/objectRef/apiGroup] = apps',
  'ka.target.resource = widgets and (ka.verb in (get, create) or ka.response.code = 403)',
  'kx.podspec.host_network exists and ka.stage in (ResponseStarted, ResponseComplete)',
  'evt.time exists and jevt.value[/verb] = ka.target.resource',
  'evt.rawtime > 5',
];

async function ruleSetOf(texts: { name: string; text: string }[]): Promise<readonly Rule[]> {
  const { ruleSet, files } = await loadRules(texts);
  if (ruleSet === undefined) throw new Error(JSON.stringify(files));
  return ruleSet.rules;
}

/** What is found of one rule and one sort of request when nothing else was asked before. */
function needAlone(rule: Rule, shape: RequestShape): Need | undefined {
  const verdicts = (
    ['ResponseComplete', 'ResponseStarted', 'RequestReceived', 'Panic'] as const
  ).map((stage) => {
    const probes = new ProbeSet(new ProbeMemory(), shape);
    return { stage, ...probes.judge(rule.condition, 'RequestResponse', stage) };
  });
  const open = verdicts.filter(({ possible }) => possible !== 'never');
  if (open.length === 0) return undefined;
  const stages = open.map(({ stage }) => stage);
  const fires = (['Metadata', 'Request'] as const).find((level) =>
    canFire(rule, new ProbeSet(new ProbeMemory(), shape), level, stages),
  );
  let sees: Level = 'Metadata';
  if (open.some(({ bodies }) => bodies.request)) sees = 'Request';
  if (open.some(({ bodies }) => bodies.response)) sees = 'RequestResponse';
  return { rule, shape, fires: fires ?? 'RequestResponse', sees, stages };
}

describe('what rules need', () => {
  it('is for each sort of request what it is alone, whatever they share', async () => {
    const own = CONDITIONS.map(
      (condition, i) =>
        `- {rule: R${i}, desc: d, condition: '${condition}', output: o, priority: INFO, source: k8s_audit}\n`,
    ).join('');
    const rules = await ruleSetOf([{ name: 'own.yaml', text: own }]);
    const { byRule, shapes } = needsOf(rules);
    expect(byRule.size).toBe(CONDITIONS.length);
    for (const [rule, needs] of byRule) {
      expect(needs).toEqual(shapes.flatMap((shape) => needAlone(rule, shape) ?? []));
    }
  });

  it('is that for bundled rules too', async () => {
    const rules = await ruleSetOf(bundledRules());
    const { byRule, shapes } = needsOf(rules);
    const some = shapes.filter((_shape, i) => i % 199 === 7);
    for (const [rule, needs] of byRule) {
      expect(needs.filter(({ shape }) => some.includes(shape))).toEqual(
        some.flatMap((shape) => needAlone(rule, shape) ?? []),
      );
    }
  });
});

describe('a tree of answers', () => {
  it('finds what a search finds, and searches once for the same answers', () => {
    const answers = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(answers, { maxLength: 60 }), (subjects) => {
        const tree = new AnswerTree<string>();
        const paths = new Set<string>();
        let searches = 0;
        // Each answer says how many questions are passed over.
        const search = (subject: readonly number[], asked: Set<number>): string => {
          let path = '';
          for (let at = 0; at < subject.length; at += 1 + subject[at]!) {
            asked.add(at);
            path += `${at}=${subject[at]} `;
          }
          return path;
        };
        for (const subject of subjects) {
          const path = search(subject, new Set());
          paths.add(path);
          const found = tree.find(
            { answer: (question) => subject[question]! },
            (_subject, asked) => {
              searches++;
              return search(subject, asked);
            },
          );
          expect(found).toBe(path);
        }
        expect(searches).toBe(paths.size);
      }),
    );
  });
});
