import { errorText } from '../io/error-text.ts';
import { readWholeFile } from '../io/text-file.ts';
import { parseSeverity, type Severity } from '../policies/severity.ts';
import { KnownError } from '../util/errors.ts';
import { certificatesFault } from '../io/pem.ts';
import { didYouMean } from '../util/suggest.ts';
import { proxyOf } from './proxy.ts';
import type { SinkKind, SinkTarget } from './sink.ts';
import { partsOf } from './spec-parts.ts';
import { SINKS } from './table.ts';

/** One sink as `--to` describes it. */
export interface SinkSpec {
  readonly kind: SinkKind;
  readonly target: SinkTarget;
  /** Kind and place, without credentials. */
  readonly name: string;
  readonly minSeverity: Severity | undefined;
  /** Milliseconds between two alerts of a rule; 0 for all. */
  readonly every: number;
}

const PEOPLE_EVERY = 300_000;
const SIZE = 64 * 1024 * 1024;
const KEEP = 5;

/** Reads what numbers and times `--to` has; cli knows how options are written. */
export interface SpecReaders {
  /** Milliseconds; undefined when the text is no duration. */
  readonly duration: (text: string) => number | undefined;
  /** Bytes. */
  readonly size: (text: string) => number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads `KIND`, or `KIND=TARGET` with settings behind commas: `slack=env:SLACK_URL,min=high,every=10m`.
 *
 * @throws KnownError when it is wrong, or a secret is not there
 */
export function readSpec(text: string, readers: SpecReaders): SinkSpec {
  const { name, target: place, settings } = partsOf(text);
  const kind = SINKS.find((each) => each.name === name);
  const names = SINKS.map((each) => each.name);
  if (kind === undefined)
    throw wrong(text, `no sink is called '${name}'`, didYouMean(name, names) ?? names.join(', '));
  const value = (key: string): string | undefined => settings.get(key);
  const read = <T>(key: string, parse: (written: string) => T | undefined): T | undefined => {
    const written = value(key);
    if (written === undefined) return undefined;
    const parsed = parse(written);
    if (parsed === undefined) throw wrong(text, `${key}=${written} is not understood`);
    return parsed;
  };
  const minSeverity = read('min', (written) => parseSeverity(written));
  const every = read('every', (written) => (written === '0' ? 0 : readers.duration(written)));
  const keep = read('keep', (written) => (/^\d{1,3}$/.test(written) ? Number(written) : undefined));
  const size = read('size', readers.size);
  const token = value('token');
  const ca = value('ca');
  const to = targetOf(kind, place, text, readers);
  const byHttp = kind.target === 'url' || kind.target === 'secret';
  const tokenNow =
    token === undefined ? undefined : latest(() => secretOf(token, 'a token', text, readers));
  const header = value('header');
  const headerNow = header === undefined ? undefined : headerOf(header, text, readers);
  const caNow = ca === undefined ? undefined : latest(() => certificatesText(ca, text));
  return {
    kind,
    name: nameOf(kind, place, to),
    minSeverity,
    every: every ?? (kind.people ? PEOPLE_EVERY : 0),
    target: {
      to,
      proxy: byHttp ? proxyOf(new URL(to), readers.env) : undefined,
      get token() {
        return tokenNow?.();
      },
      get header() {
        return headerNow?.();
      },
      get ca() {
        return caNow?.();
      },
      size: size ?? SIZE,
      keep: keep ?? KEEP,
    },
  };
}

/** A URL that is not on the command line is a secret: its name is shown at /metrics and in messages. */
function nameOf({ name, target }: SinkKind, place: string, to: string): string {
  if (target === 'secret' || target === 'none') return name;
  return `${name} ${target !== 'path' && isReference(place) ? place : shown(to)}`;
}

function isReference(text: string): boolean {
  return /^(?:env|file):/.test(text) && !text.startsWith('file://');
}

function targetOf(
  { name, target }: SinkKind,
  text: string,
  spec: string,
  readers: SpecReaders,
): string {
  if (target === 'none') {
    if (text !== '') throw wrong(spec, `${name} has no target`);
    return '';
  }
  if (text === '') throw wrong(spec, `${name} needs a target: ${name}=${EXAMPLES[target]}`);
  if (target === 'path') return text;
  const isHidden = isReference(text);
  if (target === 'secret' && !isHidden) {
    throw wrong(
      spec.replace(text, '…'),
      `the URL of a ${name} webhook lets everybody in who knows it`,
      'give env:NAME or file:PATH',
    );
  }
  const to = isHidden ? secretOf(text, 'a URL', spec, readers) : text;
  const allowed = target === 'address' ? ['tcp:', 'tls:'] : ['http:', 'https:'];
  const url = URL.canParse(to) ? new URL(to) : undefined;
  if (
    url === undefined ||
    !allowed.includes(url.protocol) ||
    url.hostname === '' ||
    (target === 'address' && url.port === '')
  ) {
    throw wrong(spec, `this is no target of ${name}`, `it is like ${EXAMPLES[target]}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw wrong(
      `${name}=…`,
      'credentials in a URL are seen by everybody on the machine',
      'give token=env:NAME or token=file:PATH',
    );
  }
  return to;
}

const EXAMPLES = {
  none: '',
  path: '/var/log/findings.ndjson',
  url: 'https://host:8080',
  secret: 'env:WEBHOOK_URL',
  address: 'tls://host:6514',
} as const;

/** A header of the user's own: its name, and where its value is. @returns what it is now */
function headerOf(
  written: string,
  spec: string,
  readers: SpecReaders,
): () => readonly [name: string, value: string] {
  const [, name, from] = /^([\w-]+):(.*)$/s.exec(written) ?? [];
  if (name === undefined || from === undefined)
    throw wrong(
      spec.replace(written, '…'),
      'header= has no name',
      'it is like header=X-Scope-OrgID:env:TENANT',
    );
  const value = latest(() => secretOf(from, `the value of ${name}`, spec, readers));
  return () => [name, value()];
}

/** A credential, from the environment or a file: everybody on the machine can read a command line. */
function secretOf(text: string, what: string, spec: string, { env }: SpecReaders): string {
  const [, from, name = ''] = /^(env|file):(.+)$/s.exec(text) ?? [];
  if (from === undefined)
    throw wrong(
      spec.replace(text, '…'),
      `${what} is not written on a command line`,
      'give env:NAME or file:PATH',
    );
  const value = (from === 'env' ? env[name] : fileText(name, spec))?.trim() ?? '';
  if (value === '' || /[\r\n]/.test(value)) {
    throw wrong(
      spec,
      from === 'env' ? `the variable ${name} is not set` : `${name} does not hold one line`,
    );
  }
  return value;
}

/**
 * What a file holds now: tokens and authorities are exchanged while a run goes on. While it is gone or being written,
 * what was there before counts.
 *
 * @throws KnownError when it cannot be read the first time
 */
function latest(read: () => string): () => string {
  let last = read();
  return () => {
    try {
      last = read();
    } catch (error) {
      if (!(error instanceof KnownError)) throw error;
    }
    return last;
  };
}

/** Authorities: of a text without any, Node would trust those of the system. */
function certificatesText(path: string, spec: string): string {
  const text = fileText(path, spec);
  const fault = certificatesFault(text);
  if (fault !== undefined) throw wrong(spec, `${path} cannot be used: ${fault}`);
  return text;
}

function fileText(path: string, spec: string): string {
  try {
    return readWholeFile(path).toString('utf8');
  } catch (error) {
    throw wrong(spec, `cannot read ${path}: ${errorText(error)}`);
  }
}

function shown(to: string): string {
  return URL.canParse(to) ? to.split('?')[0]! : to;
}

function wrong(spec: string, message: string, hint?: string): KnownError {
  return new KnownError('usage', `--to ${spec}: ${message}`, hint);
}
