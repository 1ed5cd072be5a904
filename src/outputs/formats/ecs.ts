import type { Finding } from '../../engine/finding.ts';
import { redactor } from '../../redact/redact.ts';
import { formatRfc3339Nano } from '../../util/time.ts';
import { ecsDocument } from '../encode/ecs-document.ts';
import { encodeJson } from '../encode/json-encode.ts';
import { ownMembers, shownEvent, shownFields, shownSubject } from '../encode/shown-finding.ts';
import { shownMessage } from '../encode/shown-message.ts';
import type { OutputContext, OutputWriter, Sink } from '../writer.ts';

/** One document of the Elastic Common Schema a line. */
export function createEcsWriter(sink: Sink, context: OutputContext): OutputWriter {
  const redact = redactor(context.showSecrets);
  const document = (finding: Finding): string => {
    const { origin } = finding;
    return encodeJson(
      ecsDocument({
        time: formatRfc3339Nano(finding.time),
        message: shownMessage(finding, redact),
        rule: finding.rule,
        ruleId: finding.ruleId,
        priority: finding.priority,
        severity: finding.severity ?? 'info',
        source: finding.source,
        tags: finding.tags,
        auditId: finding.auditId,
        stage: finding.stage,
        file: origin.file,
        cluster: origin.cluster,
        node: origin.node,
        subject: shownSubject(finding, redact),
        own: {
          ...ownMembers(finding),
          // Names of fields are many and depend on rules: an index has no room for one field each.
          output_fields: encodeJson(shownFields(finding, redact)),
        },
        original: shownEvent(finding, redact),
      }),
    );
  };
  return {
    finding: (finding) => sink.write(`${document(finding)}\n`),
    end: () => undefined,
  };
}
