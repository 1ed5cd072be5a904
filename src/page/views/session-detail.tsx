import type { ComponentChild } from 'preact';
import type { CaseSession } from '../../outputs/case-sections.ts';
import { quoteWords } from '../../util/quote-words.ts';
import { findingOf, incidentOf, openFinding, openItem } from '../cross-links.ts';
import { caseInfo } from '../state.ts';
import { DetailBox } from '../parts/detail-box.tsx';
import { Copyable, Fact, Value } from '../parts/shown-parts.tsx';

/** One access to a container or node: who, what ran, how long. */
export function SessionDetail({ session }: { readonly session: CaseSession }): ComponentChild {
  const { kind, user, as, target, object, command, start, end, lasted, id, file, line } = session;
  const finding = findingOf(id);
  const incident = incidentOf(id);
  const flags = [session.stdin ? 'input' : '', session.tty ? 'terminal' : ''].filter(Boolean);
  return (
    <DetailBox name="Session">
      <h2>
        {kind} {target}
      </h2>
      {(finding !== undefined || incident !== undefined) && (
        <p class="related">
          {finding !== undefined && (
            <button type="button" onClick={() => openFinding(finding)}>
              Finding
            </button>
          )}
          {incident !== undefined && (
            <button type="button" onClick={() => openItem('incidents', incident.id)}>
              Incident: {incident.title}
            </button>
          )}
        </p>
      )}
      <dl>
        <Fact name="Start">{start !== '' && `${start} ${caseInfo.value!.timezone}`}</Fact>
        <Fact name="End">{end}</Fact>
        <Fact name="Lasted">{lasted}</Fact>
        <Fact name="User">{user !== '' && <Value field="user" value={user} />}</Fact>
        <Fact name="Acting as">{as !== '' && <Value field="as" value={as} />}</Fact>
        <Fact name="From address">
          {session.source !== '' && <Value field="source" value={session.source} />}
        </Fact>
        <Fact name="Client">{session.client}</Fact>
        <Fact name="Object">{object !== '' && <Value field="object" value={object} />}</Fact>
        <Fact name="Result">{session.result}</Fact>
        <Fact name="With">{flags.join(', ')}</Fact>
        <Fact name="Audit ID">{id}</Fact>
        <Fact name="File">{file !== '' && `${file}:${line}`}</Fact>
      </dl>
      <Copyable name="Command" text={command} />
      <Copyable
        name="One request in full"
        text={/^[\w-]+$/.test(id) ? `k8s-audit show ${id} ${quoteWords([file])}` : undefined}
      />
    </DetailBox>
  );
}
