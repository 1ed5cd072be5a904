// Room sinks/kinds: one file a kind of sink: what it is told, and how that is written for the other side.
// Door: each file is taken by ../table.ts, and by nobody else.
// Neighbours: uses ../alert.ts and ../http-port.ts; delivery.ts decides when something is sent.
// Inside: a kind is a record; a mapping keeps within the sizes that the other side takes.

import { authorization, httpPort } from '../http-port.ts';
import type { SinkKind } from '../sink.ts';

/** One alert object a request, as Falco's http_output sends it and falcosidekick takes it. */
export const httpSink: SinkKind = {
  name: 'http',
  target: 'url',
  usage: 'http=URL',
  help: "one alert object a POST, as Falco's `http_output` sends it and falcosidekick takes it",
  people: false,
  most: 1,
  open: (target) =>
    httpPort(target, ([alert]) => ({ body: alert!.line, headers: authorization(target.token) })),
};
