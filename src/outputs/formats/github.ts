import type { Finding } from '../../engine/finding.ts';
import { priorityRank } from '../../rules/priority.ts';
import type { Priority } from '../../rules/priority.ts';
import { escapeCommandData, escapeCommandProperty } from '../encode/escape.ts';
import { MostSevere } from '../keep.ts';
import { redactor } from '../../redact/redact.ts';
import { shownMessage } from '../encode/shown-message.ts';
import { number, plural } from '../summary-text.ts';
import type { OutputContext, OutputWriter, Sink } from '../writer.ts';

/** GitHub shows at most this many annotations of each kind per step. */
const PER_KIND = 10;
const MAX_MESSAGE = 1000;
const MAX_TITLE = 200;
const KINDS = ['error', 'warning', 'notice'] as const;

type Kind = (typeof KINDS)[number];

function kindOf(priority: Priority): Kind {
  const rank = priorityRank(priority);
  if (rank <= priorityRank('Error')) return 'error';
  return priority === 'Warning' ? 'warning' : 'notice';
}

/** Annotations for GitHub Actions: workflow commands on standard output. */
export function createGithubWriter(sink: Sink, context: OutputContext): OutputWriter {
  const kept: Record<Kind, MostSevere<Finding>> = {
    error: new MostSevere(PER_KIND),
    warning: new MostSevere(PER_KIND),
    notice: new MostSevere(PER_KIND),
  };
  const redact = redactor(context.showSecrets);
  const command = (kind: Kind, finding: Finding): string => {
    const { file, line } = finding.origin;
    const title = redact(`${finding.priority}: ${finding.rule}`).slice(0, MAX_TITLE);
    const place = file === '-' ? '' : `file=${escapeCommandProperty(file)},line=${line},`;
    const message = escapeCommandData(shownMessage(finding, redact).slice(0, MAX_MESSAGE));
    return `::${kind} ${place}title=${escapeCommandProperty(title)}::${message}\n`;
  };
  return {
    finding: (finding) =>
      void kept[kindOf(finding.priority)].add(priorityRank(finding.priority), finding),
    end: ({ failure }) => {
      if (failure !== undefined) {
        sink.write(`::error title=k8s-audit::${escapeCommandData(redact(failure))}\n`);
      }
      for (const kind of KINDS) {
        for (const finding of kept[kind].bySeverity()) sink.write(command(kind, finding));
      }
      for (const kind of KINDS) {
        const more = kept[kind].dropped;
        if (more > 0) sink.write(`${number(more)} more ${plural(more, kind)} not annotated\n`);
      }
    },
  };
}
