import { auditOf, cutTo, fieldOf, heldText, type Alert } from '../alert.ts';
import { httpPort } from '../http-port.ts';
import type { SinkKind } from '../sink.ts';

/** Slack refuses texts of a block above 3,000 characters, and headers above 150. */
const LONGEST_TEXT = 2900;
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

/** A text for old clients and notifications, and an attachment in the colour of the severity. */
function messageOf(alert: Alert): object {
  const { rule, severity, text, time } = alert;
  const facts = [
    ['Severity', severity],
    ['User', fieldOf(alert, 'ka.user.name')],
    ['Cluster', auditOf(alert, 'cluster')],
    ['Time', time],
    ['Audit ID', auditOf(alert, 'auditID')],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`*${name}:* ${escaped(value)}`]));
  const held = heldText(alert);
  const lines = [
    escaped(cutTo(text, LONGEST_TEXT / 2)),
    facts.join('  '),
    ...(held === '' ? [] : [`_${held}_`]),
  ];
  const title = cutTo(`${severity}: ${rule}`, LONGEST_TITLE);
  return {
    text: escaped(title),
    attachments: [
      {
        color: COLOURS.get(severity),
        blocks: [
          { type: 'header', text: { type: 'plain_text', text: title, emoji: false } },
          {
            type: 'section',
            text: { type: 'mrkdwn', text: cutTo(lines.join('\n'), LONGEST_TEXT), verbatim: true },
          },
        ],
      },
    ],
  };
}

/** Slack's three characters: without them a log could mention everybody in a channel, or hide a link. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
