import { createHash } from 'node:crypto';
import { auditOf, fieldOf, type Alert } from '../alert.ts';
import { isObject, member, type JsonValue } from '../../json/value.ts';
import { ecsDocument } from '../../outputs/encode/ecs-document.ts';
import { encodeJson, type Encodable } from '../../outputs/encode/json-encode.ts';
import { authorization, httpPort, type HttpAnswer } from '../http-port.ts';
import { SENT, SinkDown, type Outcome, type SinkKind, type SinkTarget } from '../sink.ts';

const DEFAULT_INDEX = 'k8s-audit';

/**
 * The bulk API of Elasticsearch and OpenSearch, with documents in the Elastic Common Schema. An alert has an ID of its
 * own, so that one that is sent again is there once. The path of the URL is the index or data stream.
 */
export const elasticsearchSink: SinkKind = {
  name: 'elasticsearch',
  target: 'url',
  usage: 'elasticsearch=URL/INDEX',
  help: 'documents in ECS by the bulk API, of OpenSearch too; `token=` is an API key. Each has an ID of its own, so none is there twice',
  people: false,
  most: 200,
  open: (target) => {
    const url = new URL(target.to);
    if (url.pathname === '/') url.pathname = `/${DEFAULT_INDEX}`;
    return httpPort(
      // What it has of files may change.
      Object.create(target, { to: { value: url.href } }) as SinkTarget,
      (alerts) => ({
        path: '/_bulk',
        type: 'application/x-ndjson',
        headers: authorization(target.token, 'ApiKey'),
        body: alerts
          .flatMap((alert) => [JSON.stringify({ create: { _id: idOf(alert) } }), documentOf(alert)])
          .map((line) => `${line}\n`)
          .join(''),
      }),
      judge,
    );
  },
};

/**
 * Equal for an alert that is sent again, and for no other one: who sends a request may choose its audit ID, of any length,
 * and give all requests the same.
 */
function idOf(alert: Alert): string {
  const own = ['fingerprint', 'auditID', 'stage', 'cluster'].map((name) => auditOf(alert, name));
  const parts = [...own, alert.time, alert.text, JSON.stringify(alert.fields)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}

function documentOf(alert: Alert): string {
  const field = (name: string): string | undefined => fieldOf(alert, name);
  return encodeJson(
    ecsDocument({
      ...alert,
      message: alert.text,
      ruleId: undefined,
      auditId: auditOf(alert, 'auditID'),
      stage: auditOf(alert, 'stage'),
      file: auditOf(alert, 'file'),
      cluster: auditOf(alert, 'cluster'),
      node: auditOf(alert, 'node'),
      // What rules show in their output; an alert knows no more of its event.
      subject: {
        user: field('ka.user.name'),
        impersonatedUser: field('ka.impuser.name'),
        verb: field('ka.verb'),
        resource: field('ka.target.resource'),
        subresource: field('ka.target.subresource'),
        namespace: field('ka.target.namespace'),
        name: field('ka.target.name'),
        sourceIp: field('ka.sourceips'),
        userAgent: field('ka.useragent'),
        code: field('ka.response.code'),
      },
      own: {
        ...(alert.audit as Record<string, Encodable>),
        output_fields: JSON.stringify(alert.fields),
      },
    }),
  );
}

/** An answer of 200 may hold items that failed: 409 says that it is there already. */
function judge({ text }: HttpAnswer, alerts: readonly Alert[]): Outcome {
  let answer: JsonValue;
  try {
    answer = JSON.parse(text) as JsonValue;
  } catch {
    throw new SinkDown('the answer is no JSON');
  }
  const items = isObject(answer) ? member(answer, 'items') : undefined;
  if (!Array.isArray(items) || items.length !== alerts.length)
    throw new SinkDown('the answer is none of the bulk API');
  let refused = 0;
  let why: string | undefined;
  for (const item of items) {
    const result = isObject(item) ? Object.values(item)[0] : undefined;
    const status = isObject(result) ? Number(member(result, 'status')) : 0;
    if ((status >= 200 && status < 300) || status === 409) continue;
    why = `item refused with ${status}: ${JSON.stringify(isObject(result) ? member(result, 'error') : '').slice(0, 200)}`;
    // Sent again, those that are there are known by their ID.
    if (status === 429 || status >= 500 || !(status >= 400))
      throw new SinkDown(why, undefined, status >= 500);
    refused++;
  }
  return refused === 0 ? SENT : { refused, why };
}
