// Room outputs/incidents: what people see of incidents: one card for every format, made once as data.
// Door: incident-writer.ts writes the incidents of a run, incident-lines.ts is what summaries say of them.
// Neighbours: takes incidents as data; card draws the requests in them, redact hides credentials.
// Inside: incident-card.ts makes cards, each of the other files draws them for one kind of sink.

import type { Finding } from '../../engine/finding.ts';
import type {
  Actor,
  Consequence,
  Incident,
  Step,
  TouchedObject,
} from '../../incidents/incident.ts';
import { LINKS, type LinkName } from '../../incidents/links.ts';
import type { Severity } from '../../policies/severity.ts';
import type { Redact } from '../../redact/redact.ts';
import type { Priority } from '../../rules/priority.ts';
import { cardOf, type FindingCard } from '../card/card.ts';
import { shortUser } from '../card/short-name.ts';
import type { NextCommand } from '../next-command.ts';
import { number, plural } from '../summary-text.ts';

/** An incident as people read it. Texts are redacted, and are those of the log. */
export interface IncidentCard {
  readonly id: string;
  readonly severity: Severity;
  readonly priority: Priority;
  readonly title: string;
  readonly first: bigint;
  readonly last: bigint;
  readonly findings: number;
  readonly rules: number;
  /** `5 min 51 s, 7 findings of 7 rules`. */
  readonly amount: string;
  readonly tactics: readonly { readonly name: string; readonly first: bigint }[];
  readonly actors: readonly ActorCard[];
  readonly objects: readonly string[];
  readonly steps: readonly StepCard[];
  readonly more: Incident['more'];
  readonly unseen: readonly string[];
  readonly next: readonly NextCommand[];
}

interface ActorCard {
  readonly name: string;
  readonly kind: Actor['kind'];
  readonly actedAs: readonly string[];
  readonly addresses: readonly string[];
  readonly findings: number;
  /** All of that in words. */
  readonly text: string;
}

export interface StepCard {
  /** From 1. */
  readonly number: number;
  readonly card: FindingCard;
  readonly finding: Finding;
  readonly count: number;
  readonly last: bigint;
  readonly alsoOn: readonly string[];
  readonly file: string;
  readonly line: number;
  readonly because: BecauseCard | undefined;
  readonly consequences: readonly ConsequenceCard[];
  readonly moreConsequences: number;
}

interface BecauseCard {
  readonly step: number;
  readonly link: LinkName;
  /** `the account kube-system/sync, created there`. */
  readonly text: string;
  /** True where the same user goes on, which needs no explanation. */
  readonly isPlain: boolean;
}

interface ConsequenceCard extends Omit<Consequence, 'object'> {
  readonly object: string;
  /** All of that in words. */
  readonly text: string;
}

/** Longest name in a sentence. */
const MAX_NAME = 200;
/** `X509SHA256=` and eight digits. */
const MAX_ID = 19;

/**
 * The card of an incident.
 *
 * @param next commands that lead on from it; they are redacted already
 */
export function incidentCard(
  incident: Incident,
  redact: Redact,
  next: readonly NextCommand[],
): IncidentCard {
  const { id, severity, priority, first, last, findings, rules, tactics, more } = incident;
  const amount =
    (first === last ? '' : `${durationWords(last - first)}, `) +
    `${number(findings)} ${plural(findings, 'finding')}` +
    (findings > 1 ? ` of ${number(rules)} ${plural(rules, 'rule')}` : '');
  return {
    id,
    severity,
    priority,
    title: incidentTitle(incident, redact),
    first,
    last,
    findings,
    rules,
    amount,
    tactics,
    actors: incident.actors.map((actor) => actorCard(actor, redact)),
    objects: incident.objects.map((object) => objectWords(object, redact)),
    steps: incident.steps.map((step, at) => stepCard(step, at + 1, redact)),
    more,
    unseen: incident.unseen.map((text) => redact(text)),
    next,
  };
}

/** What happened that was worst, and by whom. */
export function incidentTitle({ worst, actors }: Incident, redact: Redact): string {
  const names = actors.map(({ name }) => userWords(name, redact));
  const own = userWords(worst.subject.user ?? '', redact);
  const others = names.filter((name) => name !== own);
  const shown = [own, ...others].slice(0, 3);
  const rest = others.length + 1 - shown.length;
  const last = rest > 0 ? `${number(rest)} more` : shown.length > 1 ? shown.pop()! : '';
  return `${redact(worst.rule)} by ${shown.join(', ')}${last === '' ? '' : ` and ${last}`}`;
}

/** A duration in words. */
export function durationWords(nanoseconds: bigint): string {
  const seconds = Math.max(0, Number(nanoseconds / 1_000_000n) / 1000);
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}

function userWords(name: string, redact: Redact): string {
  return name === '' ? 'nobody named' : cut(shortUser(redact(name)));
}

function cut(text: string): string {
  return text.length > MAX_NAME ? `${text.slice(0, MAX_NAME)}…` : text;
}

function actorCard(actor: Actor, redact: Redact): ActorCard {
  const addresses = actor.addresses.map((address) => redact(address));
  const actedAs = actor.actedAs.map((name) => redact(name));
  const { findings, kind } = actor;
  const as = actedAs.length === 0 ? '' : ` as ${actedAs.map(shortUser).join(', ')}`;
  const from = addresses.length === 0 ? '' : ` from ${addresses.join(', ')}`;
  const amount = `${number(findings)} ${plural(findings, 'finding')}`;
  return {
    name: redact(actor.name),
    kind,
    actedAs,
    addresses,
    findings,
    text: `${userWords(actor.name, redact)}${as}${from}: ${amount}`,
  };
}

function objectWords({ namespace, resource, name }: TouchedObject, redact: Redact): string {
  return redact([namespace, resource, name].filter((part) => (part ?? '') !== '').join('/'));
}

function stepCard(step: Step, at: number, redact: Redact): StepCard {
  const { finding, count, last, because, moreConsequences } = step;
  return {
    number: at,
    card: cardOf(finding, redact),
    finding,
    count,
    last,
    alsoOn: step.alsoOn.map((name) => redact(name)),
    file: redact(finding.origin.file),
    line: finding.origin.line,
    because: because && becauseCard(because, redact),
    consequences: step.consequences.map((each) => consequenceCard(each, redact)),
    moreConsequences,
  };
}

function becauseCard(
  { link, text, step }: NonNullable<Step['because']>,
  redact: Redact,
): BecauseCard {
  return {
    step,
    link,
    text: LINKS[link].why.replace('{}', () => named(link, redact(text))),
    isPlain: link === 'actor' || link === 'credential' || link === 'request',
  };
}

/** What both name; of a credential's ID as much as tells it from others. */
function named(link: LinkName, text: string): string {
  return link === 'credential' || link === 'token' ? text.slice(0, MAX_ID) : shortUser(text);
}

function consequenceCard(consequence: Consequence, redact: Redact): ConsequenceCard {
  const { object, rules, user, verb, file } = consequence;
  const words = objectWords(object, redact);
  const fired = rules.map((rule) => redact(rule));
  const by = shortUser(redact(user)).replace(/^sa kube-system\//, '');
  return {
    ...consequence,
    user: redact(user),
    verb: redact(verb),
    file: redact(file),
    rules: fired,
    object: words,
    text: `${by} ${redact(verb)} ${words}${fired.length === 0 ? '' : `: ${fired.join(', ')}`}`,
  };
}
