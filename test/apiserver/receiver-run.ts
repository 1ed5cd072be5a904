import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { partsOf } from '../../src/serve/body-source.ts';
import {
  readPosition,
  SegmentReader,
  segmentPath,
  segmentsIn,
} from '../../src/serve/spool/spool-disk.ts';
import { folder, ruleText } from '../cli/events.ts';
import { startCli, type RunningCli } from '../cli/run-cli.ts';
import type { Certificates } from '../serve/certificates.ts';

export interface Alert {
  readonly rule: string;
  readonly k8s_audit: { readonly auditID: string; readonly stage: string; readonly file: string };
}

export interface Event {
  readonly auditID: string;
  readonly stage: string;
  readonly requestURI: string;
  readonly stageTimestamp: string;
}

/** What tells an event from all others. */
export const keyOf = ({ auditID, stage }: Pick<Event, 'auditID' | 'stage'>): string =>
  `${auditID} ${stage}`;

/** Alerts that a run has written; a line that a kill cut is none. */
export const alertsOf = (run: RunningCli): Alert[] =>
  run.output.stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Alert);

const RULES =
  ruleText('Every', 'ka.auditid exists', { priority: 'INFORMATIONAL' }) +
  ruleText('Deleted', 'ka.verb = delete and ka.stage = ResponseComplete', { priority: 'ERROR' });

/** `serve` on one port and one spool, run after run. It asks for a client certificate and a token. */
export class ReceiverRuns {
  readonly runs: RunningCli[] = [];
  readonly spool = join(folder(), 'spool');
  /** When each alert was seen, by audit ID: of events that went into the log the latency is known. */
  readonly seen = new Map<string, number>();
  readonly #rules = join(folder({ 'rules.yaml': RULES }), 'rules.yaml');
  readonly #port: number;
  readonly #sink: string;
  readonly #files: Certificates;
  readonly #keys: { readonly cert: string; readonly key: string; readonly token: string };

  /** @param sink URL that gets grave findings */
  constructor(port: number, sink: string, files: Certificates, token: string) {
    this.#port = port;
    this.#sink = sink;
    this.#files = files;
    const dir = folder();
    const at = (name: string): string => join(dir, name);
    this.#keys = { cert: at('tls.crt'), key: at('tls.key'), token: at('token') };
    this.useCertificate('serve');
    this.useToken(token);
    files.issue('probe');
  }

  get last(): RunningCli {
    return this.runs.at(-1)!;
  }

  /** Has the receiver show another certificate. @returns its path */
  useCertificate(name: string): string {
    const { cert, key } = this.#files.issue(name);
    copyFileSync(key, this.#keys.key);
    copyFileSync(cert, this.#keys.cert);
    return cert;
  }

  /** Has the receiver ask for another token. */
  useToken(token: string): void {
    writeToken(this.#keys.token, token);
  }

  /** Starts the receiver anew. */
  async start(): Promise<RunningCli> {
    const { cert, key, token } = this.#keys;
    const run = startCli([
      'serve',
      `--listen=127.0.0.1:${this.#port}`,
      `--tls-cert=${cert}`,
      `--tls-key=${key}`,
      `--client-ca=${join(this.#files.dir, 'ca.crt')}`,
      `--token-file=${token}`,
      '--open-admission',
      `--spool=${this.spool}`,
      '--no-default-rules',
      `--rules=${this.#rules}`,
      '--format=ndjson',
      `--to=http=${this.#sink},min=high`,
    ]);
    run.child.stdout!.on('data', (data) => {
      for (const [, id] of String(data).matchAll(/"auditID":"([^"]+)"/g))
        if (!this.seen.has(id!)) this.seen.set(id!, Date.now());
    });
    await Promise.race([run.shows('listening on https://'), run.done]);
    if (!run.output.stderr.includes('listening on'))
      throw new Error(`serve does not listen: ${run.output.stderr}`);
    this.runs.push(run);
    return run;
  }

  kill(): void {
    for (const { child } of this.runs) child.kill('SIGKILL');
  }

  /** The text of /metrics. */
  metrics(token: string): Promise<string> {
    const { ca, dir } = this.#files;
    const file = (name: string): Buffer => readFileSync(join(dir, name));
    return metricsAt({
      port: this.#port,
      token,
      ca,
      cert: file('probe.crt'),
      key: file('probe.key'),
    });
  }

  /** Events of batches that were acknowledged and whose findings have not gone out, as the disk has them. */
  held(): { readonly bodies: number; readonly events: readonly Event[] } {
    const place = readPosition(this.spool);
    const events: Event[] = [];
    let bodies = 0;
    for (const segment of segmentsIn(this.spool)) {
      if (segment < place.segment) continue;
      const reader = new SegmentReader(segmentPath(this.spool, segment));
      let offset = segment === place.segment ? place.offset : 0;
      for (;;) {
        const entry = reader.at(offset, reader.size);
        if (entry.kind === 'end') break;
        if (entry.kind === 'damaged') throw new Error('the spool is damaged');
        bodies++;
        const list = JSON.parse(
          Buffer.concat(Array.from(partsOf(entry.source), (part) => Buffer.from(part))).toString(),
        ) as { readonly items?: Event[] };
        events.push(...(list.items ?? []));
        offset = entry.end;
      }
      reader.close();
    }
    return { bodies, events };
  }
}

/** Writes a token as who changes it should: whole or not at all. */
export function writeToken(path: string, token: string): void {
  writeFileSync(`${path}.new`, `${token}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Asks for /metrics. @throws when the answer is another than 200 */
function metricsAt({
  token,
  ...tls
}: {
  readonly port: number;
  readonly token: string;
  readonly ca: string;
  readonly cert: Buffer;
  readonly key: Buffer;
}): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', path: '/metrics', headers, agent: false, ...tls },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => (text += String(part)));
        response.on('error', reject).on('end', () => {
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`/metrics answered ${response.statusCode}`));
        });
      },
    );
    sent.on('error', reject).end();
  });
}

/** A number of the text of /metrics, summed up over labels. */
export function metric(text: string, name: string): number {
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
