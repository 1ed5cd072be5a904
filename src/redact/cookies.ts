/** Headers whose value is a list of cookies (RFC 6265). */
export const COOKIE_HEADER = /^(?:set-)?cookie$/i;

const FIRST = /[^\s"'\\;,]+/y;
const FURTHER = /; ?[^\s"'\\;,=]{1,128}=[^\s"'\\;,]*/y;

/**
 * Where the cookies end that begin at a place in a text; that place when there are none. Not one pattern with a group
 * that repeats: V8 notes each round of it, and has no room for millions of them.
 */
export function cookiesEnd(text: string, from: number): number {
  let end = from;
  for (let cookie = FIRST; ; cookie = FURTHER) {
    cookie.lastIndex = end;
    if (!cookie.test(text)) return end;
    end = cookie.lastIndex;
  }
}
