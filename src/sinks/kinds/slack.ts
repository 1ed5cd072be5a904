import { cutTo, factsOf, heldText, type Alert } from '../alert.ts';
import { httpPort } from '../http-port.ts';
import type { SinkKind } from '../sink.ts';

/** Slack refuses texts of a block above 3,000 characters, those of its fields above 2,000, and headers above 150. */
const LONGEST_TEXT = 2900;
const LONGEST_FACT = 500;
const LONGEST_TITLE = 150;

const COLOURS: ReadonlyMap<string, string> = new Map([
  ['high', '#c0392b'],
  ['medium', '#e67e22'],
  ['low', '#f1c40f'],
  ['info', '#7f8c8d'],
]);

/** An incoming webhook of Slack. */
export const slackSink: SinkKind = {
  name: 'slack',
  target: 'secret',
  usage: 'slack=env:NAME',
  help: 'a message of an incoming webhook, in the colour of the severity',
  people: true,
  most: 1,
  open: (target) => httpPort(target, ([alert]) => ({ body: JSON.stringify(messageOf(alert!)) })),
};

/**
 * A text for old clients and notifications, and an attachment in the colour of the severity. What comes from the log is
 * plain text: in that, nothing is a mention, a link or bold, so that no name of a user looks like a fact of ours.
 */
function messageOf(alert: Alert): object {
  const { rule, severity, text } = alert;
  const facts = factsOf(alert).map(([name, value]) =>
    plain(`${name}: ${cutTo(value, LONGEST_FACT)}`),
  );
  const held = heldText(alert);
  const title = cutTo(`${severity}: ${rule}`, LONGEST_TITLE);
  return {
    text: escaped(title),
    attachments: [
      {
        color: COLOURS.get(severity),
        blocks: [
          { type: 'header', text: plain(title) },
          { type: 'section', text: plain(cutTo(text, LONGEST_TEXT) || title), fields: facts },
          ...(held === '' ? [] : [{ type: 'context', elements: [plain(held)] }]),
        ],
      },
    ],
  };
}

function plain(text: string): object {
  return { type: 'plain_text', text: text.replaceAll(/\p{Cc}/gu, ' '), emoji: false };
}

/** Slack's three characters: without them a log could mention everybody in a channel, or hide a link. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
