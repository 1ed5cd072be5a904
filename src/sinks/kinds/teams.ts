import { cutTo, factsOf, heldText, type Alert } from '../alert.ts';
import { httpPort } from '../http-port.ts';
import type { SinkKind } from '../sink.ts';

/** Teams takes 28 kB a message; a workflow says 202 to more, and then fails. What is escaped is up to four times as long. */
const LONGEST_TEXT = 2500;

/** A workflow webhook of Microsoft Teams, which takes an adaptive card. */
export const teamsSink: SinkKind = {
  name: 'teams',
  target: 'secret',
  usage: 'teams=env:NAME',
  help: 'an adaptive card for a workflow webhook',
  people: true,
  most: 1,
  open: (target) => httpPort(target, ([alert]) => ({ body: JSON.stringify(messageOf(alert!)) })),
};

const COLOURS: ReadonlyMap<string, string> = new Map([
  ['high', 'Attention'],
  ['medium', 'Warning'],
]);

function messageOf(alert: Alert): object {
  const { rule, severity, text } = alert;
  const facts = factsOf(alert).map(([title, value]) => ({
    title,
    value: plain(cutTo(value, 500)),
  }));
  const held = heldText(alert);
  const block = (value: string, rest: object = {}): object => ({
    type: 'TextBlock',
    text: value,
    wrap: true,
    ...rest,
  });
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            block(plain(cutTo(rule, 200)), {
              weight: 'Bolder',
              size: 'Medium',
              color: COLOURS.get(severity) ?? 'Default',
            }),
            block(plain(cutTo(text, LONGEST_TEXT))),
            { type: 'FactSet', facts },
            ...(held === '' ? [] : [block(held, { isSubtle: true })]),
          ],
        },
      },
    ],
  };
}

/** Text blocks read Markdown: what would be a link, emphasis or a mention is escaped. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_[\]()<>#~]/g, String.raw`\$&`);
}
