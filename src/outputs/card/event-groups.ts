import type { Finding, FindingSubject } from '../../engine/finding.ts';
import { compareSeverity } from './order.ts';

/** Puts the findings of one event together. They come one after the other, in the order of the rules. */
export class EventGroups {
  #group: Finding[] = [];

  /** True when an event was not returned yet. */
  get holds(): boolean {
    return this.#group.length > 0;
  }

  /** Takes a finding. @returns the event before, when this is of another one */
  add(finding: Finding): Finding | undefined {
    const [first] = this.#group;
    if (first !== undefined && isSameEvent(first, finding) && !this.#has(finding.rule)) {
      this.#group.push(finding);
      return undefined;
    }
    const done = this.end();
    this.#group.push(finding);
    return done;
  }

  /** @returns the last event, if there is one that was not returned yet: its worst finding with the others */
  end(): Finding | undefined {
    const group = this.#group;
    if (group.length === 0) return undefined;
    this.#group = [];
    if (group.length === 1) return group[0];
    const [worst, ...others] = group.toSorted(compareSeverity);
    return { ...worst!, others };
  }

  /** A rule fires once an event: a second time it is another event, however alike they are. */
  #has(rule: string): boolean {
    return this.#group.some((each) => each.rule === rule);
  }
}

const SUBJECT: readonly (keyof FindingSubject)[] = [
  'user',
  'verb',
  'namespace',
  'resource',
  'name',
  'subresource',
  'impersonatedUser',
  'sourceIp',
  'code',
];

function isSameEvent(a: Finding, b: Finding): boolean {
  return (
    a.origin.line === b.origin.line &&
    a.time === b.time &&
    a.auditId === b.auditId &&
    a.stage === b.stage &&
    a.origin.file === b.origin.file &&
    SUBJECT.every((key) => a.subject[key] === b.subject[key])
  );
}
