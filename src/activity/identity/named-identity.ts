import { isPattern } from '../../condition/condition-nodes.ts';
import type { AuditEvent } from '../../events/event.ts';
import { namedUser, userContains } from '../../outputs/card/short-name.ts';
import { nearest } from '../../util/suggest.ts';
import { Counts } from '../count/value-tally.ts';
import type { Request } from '../request.ts';
import { userTest } from '../wanted-events.ts';
import { IdentityProfile } from './identity.ts';

/** Names in a message. */
const NAMED = 5;

/** A profile, and whose it is. */
export interface FoundIdentity {
  readonly name: string;
  readonly profile: IdentityProfile;
  /** Why it is not the profile of the name as given; untrusted. */
  readonly note: string | undefined;
}

/**
 * Gathers the profile of the identity that a name means: the one that it equals, those that match it as a
 * pattern, or, where there is none, the only one that contains it, also as tables show it in short.
 */
export class NamedIdentity {
  readonly #name: string;
  readonly #matches: (user: string) => boolean;
  readonly #isPattern: boolean;
  readonly #exact = new IdentityProfile();
  /** The requests of an identity that contains the name, as long as there is one only. */
  readonly #near = new IdentityProfile();
  readonly #containing = new Counts();
  readonly #others = new Counts();

  constructor(name: string) {
    this.#name = name;
    this.#isPattern = isPattern(name);
    this.#matches = userTest(name);
  }

  add(request: Request, event: AuditEvent | undefined): void {
    const { user, impersonatedUser } = request;
    const profile = this.profileOf(user, impersonatedUser);
    profile?.add(request, event, !this.#isCalled(profile, user));
  }

  /** The profile that a request of these users belongs to. */
  profileOf(user: string | undefined, actingAs: string | undefined): IdentityProfile | undefined {
    const users = [user, actingAs].filter((name) => name !== undefined);
    if (users.some(this.#matches)) return this.#exact;
    if (!this.isOpen) return undefined;
    const near = users.filter((name) => userContains(name, this.#name));
    for (const name of users) (near.includes(name) ? this.#containing : this.#others).add(name);
    return near.length > 0 && this.#containing.size === 1 ? this.#near : undefined;
  }

  #isCalled(profile: IdentityProfile, user = ''): boolean {
    if (profile === this.#exact) return this.#matches(user);
    return userContains(user, this.#name);
  }

  /** True as long as requests of others count: it is not known yet whether somebody has the name. */
  get isOpen(): boolean {
    return this.#exact.requests === 0 && !this.#isPattern;
  }

  /** What was found. */
  get found(): FoundIdentity {
    const exact = { name: this.#name, profile: this.#exact, note: undefined };
    if (this.#exact.requests > 0) return exact;
    const [first, ...more] = this.#containing.top().map(([name]) => name);
    if (first === undefined) return { ...exact, note: this.#noteOfNone() };
    if (more.length === 0) {
      const note = `nobody is called '${this.#name}': shown is who contains it, ${first}`;
      return { name: first, profile: this.#near, note };
    }
    const names = [first, ...more].slice(0, NAMED).join(', ');
    const rest = 1 + more.length - NAMED;
    return {
      ...exact,
      note:
        `nobody is called '${this.#name}', and ${1 + more.length} identities contain it: ${names}` +
        (rest > 0 ? ` and ${rest} more` : ''),
    };
  }

  #noteOfNone(): string {
    const names = this.#others.top().map(([name]) => name);
    if (this.#isPattern || names.length === 0) return `nobody matches '${this.#name}'`;
    const near = nearest(this.#name, names);
    return near.length > 0
      ? `nobody is called '${this.#name}'; near it: ${near.join(', ')}`
      : `nobody is called '${this.#name}'; most requests are of ${names.slice(0, NAMED).map(namedUser).join(', ')}`;
  }
}
