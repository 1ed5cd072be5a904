import type { ComponentChild } from 'preact';
import type { CaseRule } from '../../outputs/case/case-data.ts';
import { WebLink } from '../parts/shown-parts.tsx';

/** What a rule looks for, what to check, what sets it off without harm, and where to read on. */
export function RuleText({
  rule,
  heading,
}: {
  readonly rule: CaseRule;
  readonly heading: string | undefined;
}): ComponentChild {
  return (
    <div class="rule-text">
      {heading !== undefined && <h3>{heading}</h3>}
      <p>{rule.description}</p>
      <Lines name="What to check" lines={rule.checks} />
      <Lines name="False positives" lines={rule.falsePositives} />
      {rule.links.length > 0 && (
        <>
          <h4>More</h4>
          <ul>
            {rule.links.map((link) => (
              <li key={link}>
                <WebLink address={link} />
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Lines({
  name,
  lines,
}: {
  readonly name: string;
  readonly lines: readonly string[];
}): ComponentChild {
  if (lines.length === 0) return null;
  return (
    <>
      <h4>{name}</h4>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </>
  );
}
