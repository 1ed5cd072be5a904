import { member, stringMember } from '../../../json/value.ts';
import type { JsonObject, JsonValue } from '../../../json/value.ts';
import type { Envelope } from '../envelope.ts';
import { JsonNode } from '../../json-node.ts';
import { partText } from '../../text/line-bytes.ts';

/** The systemd journal in JSON: `journalctl -o json`, json-pretty, json-sse, json-seq. */
export const journaldEnvelopes: readonly Envelope[] = [
  {
    name: 'journald',
    description: 'journalctl -o json (use --all), json-pretty, json-sse, json-seq',
    keys: ['MESSAGE', '__REALTIME_TIMESTAMP'],
    recognise: () => true,
    *open(_node, object) {
      const context = {
        node: stringMember(object, '_HOSTNAME'),
        stream: stringMember(object, 'SYSLOG_IDENTIFIER'),
      };
      const message = member(object, 'MESSAGE');
      const text = messageText(message);
      if (text === undefined) {
        yield { kind: 'problem', reason: 'journald-null' };
        return;
      }
      const stream = stringMember(object, '_STREAM_ID');
      if (stream === undefined) {
        yield { kind: 'node', node: JsonNode.built(text), context };
        return;
      }
      const part = Array.isArray(message) ? partText(Uint8Array.from(message as number[])) : text;
      // journald cuts a service's lines at LineMax= and marks all parts but the last.
      const last = stringMember(object, '_LINE_BREAK') !== 'line-max';
      const key = `journald ${stream} ${streamProcess(object)}`;
      yield { kind: 'fragment', key, text: part, last, context };
    },
  },
];

function streamProcess(object: JsonObject): string {
  return stringMember(object, '_PID') ?? '';
}

/** MESSAGE is a string; a list of byte numbers when it has control characters; null when long. */
function messageText(message: JsonValue | undefined): string | undefined {
  if (typeof message === 'string') return message;
  if (!Array.isArray(message)) return undefined;
  const bytes = new Uint8Array(message.length);
  for (let i = 0; i < message.length; i++) {
    const byte = message[i];
    if (typeof byte !== 'number') return undefined;
    bytes[i] = byte;
  }
  return new TextDecoder().decode(bytes);
}
