import type { ScanSummary } from '../../engine/summary.ts';
import type { Incident, Incidents } from '../../incidents/incident.ts';
import { redactor } from '../../redact/redact.ts';
import { safeSink } from '../create-writer.ts';
import type { PageFormat } from '../index.ts';
import type { NextCommand } from '../next-command.ts';
import { loadPaint } from '../table/paint.ts';
import type { OutputContext, OutputWriter, Sink } from '../writer.ts';
import { incidentCard, type IncidentCard } from './incident-card.ts';
import { incidentText } from './incident-text.ts';
import { leftOutText } from './left-out.ts';

export type IncidentFormat = PageFormat<'incidents'>;

interface IncidentSource {
  /** The incidents of all findings so far. */
  build(): Incidents;
}

export interface IncidentOptions {
  readonly incidents: IncidentSource;
  /** Most incidents that are written, the worst. */
  readonly limit: number | undefined;
  /** The commands that lead on from an incident, redacted. */
  next(incident: Incident): readonly NextCommand[];
}

/** Writes the incidents of a run at its end. Findings are taken by whoever builds the incidents. */
export async function createIncidentWriter(
  format: IncidentFormat,
  sink: Sink,
  context: OutputContext,
  options: IncidentOptions,
): Promise<OutputWriter> {
  const draw = await drawing(format, context);
  const safe = safeSink(format, sink, context);
  const redact = redactor(context.showSecrets);
  return {
    // All of them are known at the end only.
    finding: () => undefined,
    end(summary) {
      const incidents = options.incidents.build();
      const shown = incidents.list.slice(0, options.limit ?? incidents.list.length);
      const cards = shown.map((each) => incidentCard(each, redact, options.next(each)));
      safe.write(draw(cards, incidents, summary));
    },
  };
}

/** Draws incidents in a format. Its code is loaded here, since a writer ends without waiting. */
async function drawing(
  format: IncidentFormat,
  context: OutputContext,
): Promise<(cards: readonly IncidentCard[], incidents: Incidents, summary: ScanSummary) => string> {
  switch (format) {
    case 'json': {
      const { incidentsDocument } = await import('./incident-json.ts');
      return incidentsDocument;
    }
    case 'ndjson': {
      const { incidentToJson } = await import('./incident-json.ts');
      return (cards) => cards.map((card) => `${incidentToJson(card)}\n`).join('');
    }
    case 'markdown': {
      const { incidentMarkdown, markdownHead } = await import('./incident-markdown.ts');
      return (cards, incidents, summary) =>
        [
          markdownHead(summary, incidents.list.length),
          ...cards.map((card) => incidentMarkdown(card, context)),
          ...leftOutText(incidents).map((text) => `\n${text}.\n`),
        ].join('');
    }
    case 'html': {
      const { incidentsPage } = await import('./incident-html.ts');
      return (cards, incidents, summary) =>
        incidentsPage(cards, leftOutText(incidents), summary, context);
    }
    case 'text':
    case 'table': {
      const paint = await loadPaint(context.color);
      return (cards) =>
        cards.map((card) => incidentText(card, context, paint, format === 'text')).join('\n');
    }
  }
}
