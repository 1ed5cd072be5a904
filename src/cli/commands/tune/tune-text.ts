import { number, percent, plural } from '../../../outputs/summary-text.ts';
import type { Sections } from '../../../outputs/table/sections.ts';
import type { PlacedEntry } from '../../../tune/entry-form.ts';
import type { TunedRule, TuneLimits } from '../../../tune/tuner.ts';
import { exampleText, silencesText } from '../../../tune/tuning-file.ts';

/** What `tune` proposes. */
export interface Proposal {
  readonly limits: TuneLimits;
  readonly events: number;
  /** As a scan reports them. */
  readonly findings: number;
  readonly silenced: number;
  /** Rules that are loud, those without entries among them. */
  readonly rules: readonly TunedRule[];
  readonly placed: readonly PlacedEntry[];
  /** Values that were counted together with others. */
  readonly joined: number;
  /** Names of rules that a correlation is made of which was found. */
  readonly correlated: ReadonlySet<string>;
  /** The tuning file; empty without entries. */
  readonly file: string;
}

/** The proposal as data. */
export function proposalJson(proposal: Proposal): Record<string, unknown> {
  const { limits, events, findings, silenced, joined, file } = proposal;
  return {
    per_hour: limits.perHour,
    share: limits.share,
    include_high: limits.includeHigh,
    events,
    findings,
    silenced,
    joined_values: joined,
    rules: proposal.rules.map((tuned) => ({
      rule: tuned.rule.name,
      findings: tuned.findings,
      high: tuned.high,
      per_hour: tuned.peak,
      ...(tuned.merged.length > 0 && { merged_fields: [...tuned.merged] }),
      ...(tuned.entries.length === 0 && { left_because: reasonOf(tuned, proposal) }),
      entries: entriesOf(tuned, proposal).map(({ form, entry }) => ({
        form: form.kind,
        name: form.name,
        ...(form.kind === 'exception' && { is_new: form.isNew }),
        fields: Object.fromEntries(entry.terms.map(({ field, value }) => [field, value])),
        silences: entry.silences,
        share: entry.silences / tuned.findings,
        refused: entry.refused,
        high: entry.high,
        examples: entry.examples.map(({ file: name, line, auditId }) => ({
          file: name,
          line,
          audit_id: auditId ?? null,
        })),
      })),
    })),
    file,
  };
}

/** The proposal for people. */
export function proposalText(proposal: Proposal, out: Sections): void {
  const { rules, limits } = proposal;
  if (rules.length === 0) {
    out.title(`No rule has ${number(limits.perHour)} findings or more within an hour`);
    return;
  }
  for (const tuned of rules.filter(({ entries }) => entries.length > 0)) {
    out.blank();
    out.ownTitle(tuned.rule.name);
    out.field(
      'fired',
      `${findingsText(tuned.findings)}, up to ${number(tuned.peak)} within an hour`,
    );
    for (const { form, entry } of entriesOf(tuned, proposal)) {
      out.field('silences', `${silencesText(entry)} (${percent(entry.silences / tuned.findings)})`);
      out.field('where', entry.terms.map(termText).join(', '));
      out.field('as', `${form.kind} ${form.name}`);
      out.field('such as', entry.examples.map(exampleText).join(', '));
    }
  }
  const left = rules.filter(({ entries }) => entries.length === 0);
  if (left.length === 0) return;
  out.blank();
  out.title('Loud too, and left alone');
  for (const tuned of left) {
    out.field(
      '',
      `${tuned.rule.name}: ${findingsText(tuned.findings)}, ${reasonOf(tuned, proposal)}`,
    );
  }
}

function entriesOf({ rule }: TunedRule, { placed }: Proposal): PlacedEntry[] {
  return placed.filter((each) => each.rule === rule);
}

/** Why nothing is proposed for a rule. */
function reasonOf({ rule, high, findings }: TunedRule, { correlated, limits }: Proposal): string {
  if (correlated.has(rule.name)) return 'and a correlation that was found is made of them';
  if (high > 0 && !limits.includeHigh) {
    const all = high === findings ? 'all' : number(high);
    return `${all} of severity high (--include-high proposes for them)`;
  }
  return `with no user or image in ${percent(limits.share)} of them`;
}

function termText({ field, value }: PlacedEntry['entry']['terms'][number]): string {
  return typeof value === 'string' ? `${field} = ${value}` : `${field} in (${value.join(', ')})`;
}

function findingsText(count: number): string {
  return `${number(count)} ${plural(count, 'finding')}`;
}
