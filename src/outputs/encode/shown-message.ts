import type { Finding } from '../../engine/finding.ts';
import {
  isCredentialField,
  redactField,
  SHOW_ALL,
  type About,
  type Redact,
} from '../../redact/redact.ts';
import { falcoLine } from './json-encode.ts';

/** How times are written, which need no second look. */
const TIME = /^[\d:.TZ+-]*$/;
/** Shorter values are replaced only where they stand alone: they would be found in any text. */
const SHORT = 6;

/** Falco's output line for people, before escaping. */
export function shownLine(finding: Finding, redact: Redact): string {
  const { timeText } = finding;
  const time = TIME.test(timeText) ? timeText : redact(timeText);
  return falcoLine({
    timeText: time,
    priority: finding.priority,
    message: shownMessage(finding, redact),
  });
}

/** A finding's message for people. */
export function shownMessage(
  finding: Pick<Finding, 'message' | 'outputFields'> & { readonly subject: About },
  redact: Redact,
): string {
  const { message, subject } = finding;
  if (redact === SHOW_ALL) return message;
  let result = message;
  // Fields know what their values are; the message has only the values.
  for (const [name, value] of finding.outputFields) {
    if (typeof value !== 'string' || value === '' || !isCredentialField(name, subject)) continue;
    const hidden = redactField(name, value, subject);
    if (hidden !== value) result = replaceValue(result, value, hidden);
  }
  return redact(result, subject);
}

function replaceValue(text: string, value: string, by: string): string {
  if (value.length >= SHORT) return text.replaceAll(value, () => by);
  const border = /[\s=,;:()[\]"']/;
  let result = '';
  let done = 0;
  for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1)) {
    const alone =
      (at === 0 || border.test(text[at - 1]!)) &&
      (at + value.length === text.length || border.test(text[at + value.length]!));
    if (!alone || at < done) continue;
    result += text.slice(done, at) + by;
    done = at + value.length;
  }
  return result + text.slice(done);
}
