// Lines with several events in them, as products write them and as nobody does.

const text = JSON.stringify;
const list = (head, tail, element) => (events, random) =>
  `${head}${events.map((one, i) => element(one, i, random)).join(random.chance(90) ? ',' : ' , ')}${tail}`;
const raw = (event) => event;

/** A line that holds events, from their texts. @type {Record<string, (events: string[], random: any) => string>} */
export const CONTAINERS = {
  array: list('[', ']', raw),
  'array of texts': list('[', ']', text),
  'array of arrays': list('[[', ']]', raw),
  'event list': list(
    '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[',
    ']}',
    raw,
  ),
  'list of items': list('{"apiVersion":"v1","items":[', '],"kind":"List"}', raw),
  'get-log-events': list(
    '{"events":[',
    '],"nextForwardToken":"f/1"}',
    (one, i) =>
      `{"logStreamName":"audit-${i >> 2}","timestamp":17673230${i},"message":${text(one)},"ingestionTime":1}`,
  ),
  subscription: list(
    '{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"/aws/eks/prod/cluster","logStream":"audit-1","logEvents":[',
    ']}',
    (one, i) => `{"id":"${i}","timestamp":1,"message":${text(one)}}`,
  ),
  kinesis: list('{"Records":[', ']}', (one) => `{"Data":${text(one)}}`),
  'AKS records': list(
    '{"records":[',
    ']}',
    (one, i, random) =>
      `{"category":"kube-audit","resourceId":"/CLUSTERS/C${i % 3}","properties":{"log":${random.chance(80) ? text(`${one}\n`) : one},"pod":"p"}}`,
  ),
  'records of events': list('{"records":[', ']}', raw),
  otlp: list(
    '{"resourceLogs":[{"resource":{"attributes":[{"key":"k8s.cluster.name","value":{"stringValue":"prod"}}]},"scopeLogs":[{"logRecords":[',
    ']}]}]}',
    (one, i, random) =>
      `{"timeUnixNano":"1","body":${random.chance(90) ? `{"stringValue":${text(one)}}` : one},"attributes":[${random.chance(5) ? one : ''}]}`,
  ),
  loki: list(
    '{"status":"success","data":{"result":[{"stream":{"cluster":"c","pod":"p"},"values":[',
    ']}]}}',
    (one, i) => `["${i}",${text(one)}]`,
  ),
  'search hits': list(
    '{"hits":{"total":1,"hits":[',
    ']}}',
    (one, i, random) =>
      `{"_id":"${i}","_source":${random.chance(50) ? one : `{"message":${text(one)}}`}}`,
  ),
  insights: list(
    '{"results":[',
    ']}',
    (one) => `[{"field":"@message","value":${text(one)}},{"field":"@logStream","value":"s"}]`,
  ),
  table: list(
    '{"tables":[{"columns":[{"name":"Time"},{"name":"log_s"}],"rows":[',
    ']}]}',
    (one) => `["now",${text(one)}]`,
  ),
  docker: list('[', ']', (one, i, random) => {
    const whole = `${one}${random.chance(80) ? '\n' : ''}`;
    const cut = random.chance(15) ? random.below(whole.length) : 0;
    const part = (log) => `{"log":${text(log)},"stream":"stdout","time":"t"}`;
    return cut > 0 ? `${part(whole.slice(0, cut))},${part(whole.slice(cut))}` : part(whole);
  }),
  journald: list(
    '[',
    ']',
    (one, i, random) =>
      `{"MESSAGE":${text(one)},"__REALTIME_TIMESTAMP":"1","_HOSTNAME":"n${i % 2}"${random.chance(20) ? ',"_STREAM_ID":"s"' : ''}${random.chance(5) ? ',"_LINE_BREAK":"line-max"' : ''}}`,
  ),
  elastic: list('[', ']', (one) => `{"kubernetes":{"audit":${one}},"agent":{"hostname":"h"}}`),
  fluent: list(
    '[',
    ']',
    (one, i, random) =>
      `{"log":"x","log_processed":${random.chance(70) ? one : text(one)},"kubernetes":{"host":"n${i % 2}"}}`,
  ),
  BigQuery: list(
    '[',
    ']',
    (one) => `{"protopayload_auditlog":${text(one)},"resource":{"labels":{}}}`,
  ),
  GKE: list(
    '[',
    ']',
    (one) =>
      `{"protoPayload":{"serviceName":"k8s.io","methodName":"io.k8s.core.v1.pods.create","resourceName":"core/v1/pods/x","request":${one}},"timestamp":"2026-01-02T03:04:05Z"}`,
  ),
  'an unknown wrapper': list('{"outer":{"inner":[', ']}}', (one, i, random) =>
    random.chance(50) ? `{"what":${text(one)}}` : one,
  ),
  'members that nobody reads': list(
    '{"a":1,"events":[',
    ']}',
    (one) => `{"other":${one},"message":${text(one)},"tags":[${text(one)}]}`,
  ),
  'many members': (events) => `{${events.map((one, i) => `"m${i}":${text(one)}`).join(',')}}`,
  'keys that are events': list(
    '{"events":[',
    ']}',
    (one) => `{"message":${text(one)},${text(one)}:1}`,
  ),
};

const MARK = 'k8s-audit stand-in';
const STAND_IN = `{"kind":"Event","apiVersion":"audit.k8s.io/v1","stageTimestamp":"2000-01-01T00:00:00Z","${MARK}":0}`;

