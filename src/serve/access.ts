import { createHash, timingSafeEqual, type BinaryLike } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

/** Why a request is not let in. */
export type AccessRefusal =
  | 'no token'
  | 'wrong token'
  | 'no client certificate'
  | 'wrong client certificate';

/** What a request must show; all of it. */
export interface Access {
  /** Bearer tokens; any of them is accepted. */
  readonly tokens: readonly string[] | undefined;
  /** True when clients need a certificate of the client CA. */
  readonly certificate: boolean;
}

/** Whether a request may pass; undefined when it may. Tokens are compared in constant time, each with all. */
export function refusalOf(
  { headers, socket }: IncomingMessage,
  access: Access,
): AccessRefusal | undefined {
  if (access.certificate) {
    if (!(socket instanceof TLSSocket) || !socket.authorized) {
      const shown = socket instanceof TLSSocket ? socket.getPeerCertificate() : {};
      return Object.keys(shown).length === 0 ? 'no client certificate' : 'wrong client certificate';
    }
  }
  if (access.tokens === undefined) return undefined;
  const given = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  if (given === undefined) return 'no token';
  const shown = digest(given);
  const equal = access.tokens.filter((token) => timingSafeEqual(shown, digest(token)));
  return equal.length > 0 ? undefined : 'wrong token';
}

/** Digests have one length, so that the comparison tells nothing of that of the token. */
function digest(text: BinaryLike): Uint8Array {
  return createHash('sha256').update(text).digest();
}

/** What is wrong with a certificate that was shown, as that it has expired; empty for other refusals. */
export function faultOf(refusal: AccessRefusal, { socket }: IncomingMessage): string {
  if (refusal !== 'wrong client certificate' || !(socket instanceof TLSSocket)) return '';
  // A code of OpenSSL, such as CERT_HAS_EXPIRED.
  const code = String(socket.authorizationError);
  return ` (${code.toLowerCase().replaceAll('_', ' ')})`;
}
