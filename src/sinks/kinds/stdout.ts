import { SENT, type SinkKind } from '../sink.ts';

/** Alert objects as lines on standard output. */
export const stdoutSink: SinkKind = {
  name: 'stdout',
  target: 'none',
  usage: 'stdout',
  help: 'alert objects as lines of JSON, as `-f ndjson` writes them',
  people: false,
  most: 100,
  open: (_target, { write }) => ({
    send(alerts) {
      for (const { line } of alerts) write(`${line}\n`);
      return Promise.resolve(SENT);
    },
    close: () => undefined,
  }),
};
