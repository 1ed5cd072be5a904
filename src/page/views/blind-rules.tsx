import type { ComponentChild } from 'preact';
import { number, plural } from '../data/wording.ts';
import { caseInfo } from '../state.ts';

/** Rules that could not be decided on some events, and what those lack. */
export function BlindRules(): ComponentChild {
  const { blind } = caseInfo.value!;
  if (blind.length === 0) return null;
  return (
    <>
      <h2>Rules that could not be decided everywhere</h2>
      <details>
        <summary>
          {number(blind.length)} {plural(blind.length, 'rule')}
        </summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Events</th>
              <th scope="col">Missing</th>
              <th scope="col">Rule</th>
              <th scope="col">Requests</th>
            </tr>
          </thead>
          <tbody>
            {blind.map(({ rule, events, missing, resources }) => (
              <tr key={rule}>
                <td class="number">{number(events)}</td>
                <td>{missing.join(', ')}</td>
                <td>{rule}</td>
                <td>
                  {resources.map(({ value, count }) => `${value} ${number(count)}`).join(', ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
