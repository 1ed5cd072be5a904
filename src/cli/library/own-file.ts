import { readFileSync } from 'node:fs';
import { errorCode } from '../../io/sources.ts';
import type { YamlSource } from '../../yaml/yaml-node.ts';
import { KnownError } from '../../util/errors.ts';

/**
 * Reads a file that the user names.
 *
 * @param what it holds, as in "cannot read policies"
 * @throws KnownError when it cannot be read
 */
export function readOwnFile(what: string, name: string): YamlSource {
  return { name, text: readOwnBytes(what, name).toString('utf8') };
}

/** The same, as bytes. @throws KnownError when it cannot be read */
export function readOwnBytes(what: string, name: string): Buffer {
  try {
    return readFileSync(name);
  } catch (error) {
    const code = errorCode(error);
    const reason = code === 'ENOENT' ? 'no such file' : code;
    throw new KnownError('config', `cannot read ${what} ${name}: ${reason}`);
  }
}
