import { Buffer } from 'node:buffer';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Alert } from './alert.ts';
import { codeOf, faultText, NO_ANSWER } from './fault-text.ts';
import { SENT, SinkDown, type Outcome, type SinkPort, type SinkTarget } from './sink.ts';
import { startRequest } from './start-request.ts';

/** Milliseconds that the other side has to answer, and to take something of what is sent. */
const TIME_LIMIT = 10_000;
/** Bytes of an answer that are looked at. */
const MOST_ANSWER = 1024 * 1024;
/** Milliseconds that `Retry-After` may ask for. */
const LONGEST_AFTER = 300_000;
/** Letters of a part of a URL that may be a secret: shorter ones are words. */
const LEAST_SECRET = 16;

/** A request to make of alerts. */
export interface HttpMessage {
  /** Appended to the path of the target, such as `/_bulk`. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly body: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

interface FullAnswer extends HttpAnswer {
  /** Milliseconds that it asks to be left alone. */
  readonly after: number | undefined;
  /** Where it says that the request belongs. */
  readonly location: string | undefined;
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
    const { status } = answer;
    if (status >= 200 && status < 300) return judge(answer, alerts);
    const why = whyOf(answer, target);
    if (![400, 405, 409, 411, 413, 415, 422].includes(status))
      throw new SinkDown(why, answer.after, status >= 500 && answer.after === undefined);
    if (alerts.length === 1) return { refused: 1, why };
    // One of them may be what it does not take.
    let refused = 0;
    for (const [count, alert] of alerts.entries()) {
      try {
        refused += (await send([alert])).refused;
      } catch (error) {
        // Those before are done with: sent again, they would come twice, and the last ones never.
        if (count > 0) return { refused, why, count };
        throw error;
      }
    }
    return { refused, why };
  };
  return { send, close: () => undefined };
}

/**
 * Judges answers of those who never answer with a page of HTML: a login or a portal in between has taken nothing.
 *
 * @throws SinkDown for such a page
 */
export function notAPage({ text }: HttpAnswer): Outcome {
  if (/^\s*</.test(text))
    throw new SinkDown('the answer is a page of HTML, as of a login in between');
  return SENT;
}

async function post(target: SinkTarget, message: HttpMessage): Promise<FullAnswer> {
  const { to, ca, proxy, header } = target;
  const url = new URL(to);
  url.pathname = `${url.pathname.replace(/\/$/, '')}${message.path ?? ''}` || '/';
  const headers = {
    ...(header && { [header[0]]: header[1] }),
    'content-type': message.type ?? 'application/json',
    'content-length': String(Buffer.byteLength(message.body)),
    'user-agent': 'k8s-audit',
    ...message.headers,
  };
  const sent = startRequest({ url, ca, proxy }, { method: 'POST', headers, timeout: TIME_LIMIT });
  const answer = answerTo(sent);
  sent.end(message.body);
  try {
    return await answer;
  } catch (error) {
    const fault = error as Error;
    // A connection that was kept, and closed by the other side meanwhile: nobody has seen the request.
    const isStale = sent.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(codeOf(fault));
    if (isStale) return post(target, message);
    throw new SinkDown(faultText(fault));
  }
}

/** Waits for the answer to a request. @throws Error when none comes in time */
function answerTo(sent: ClientRequest): Promise<FullAnswer> {
  limitTime(sent);
  return new Promise((resolve, reject) => {
    // Who wants to speak something else from now on has not answered.
    const unanswered = (): void => reject(new Error(NO_ANSWER));
    sent.on('close', unanswered).on('error', reject);
    sent.on('response', (response) => {
      sent.off('close', unanswered).off('error', reject);
      resolve(readAnswer(sent, response));
    });
  });
}

/** Ends a request that nobody answers. What is large takes its time on a slow line: until all is sent, it must only go on. */
function limitTime(sent: ClientRequest): void {
  let limit: NodeJS.Timeout | undefined;
  const late = (): void => void sent.destroy(new Error('no answer within 10 s'));
  sent.on('timeout', late).on('finish', () => (limit = setTimeout(late, TIME_LIMIT)));
  sent.on('close', () => clearTimeout(limit));
}

/** Reads an answer. Its status has come: who took alerts has them, however the answer ends. */
function readAnswer(sent: ClientRequest, response: IncomingMessage): Promise<FullAnswer> {
  return new Promise((resolve) => {
    let text = '';
    const done = (): void => {
      const { location } = response.headers;
      const after = askedFor(response.headers);
      resolve({ status: response.statusCode ?? 0, text, after, location });
    };
    response.setEncoding('utf8');
    response.on('data', (part: string) => {
      text += part;
      if (text.length < MOST_ANSWER) return;
      // Nobody waits for the end of an answer that may have none.
      done();
      response.destroy();
    });
    sent.on('error', done);
    response.on('error', done);
    response.on('end', done);
  });
}

/** Milliseconds that `Retry-After` asks for, in seconds or up to a date by the clock of the other side. */
function askedFor({
  'retry-after': text = '',
  date = '',
}: IncomingHttpHeaders): number | undefined {
  const isDate = /^[A-Z][a-z]+, .* GMT$/.test(text);
  const asked = isDate
    ? Date.parse(text) - (Date.parse(date) || Date.now())
    : /^\d+(?:\.\d+)?$/.test(text)
      ? Number(text) * 1000
      : Number.NaN;
  return Number.isNaN(asked) ? undefined : Math.min(Math.max(asked, 0), LONGEST_AFTER);
}

/** Why alerts were not taken. */
function whyOf({ status, text, location }: FullAnswer, target: SinkTarget): string {
  const isElsewhere = status >= 300 && status < 400 && location !== undefined;
  const said = isElsewhere ? placeOf(location, target) : cleared(text, target);
  return `HTTP ${status}${said === '' ? '' : `: ${said}`}`;
}

/** Where a redirection leads, without its path: that may be a secret, as in URLs of Slack. */
function placeOf(location: string, { to }: SinkTarget): string {
  const origin = URL.canParse(location, to) ? new URL(location, to).origin : '';
  const place =
    origin === new URL(to).origin ? 'another path of it' : `${origin}, which is not followed`;
  return `it redirects to ${place}`;
}

/** The start of an answer. Some servers repeat what they were sent: credentials are for nobody to see. */
function cleared(text: string, { to, token, header }: SinkTarget): string {
  const { pathname, searchParams } = new URL(to);
  const secrets = [
    token?.replace(/^\w+ /, '') ?? '',
    ...pathname.split('/'),
    ...searchParams.values(),
    header?.[1] ?? '',
  ];
  const clear = secrets
    .filter((secret, i) => secret.length >= (i === 0 ? 1 : LEAST_SECRET))
    .reduce((rest, secret) => rest.replaceAll(secret, '…'), text);
  return clear.slice(0, 200).replaceAll(/\s+/g, ' ');
}

/** The header of a token: as it is given when it names its scheme, such as `Basic …`. */
export function authorization(
  token: string | undefined,
  scheme = 'Bearer',
): Record<string, string> {
  if (token === undefined) return {};
  return { authorization: /^\w+ /.test(token) ? token : `${scheme} ${token}` };
}
