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
      const message = messageOf(member(object, 'MESSAGE'));
      if (message === undefined) {
        yield { kind: 'problem', reason: 'journald-null' };
        return;
      }
      const stream = stringMember(object, '_STREAM_ID');
      if (stream === undefined) {
        const text = typeof message === 'string' ? message : new TextDecoder().decode(message);
        yield { kind: 'node', node: JsonNode.built(text), context };
        return;
      }
      const text = typeof message === 'string' ? message : partText(message);
      // journald cuts a service's lines at LineMax= and marks all parts but the last.
      const last = stringMember(object, '_LINE_BREAK') !== 'line-max';
      const key = `journald ${stream} ${streamProcess(object)}`;
      yield { kind: 'fragment', key, text, last, context };
    },
  },
];

function streamProcess(object: JsonObject): string {
  return stringMember(object, '_PID') ?? '';
}

/** The text or the bytes of MESSAGE: a string, a list of byte numbers when it has control characters, null when it is long. */
function messageOf(message: JsonValue | undefined): string | Uint8Array | undefined {
  if (typeof message === 'string') return message;
  const isBytes = Array.isArray(message) && message.every((byte) => typeof byte === 'number');
  return isBytes ? Uint8Array.from(message) : undefined;
}
