import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { errorText } from '../io/error-text.ts';
import { KnownError } from '../util/errors.ts';

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
  readonly token: string | undefined;
}

/** Reads certificate, key, client CA and token. @throws KnownError when one is missing or of no use */
export function readKeys({ cert, key, clientCa, token }: KeyPaths): Keys {
  if ((cert === undefined) !== (key === undefined)) {
    throw new KnownError(
      'usage',
      '--tls-cert and --tls-key belong together: one of them is missing',
    );
  }
  const text = token === undefined ? undefined : read('token', token).trim();
  if (text === '' || (text !== undefined && /\s/.test(text))) {
    throw new KnownError('config', `token file ${token}: a token is one word`);
  }
  if (cert === undefined || key === undefined) return { tls: undefined, token: text };
  const tls = {
    cert: read('certificate', cert),
    key: read('key', key),
    ca: clientCa === undefined ? undefined : read('client CA', clientCa),
  };
  try {
    createSecureContext(tls);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KnownError('config', `certificate ${cert} and key ${key} cannot be used: ${reason}`);
  }
  return { tls, token: text };
}

function read(what: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new KnownError('config', `cannot read ${what} ${path}: ${errorText(error)}`);
  }
}
