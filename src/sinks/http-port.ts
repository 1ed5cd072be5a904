import { Buffer } from 'node:buffer';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Alert } from './alert.ts';
import { SENT, SinkDown, type Outcome, type SinkPort, type SinkTarget } from './sink.ts';

/** Milliseconds that the other side has to answer. */
const TIME_LIMIT = 10_000;
/** Bytes of an answer that are looked at. */
const MOST_ANSWER = 1024 * 1024;
/** Milliseconds that `Retry-After` may ask for. */
const LONGEST_AFTER = 300_000;

/** A request to make of alerts. */
export interface HttpMessage {
  /** Path behind that of the target, such as `/_bulk`. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly body: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * A sink that takes alerts by POST. Answers of 2xx mean that it has them; 4xx of what was sent that it never will; all
 * others, and refused credentials, that it may later.
 *
 * @param judge looks at an answer of 2xx, where that says more
 */
export function httpPort(
  target: SinkTarget,
  make: (alerts: readonly Alert[]) => HttpMessage,
  judge: (answer: HttpAnswer, alerts: readonly Alert[]) => Outcome = () => SENT,
): SinkPort {
  const send = async (alerts: readonly Alert[]): Promise<Outcome> => {
    const answer = await post(target, make(alerts));
    const { status, text } = answer;
    if (status >= 200 && status < 300) return judge(answer, alerts);
    const why = `HTTP ${status}${text === '' ? '' : `: ${text.slice(0, 200).replaceAll(/\s+/g, ' ')}`}`;
    if (![400, 405, 409, 411, 413, 415, 422].includes(status))
      throw new SinkDown(why, answer.after, status >= 500 && answer.after === undefined);
    if (alerts.length === 1) return { refused: 1, why };
    // One of them may be what it does not take.
    let refused = 0;
    for (const alert of alerts) refused += (await send([alert])).refused;
    return { refused, why };
  };
  return { send, close: () => undefined };
}

function post(
  { to, ca }: SinkTarget,
  message: HttpMessage,
): Promise<HttpAnswer & { after: number | undefined }> {
  const url = new URL(to);
  url.pathname = `${url.pathname.replace(/\/$/, '')}${message.path ?? ''}` || '/';
  const headers = {
    'content-type': message.type ?? 'application/json',
    'content-length': String(Buffer.byteLength(message.body)),
    'user-agent': 'k8s-audit',
    ...message.headers,
  };
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(new SinkDown(error.message));
    const options = { method: 'POST', headers, timeout: TIME_LIMIT };
    const sent =
      url.protocol === 'https:' ? httpsRequest(url, { ...options, ca }) : httpRequest(url, options);
    const limit = setTimeout(() => sent.destroy(new Error('no answer within 10 s')), TIME_LIMIT);
    sent.on('close', () => clearTimeout(limit));
    sent.on('error', fail);
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      const done = (): void => {
        const seconds = Number(response.headers['retry-after'] ?? Number.NaN);
        const after = Number.isFinite(seconds)
          ? Math.min(seconds * 1000, LONGEST_AFTER)
          : undefined;
        resolve({ status: response.statusCode ?? 0, text, after });
      };
      response.on('data', (part: string) => {
        text += part;
        if (text.length < MOST_ANSWER) return;
        // Nobody waits for the end of an answer that may have none.
        done();
        response.destroy();
      });
      response.on('error', fail);
      response.on('end', done);
    });
    sent.end(message.body);
  });
}

/** The header of a token: as it is given when it names its scheme, such as `Basic …`. */
export function authorization(
  token: string | undefined,
  scheme = 'Bearer',
): Record<string, string> {
  if (token === undefined) return {};
  return { authorization: /^\w+ /.test(token) ? token : `${scheme} ${token}` };
}
