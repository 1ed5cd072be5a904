import { alertmanagerSink } from './kinds/alertmanager.ts';
import { elasticsearchSink } from './kinds/elasticsearch.ts';
import { fileSink } from './kinds/file.ts';
import { httpSink } from './kinds/http.ts';
import { lokiSink } from './kinds/loki.ts';
import { otlpSink } from './kinds/otlp.ts';
import { slackSink } from './kinds/slack.ts';
import { splunkSink } from './kinds/splunk.ts';
import { stdoutSink } from './kinds/stdout.ts';
import { syslogSink } from './kinds/syslog.ts';
import { teamsSink } from './kinds/teams.ts';
import type { SinkKind } from './sink.ts';

/** Every kind of sinks. A new one is a file in `kinds` and a line here. */
export const SINKS: readonly SinkKind[] = [
  stdoutSink,
  fileSink,
  httpSink,
  slackSink,
  teamsSink,
  alertmanagerSink,
  elasticsearchSink,
  splunkSink,
  lokiSink,
  otlpSink,
  syslogSink,
];
