import { errorCode } from '../util/errors.ts';

const TEXTS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a directory',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'no such file or directory',
  ENOSPC: 'no space left on the device',
  EROFS: 'read-only file system',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'name too long',
  ENXIO: 'no such device or address',
  EIO: 'input/output error',
  EFBIG: 'larger than files may be here',
  EDQUOT: 'disk quota exceeded',
  ENFILE: 'too many open files on this machine',
  ENOMEM: 'out of memory',
  ESTALE: 'stale handle of a network file system',
  EBUSY: 'in use',
  EEXIST: 'something else has this name',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'names of hosts cannot be looked up now',
  EADDRINUSE: 'the address is in use',
  EADDRNOTAVAIL: 'no such address on this machine',
};

/** An error of a file or an address in words; its code where there are none. */
export function errorText(error: unknown): string {
  return codeText(errorCode(error));
}

/** The words for the code of such an error. */
export function codeText(code: string): string {
  return Object.hasOwn(TEXTS, code) ? TEXTS[code]! : code;
}
