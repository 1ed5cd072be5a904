import { SENT, type SinkKind } from '../sink.ts';

/** Alert objects as lines on standard output. */
export const stdoutSink: SinkKind = {
  name: 'stdout',
  target: 'none',
  help: 'alerts as lines of JSON on standard output',
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
