import { isIpv6 } from './ip.ts';

// One linear look-ahead: `%` not followed by two hex digits (Go net/url EscapeError).
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/;
// oxlint-disable-next-line no-control-regex -- Go net/url refuses exactly these bytes
const CONTROL = /[\0-\x1f\x7f]/;

/**
 * The decoded values of a query parameter, in order.
 *
 * @param uri a request URI as logged
 * @returns undefined when Go's `url.Parse` or `url.ParseQuery` refuses the URI; an empty list when
 *   the parameter is not there
 */
export function queryValues(uri: string, key: string): string[] | undefined {
  const query = rawQuery(uri);
  if (query === undefined || query.includes(';') || BAD_ESCAPE.test(query)) return undefined;
  const values: string[] = [];
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = equals === -1 ? part : part.slice(0, equals);
    if (decodeComponent(name) !== key) continue;
    values.push(equals === -1 ? '' : decodeComponent(part.slice(equals + 1)));
  }
  return values;
}

/**
 * Texts one of which a URI holds that has a query parameter: its name, or a character of it in hexadecimal.
 *
 * @returns undefined for names that a URI may spell in further ways
 */
export function parameterTexts(key: string): string[] | undefined {
  if (!/^[A-Za-z]{3,}$/.test(key)) return undefined;
  const codes = [...new Set(key)].map((char) => char.charCodeAt(0).toString(16));
  const escaped = codes.flatMap((code) => [...new Set([`%${code}`, `%${code.toUpperCase()}`])]);
  return [key, ...escaped];
}

/** The query of a URI as Go's `url.Parse` sees it; undefined when it refuses the URI. */
export function rawQuery(uri: string): string | undefined {
  const hash = uri.indexOf('#');
  const url = hash === -1 ? uri : uri.slice(0, hash);
  if (hash !== -1 && BAD_ESCAPE.test(uri.slice(hash + 1))) return undefined;
  if (CONTROL.test(url)) return undefined;
  if (url === '*') return '';
  if (url.startsWith(':')) return undefined;
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(url)?.[1] ?? '';
  const rest = scheme === '' ? url : url.slice(scheme.length + 1);
  const mark = rest.indexOf('?');
  const path = mark === -1 ? rest : rest.slice(0, mark);
  const query = mark === -1 ? '' : rest.slice(mark + 1);
  return isHierarchyValid(path, scheme) ? query : undefined;
}

function isHierarchyValid(text: string, scheme: string): boolean {
  if (!text.startsWith('/')) {
    // With a scheme this is an opaque URI, which Go does not look into.
    if (scheme !== '') return true;
    const slash = text.indexOf('/');
    if ((slash === -1 ? text : text.slice(0, slash)).includes(':')) return false;
  }
  let path = text;
  if (text.startsWith('//') && (scheme !== '' || !text.startsWith('///'))) {
    const slash = text.indexOf('/', 2);
    const authority = slash === -1 ? text.slice(2) : text.slice(2, slash);
    path = slash === -1 ? '' : text.slice(slash);
    if (!isAuthorityValid(authority)) return false;
  }
  return !BAD_ESCAPE.test(path);
}

function isAuthorityValid(authority: string): boolean {
  const at = authority.lastIndexOf('@');
  if (at === -1) return isHostValid(authority);
  const user = authority.slice(0, at);
  return (
    /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user) &&
    !BAD_ESCAPE.test(user) &&
    isHostValid(authority.slice(at + 1))
  );
}

function isHostValid(host: string): boolean {
  const open = host.lastIndexOf('[');
  if (open > 0) return false;
  if (open === 0) {
    const close = host.lastIndexOf(']');
    return (
      close !== -1 && /^(?::\d*)?$/.test(host.slice(close + 1)) && isIpLiteral(host.slice(1, close))
    );
  }
  const colon = host.lastIndexOf(':');
  if (colon !== -1 && !/^:\d*$/.test(host.slice(colon))) return false;
  return !/[^A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"%\u0080-\uffff]/.test(host) && hasHostEscapes(host);
}

/** A host may escape nothing but bytes outside ASCII, and `%25`. */
function hasHostEscapes(host: string): boolean {
  return !/%(?!25|[89A-Fa-f][0-9A-Fa-f])/.test(host);
}

function isIpLiteral(text: string): boolean {
  const zone = text.indexOf('%25');
  if (zone === -1) return isIpv6(text);
  return text.length > zone + 3 && isIpv6(text.slice(0, zone)) && !BAD_ESCAPE.test(text);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A query component decoded as Go's `url.QueryUnescape`; bytes that are no UTF-8 become U+FFFD. */
function decodeComponent(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  const bytes = encoder.encode(spaced);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 0x25) {
      bytes[length++] = hexDigit(bytes[i + 1]!) * 16 + hexDigit(bytes[i + 2]!);
      i += 2;
    } else {
      bytes[length++] = bytes[i]!;
    }
  }
  return decoder.decode(bytes.subarray(0, length));
}

function hexDigit(code: number): number {
  return code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x61 + 10;
}