const insert = (line, at, part, cut = 0) => line.slice(0, at) + part + line.slice(at + cut);
const add = (one, member) => one.replace(/\}$/, `,${member}}`);

/** What can be the matter with an event in a list. */
const ELEMENTS = [
  (one, random) => one.slice(0, random.below(one.length)),
  (one, random) =>
    insert(one, random.below(one.length), random.pick(['"', '\\', '{', '}', ',', ' ', '\n', '\t'])),
  (one, random) => insert(one, random.below(one.length), '', 1),
  (one) => `${one}\r\n`,
  (one) => ` ${one} `,
  (one) => `${one}x`,
  (one) => `${one}${one}`,
  (one) => text({ message: one }),
  (one) => text({ log: `${one}\n`, stream: 'stdout', time: 't' }),
  (one) => `2026-01-02T03:04:05.678Z stdout F ${one}`,
  (one) => one.replaceAll('":', '": '),
  (one) => one.replace('"verb"', '"\\u0076erb"'),
  (one) => one.replace(/"auditID":"(.)/, '"auditID":"\\u0041$1'),
  (one) => one.replace('"userAgent":"', '"userAgent":"\\ud83d\\ude00 \\u00e9 \\u2028 é \\ud800'),
  (one) => one.replace('"userAgent":"', '"userAgent":"\\u001b[31m \\/ \\t'),
  (one) => one.replace('"userAgent":"', '"userAgent":"\u001b[31m'),
  (one) => one.replace('"requestURI"', '"hostname":"n9","kubernetes":{"host":"h"},"requestURI"'),
  (one) => one.replace('"authorization.k8s.io/reason"', '"authorization_k8s_io/reason"'),
  (one) => add(one, '"annotations":{"a_b.io/c":"d"}'),
  (one) => add(one, '"stringValue":"x"'),
  (one) => add(one, '"message":"{}"'),
  (one) => add(one, '"log":"text"'),
  (one) => add(one, '"serviceName":"k8s.io","methodName":"io.k8s.core.v1.pods.create"'),
  (one) => add(one, `"${MARK}":1`),
  (one) => add(one, '"k8s-audit stand\\u002din":0'),
  () => STAND_IN,
  () => STAND_IN.replace('-in', '\\u002din'),
  (one) => one.replace('"kind":"Event",', ''),
  (one) => one.replace('"kind":"Event","apiVersion":"audit.k8s.io/v1",', ''),
  (one) => one.replace('"audit.k8s.io/v1"', '"v1"'),
  (one) => one.replace(/"stageTimestamp":"[^"]*"/, '"stageTimestamp":"then"'),
  (one) => one.replace(/"verb":"\w+",?/, ''),
  (one) => `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[${one},${one}]}`,
  (one) => one.replace('"userAgent":"', `"userAgent":"${'x'.repeat(16_384 - one.length)}`),
  (one) => one.replace('"userAgent":"', `"userAgent":"${'x'.repeat(16_383 - one.length)}`),
  (one) => add(one, `"x":${'['.repeat(70)}${']'.repeat(70)}`),
  () => 'I0102 03:04:05.123456       1 main.go:9] auditID',
  () => 'null',
  () => '{}',
  () => '{"auditID":1}',
  () => '',
];

/** What can be the matter with a line. */
const LINES = [
  (line, random) =>
    insert(
      line,
      random.below(line.length),
      random.pick(['"', '\\', '{', '}', '[', ']', ',', ':', ' ', '0']),
    ),
  (line, random) => insert(line, random.below(line.length), '', 1),
  (line, random) => line.slice(0, random.below(line.length)),
  (line) => `${line}\r`,
  (line) => ` ${line}`,
  (line) => `\ufeff${line}`,
  (line) => `${line} x`,
  (line) => `${line}${line}`,
  (line) => line.replaceAll('\\"', '\\u0022'),
  (line) => line.replaceAll('/', '\\/'),
  (line) => line.replaceAll('":', '": '),
  (line) => line.replace(/\]\}?$/, ',null,1,"x",{}$&'),
  (line) => line.replace('"kind":"Event"', '"kind":"\u001b[1mEvent"'),
  (line) => line.replace('{', `{"${MARK}":3,`),
  (line) => text(line),
  (line) => `{"message":${text(line)}}`,
  (line) => `[${line},${line}]`,
  (line) => `${'['.repeat(20)}${line}${']'.repeat(20)}`,
  (line) => line.replaceAll(',', ',\n'),
];

/**
 * A log of such lines, with others between them.
 *
 * @param event gives the text of a new event
 */
export function listsLog(random, lines, event) {
  const names = Object.keys(CONTAINERS);
  const usual = random.pick(names);
  return Array.from({ length: lines }, () => {
    if (random.chance(15)) return event();
    const events = Array.from({ length: random.below(random.chance(10) ? 60 : 7) }, () => {
      const one = event();
      return random.chance(25) ? random.pick(ELEMENTS)(one, random) : one;
    });
    // An event that comes twice, in other places.
    if (random.chance(10) && events.length > 0) events.push(events[0]);
    let line = CONTAINERS[random.chance(60) ? usual : random.pick(names)](events, random);
    for (let n = random.chance(30) ? 1 + random.below(2) : 0; n > 0 && line !== ''; n--) {
      line = random.pick(LINES)(line, random);
    }
    return line;
  }).join(random.chance(90) ? '\n' : '\r\n');
}
