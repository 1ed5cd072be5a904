import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { errorText } from '../io/error-text.ts';
import { readWholeFile } from '../io/text-file.ts';
import { KnownError } from '../util/errors.ts';
import { certificatesFault } from '../io/pem.ts';

/** Files with keys, as the user names them. */
export interface KeyPaths {
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly clientCa: string | undefined;
  readonly token: string | undefined;
}

/** What the files hold. */
export interface Keys {
  readonly tls:
    | { readonly cert: string; readonly key: string; readonly ca: string | undefined }
    | undefined;
  /** The accepted tokens: while one is replaced by another, both are. */
  readonly tokens: readonly string[] | undefined;
}

/** Reads certificate, key, client CA and token. @throws KnownError when one is missing or of no use */
export function readKeys({ cert, key, clientCa, token }: KeyPaths): Keys {
  if ((cert === undefined) !== (key === undefined)) {
    throw new KnownError(
      'usage',
      '--tls-cert and --tls-key belong together: one of them is missing',
    );
  }
  const tokens = token === undefined ? undefined : readTokens(token);
  if (cert === undefined || key === undefined) return { tls: undefined, tokens };
  const tls = {
    cert: readCertificates('certificate', cert),
    key: read('key', key),
    ca: clientCa === undefined ? undefined : readCertificates('client CA', clientCa),
  };
  // Node takes an empty one for none, and then fails at each handshake.
  if (tls.key === '') throw new KnownError('config', `key ${key} cannot be used: it is empty`);
  try {
    createSecureContext(tls);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KnownError('config', `certificate ${cert} and key ${key} cannot be used: ${reason}`);
  }
  return { tls, tokens };
}

function readCertificates(what: string, path: string): string {
  const text = read(what, path);
  const fault = certificatesFault(text);
  if (fault !== undefined)
    throw new KnownError('config', `${what} ${path} cannot be used: ${fault}`);
  return text;
}

/** The tokens of a file, one a line. */
function readTokens(path: string): string[] {
  const tokens = read('token', path)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (tokens.length === 0 || tokens.some((each) => /\s/.test(each))) {
    throw new KnownError('config', `token file ${path}: a token is one word, alone on its line`);
  }
  return tokens;
}

function read(what: string, path: string): string {
  try {
    return readWholeFile(path).toString('utf8');
  } catch (error) {
    throw new KnownError('config', `cannot read ${what} ${path}: ${errorText(error)}`);
  }
}

/** From when to when a certificate counts, in milliseconds since the epoch. */
export interface CertificateDates {
  readonly from: number;
  readonly to: number;
}

/** The dates of the certificate; undefined without one. */
export function datesOf({ tls }: Keys): CertificateDates | undefined {
  if (tls === undefined) return undefined;
  const { validFrom, validTo } = new X509Certificate(tls.cert);
  return { from: Date.parse(validFrom), to: Date.parse(validTo) };
}

/** What API servers have against a certificate at a time: that it has expired, or counts later; undefined for nothing. */
export function datesFault({ from, to }: CertificateDates, now: number): string | undefined {
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  if (now > to) return `the certificate has expired on ${day(to)}`;
  if (now < from) return `the certificate counts from ${day(from)} on only`;
  return undefined;
}
