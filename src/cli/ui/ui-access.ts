import { createHash, timingSafeEqual } from 'node:crypto';

/** What of a request decides whether it is answered. */
export interface Asker {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`: how the page that asks relates to this server; browsers say so themselves. */
  readonly site: string | undefined;
  readonly cookie: string | undefined;
  /** The token in the address, which only the first request has. */
  readonly token: string | undefined;
  /** Whether it could change something: then its page must be known. */
  readonly writes: boolean;
}

/** What opens the door. */
export interface Keys {
  /** For as long as the server runs. */
  readonly token: string;
  /** For one browser; undefined once it was used. */
  readonly once: string | undefined;
}

/** Whether a request is answered: `enter` for one with a token in its address, which becomes a cookie. */
export type Verdict =
  | { readonly pass: true; readonly enter: keyof Keys | undefined }
  | { readonly pass: false; readonly status: 401 | 403 | 421; readonly reason: string };

/** The cookie's name: cookies do not tell ports apart. */
export function cookieName(port: number): string {
  return `k8s_audit_${port}`;
}

/**
 * Whether a request comes from the page that this server gave out, to whom knows the token.
 *
 * A page of another site can send requests here. Its browser then names that site, or asks for another host where a
 * name was made to lead to this machine; neither passes, with or without a token.
 */
export function verdictOn(asker: Asker, port: number, { token, once }: Keys): Verdict {
  const { host, origin, site } = asker;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (host === undefined || !hosts.includes(host)) {
    return { pass: false, status: 421, reason: 'this server has another name' };
  }
  const isOwnOrigin = origin === undefined ? !asker.writes : origin === `http://${host}`;
  const isOwnSite = site === undefined || site === 'same-origin' || site === 'none';
  if (!isOwnOrigin || !isOwnSite) {
    return { pass: false, status: 403, reason: 'pages of other sites are not answered' };
  }
  if (asker.token !== undefined) {
    if (isSame(asker.token, token)) return { pass: true, enter: 'token' };
    if (once !== undefined && isSame(asker.token, once)) return { pass: true, enter: 'once' };
  }
  const known = cookieOf(asker.cookie ?? '', cookieName(port));
  if (known !== undefined && isSame(known, token)) return { pass: true, enter: undefined };
  return { pass: false, status: 401, reason: 'open the address that k8s-audit ui printed' };
}

/** Compares in a time that tells nothing of where two texts differ. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

function cookieOf(header: string, name: string): string | undefined {
  const pairs = header.split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
