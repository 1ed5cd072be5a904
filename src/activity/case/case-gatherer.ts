// Room activity/case: what a case file tells of the whole log: requests, identities, objects and sessions, in bounded memory.
// Door: case-gatherer.ts.
// Neighbours: uses the other rooms of activity; outputs/case packs; cli/run reads the log for it.
// Inside: findings come first and say whose profiles and which objects are followed (followed.ts); then come all events.
// identity-case.ts, object-case.ts, session-case.ts and request-rows.ts say what is told.

import type { Finding } from '../../engine/finding.ts';
import type { AuditEvent } from '../../events/event.ts';
import type { CaseActivity, CaseCount, CaseSession } from '../../outputs/case-sections.ts';
import { rankOf } from '../../outputs/card/order.ts';
import { caseTexts, type CaseTexts } from '../../outputs/case/case-texts.ts';
import { MostSevere } from '../../outputs/keep.ts';
import { number } from '../../outputs/summary-text.ts';
import type { OutputContext } from '../../outputs/writer.ts';
import { Counts } from '../count/value-tally.ts';
import { NoiseCounter, noiseKind } from '../noise.ts';
import { sessionOf } from '../request/sessions.ts';
import type { Request } from '../request.ts';
import { StageFolder } from '../stages.ts';
import { caseIdentity, ProfiledUser } from './identity-case.ts';
import { Followed } from './followed.ts';
import { caseObject, FollowedObjects } from './object-case.ts';
import { RequestRows } from './request-rows.ts';
import { caseSession } from './session-case.ts';

/** Profiles and sessions of a page: the worst. */
const MAX_IDENTITIES = 200;
const MAX_SESSIONS = 2000;

type CaseStyle = Pick<OutputContext, 'showSecrets' | 'formatTime'>;

/** Gathers what a case file tells beside findings: first of findings, then of all events of the log. */
export class CaseGatherer {
  readonly #texts: CaseTexts;
  readonly #users = new Followed<ProfiledUser>(MAX_IDENTITIES, () => new ProfiledUser());
  readonly #objects: FollowedObjects;
  readonly #rows: RequestRows;
  readonly #sessions = new MostSevere<{ start: bigint; session: CaseSession }>(MAX_SESSIONS);
  readonly #noise = new NoiseCounter();
  readonly #levels = new Counts();
  readonly #stages = new Counts();
  readonly #folder: StageFolder;
  #requests = 0;

  constructor(style: CaseStyle) {
    this.#texts = caseTexts(style);
    this.#objects = new FollowedObjects(style.showSecrets);
    this.#rows = new RequestRows(style);
    this.#folder = new StageFolder((request, event) => this.#request(request, event));
  }

  /** Takes a finding of the run. All come before the first event. */
  finding(finding: Finding): void {
    const rank = rankOf(finding);
    const { subject } = finding;
    for (const name of new Set([subject.user, subject.impersonatedUser])) {
      if (name !== undefined && name !== '') this.#users.add(name, rank).profile.find(finding);
    }
    this.#objects.finding(finding, rank);
  }

  /** Takes an event of the log, in order of time as far as possible. It is valid during the call only. */
  event(event: AuditEvent): void {
    this.#levels.add(this.#texts.name(event.text(LEVEL) ?? 'none'));
    this.#stages.add(this.#texts.name(event.text(STAGE) ?? 'none'));
    this.#folder.add(event);
  }

  /** Everything that was gathered. */
  end(): CaseActivity {
    this.#folder.end();
    const users = this.#users.worst().filter(([, { profile }]) => profile.requests > 0);
    const objects = this.#objects.end();
    const requests = this.#rows.end();
    const { evicted } = this.#folder;
    return {
      counts: {
        requests: this.#requests,
        listed: requests.reduce((sum, { rows }) => sum + rows, 0),
        noise: this.#noise.rows().map(({ text, count }) => ({ value: text, count })),
        levels: countsOf(this.#levels),
        stages: countsOf(this.#stages),
        moreIdentities: this.#users.forgotten,
        moreObjects: objects.forgotten,
        moreSessions: this.#sessions.dropped,
        notes:
          evicted === 0
            ? []
            : [
                `${number(evicted)} requests are shown as open: more were open at a time than are remembered`,
              ],
      },
      identities: users.map(([name, user]) => caseIdentity(name, user, this.#texts)),
      objects: objects.worst.map((each) => caseObject(each, this.#texts)),
      sessions: this.#sessions
        .inOrder()
        .toSorted((a, b) => (a.start < b.start ? -1 : Number(a.start > b.start)))
        .map(({ session }) => session),
      requests,
    };
  }

  #request(request: Request, event: AuditEvent | undefined): void {
    this.#requests++;
    const users = [request.user, request.impersonatedUser].map((name) => this.#users.get(name));
    for (const user of new Set(users)) user?.profile.add(request, event, user !== users[0]);
    this.#objects.request(request, event);
    const isFollowed = users.some((user) => user !== undefined);
    const session = sessionOf(request, event);
    if (session !== undefined) {
      const rank = isFollowed ? 0 : 1;
      if (this.#sessions.takes(rank)) {
        const shown = caseSession(session, this.#texts);
        this.#sessions.add(rank, { start: session.start, session: shown });
      } else this.#sessions.leave();
    }
    const noise = noiseKind(request);
    if (noise === undefined) this.#rows.add(request, isFollowed);
    else this.#noise.add(noise);
  }
}

const LEVEL = ['level'];
const STAGE = ['stage'];
/** Values of one kind. */
const MAX_VALUES = 20;

function countsOf(counts: Counts): CaseCount[] {
  return counts.top(MAX_VALUES).map(([value, count]) => ({ value, count }));
}
