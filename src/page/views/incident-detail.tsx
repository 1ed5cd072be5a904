import type { ComponentChild } from 'preact';
import type { CaseIncident, CaseStep } from '../../outputs/case-sections.ts';
import { shortUser } from '../../outputs/card/short-name.ts';
import { number } from '../data/wording.ts';
import { findingOf, openFinding } from '../cross-links.ts';
import { caseInfo } from '../state.ts';
import { DetailBox } from '../parts/detail-box.tsx';
import { Badge, Copyable, Fact, IdentityLink, ObjectLink } from '../parts/shown-parts.tsx';

/** An incident as a story: who, what behind what and why it belongs together, what is not known, what to do next. */
export function IncidentDetail({ incident }: { readonly incident: CaseIncident }): ComponentChild {
  const { title, severity, first, last, amount, tactics, actors, objects, steps, unseen, next } =
    incident;
  return (
    <DetailBox name="Incident">
      <h2>
        <Badge severity={severity} /> {title}
      </h2>
      <dl>
        <Fact name="Time">
          {first !== '' &&
            `${first}${last === first ? '' : ` to ${last}`} ${caseInfo.value!.timezone}`}
        </Fact>
        <Fact name="Amount">{amount}</Fact>
        <Fact name="Tactics">{tactics.map(({ name }) => name).join(' → ')}</Fact>
        <Fact name="Who">
          <ul>
            {actors.map(({ name, text }) => (
              <li key={name}>
                {text}
                <IdentityLink name={name} />
              </li>
            ))}
            {incident.moreActors > 0 && <li>and {number(incident.moreActors)} more</li>}
          </ul>
        </Fact>
        {objects.length > 0 && (
          <Fact name="Objects">
            <ul>
              {objects.map((name) => (
                <li key={name}>
                  {name}
                  <ObjectLink name={name} />
                </li>
              ))}
              {incident.moreObjects > 0 && <li>and {number(incident.moreObjects)} more</li>}
            </ul>
          </Fact>
        )}
      </dl>
      <h3>What happened</h3>
      <ol class="steps">
        {steps.map((step) => (
          <li key={step.number} value={step.number}>
            <StepText step={step} />
          </li>
        ))}
      </ol>
      {unseen.length > 0 && (
        <>
          <h3>What the log does not show</h3>
          <ul>
            {unseen.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </>
      )}
      {next.map(({ command, purpose }) => (
        <Copyable key={command} name={purpose} text={command} />
      ))}
    </DetailBox>
  );
}

function StepText({ step }: { readonly step: CaseStep }): ComponentChild {
  const finding = findingOf(step.id);
  const { time, count, rule, others, user, verb, object, alsoOn, source } = step;
  return (
    <>
      <p>
        <Badge severity={step.severity} /> <time>{time}</time> <b>{rule}</b>
        {others.length > 0 && <span class="dim"> also {others.join(', ')}</span>}
        {count > 1 && (
          <span class="dim">
            {' '}
            ×{number(count)}, last {step.last}
          </span>
        )}
        {finding !== undefined && (
          <>
            {' '}
            <button type="button" onClick={() => openFinding(finding)}>
              finding
            </button>
          </>
        )}
      </p>
      <p>
        {shortUser(user)} {verb} {object}
        {alsoOn.length > 0 && ` (also ${alsoOn.join(', ')})`}
        {source !== '' && ` from ${source}`}
      </p>
      {(step.failure !== '' || step.evidence !== '') && (
        <p class="evidence">{[step.failure, step.evidence].filter(Boolean).join('; ')}</p>
      )}
      {step.because !== '' && <p class="dim">Belongs here: {step.because}.</p>}
      {step.consequences.length > 0 && (
        <ul class="dim">
          {step.consequences.map((text) => (
            <li key={text}>{text}</li>
          ))}
          {step.moreConsequences > 0 && <li>and {number(step.moreConsequences)} more</li>}
        </ul>
      )}
    </>
  );
}
