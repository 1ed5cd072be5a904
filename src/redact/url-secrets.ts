import type { Mark } from './marks.ts';

/** `https://user:password@host`; a user may be missing, a password may hold an `@`. */
const USERINFO = /:\/\/(?![^\s/]{0,256}:\d{1,5},)[^\s/:@"'<>?#]{0,128}:([^\s/"'<>]{1,256})@/g;
/** `https://TOKEN@host`: too long for a user's name. */
const TOKEN = /:\/\/([\w.~%-]{20,256})@/g;
/** `jdbc:oracle:thin:user/password@host`. */
const THIN = /\bthin:[^\s/:@"']{1,64}\/([^\s@"']{1,128})@/g;
/** `user:password@tcp(host:3306)`, as Go's database drivers have it. */
const DRIVER = /(?<![\w.-])[\w.-]{1,64}:([^\s"'@/:]{1,128})@(?:tcp|unix)\(/g;
const REFERENCE = /^(?:\$[({]|\{\{|\[redacted\]$|\*+$)/;

/** Marks the passwords of URLs. */
export function markUrls(text: string, mark: Mark): void {
  if (!text.includes('@')) return;
  const patterns = text.includes('://') ? [USERINFO, TOKEN] : [];
  if (text.includes('thin:')) patterns.push(THIN);
  if (text.includes('@tcp(') || text.includes('@unix(')) patterns.push(DRIVER);
  for (const pattern of patterns) {
    for (const match of text.matchAll(pattern)) {
      const secret = match[1]!;
      if (REFERENCE.test(secret)) continue;
      if (pattern === TOKEN && !/\d/.test(secret)) continue;
      const start = match.index + match[0].lastIndexOf('@') - secret.length;
      mark(start, start + secret.length);
    }
  }
}
