import { useSignal } from '@preact/signals';
import type { ComponentChild } from 'preact';
import { escapePage } from '../../outputs/encode/escape.ts';
import { isBusy, load, next, rows, shownTool } from './live-state.ts';
import { Badge } from '../parts/shown-parts.tsx';
import { QUESTIONS, shownAt, textAt, type Row } from './question-columns.ts';

/** The rows of an answer; one that is pressed shows all that it holds. */
export function AnswerTable(): ComponentChild {
  const { columns, title } = QUESTIONS[shownTool.value]!;
  const opened = useSignal<Row | undefined>(undefined);
  if (rows.value.length === 0) return null;
  return (
    <>
      <table>
        <caption class="unseen">{title}</caption>
        <thead>
          <tr>
            {columns.map(([name]) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">
              <span class="unseen">Details</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.value.map((row, index) => {
            const isOpen = opened.value === row;
            return [
              <tr key={index}>
                {columns.map(([name, ...path]) => (
                  <td key={name} class={`at-${path.at(-1)}`}>
                    {path.at(-1) === 'severity' ? (
                      <Badge severity={escapePage(textAt(row, path))} />
                    ) : (
                      escapePage(shownAt(row, path))
                    )}
                  </td>
                ))}
                <td>
                  <button
                    type="button"
                    aria-expanded={isOpen}
                    aria-label={`details of row ${index + 1}`}
                    onClick={() => {
                      opened.value = isOpen ? undefined : row;
                    }}
                  >
                    {isOpen ? '−' : '+'}
                  </button>
                </td>
              </tr>,
              isOpen && (
                <tr key={`${index}-open`}>
                  <td colSpan={columns.length + 1}>
                    <pre>{escapePage(JSON.stringify(row, undefined, 2))}</pre>
                  </td>
                </tr>
              ),
            ];
          })}
        </tbody>
      </table>
      {next.value !== undefined && (
        <button type="button" disabled={isBusy.value} onClick={() => void load(next.value)}>
          More
        </button>
      )}
    </>
  );
}
