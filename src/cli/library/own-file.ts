import { basename, extname } from 'node:path';
import { inUtf8, readWholeFile } from '../../io/text-file.ts';
import type { IpList } from '../../fields/field.ts';
import { errorText } from '../../io/error-text.ts';
import type { YamlSource } from '../../yaml/yaml-node.ts';
import { KnownError } from '../../util/errors.ts';
import { readIpRanges } from '../../util/ip-ranges.ts';

/**
 * Reads a file that the user names.
 *
 * @param what it holds, as in "cannot read policies"
 * @throws KnownError when it cannot be read
 */
export function readOwnFile(what: string, name: string): YamlSource {
  return { name, text: readOwnBytes(what, name).toString('utf8') };
}

/** The same, as bytes of UTF-8. @throws KnownError when it cannot be read */
function readOwnBytes(what: string, name: string): Buffer {
  try {
    return inUtf8(readWholeFile(name));
  } catch (error) {
    throw new KnownError('config', `cannot read ${what} ${name}: ${errorText(error)}`);
  }
}

/**
 * Reads files of addresses and networks. A list is named after its file, without folder and ending.
 *
 * @throws KnownError for a file that cannot be read, a line that is no address, and two lists of one name
 */
export function readIpLists(files: readonly string[]): IpList[] {
  const byName = new Map<string, string>();
  return [...new Set(files)].map((file) => {
    const name = basename(file, extname(file));
    const before = byName.get(name);
    if (before !== undefined) {
      throw new KnownError(
        'usage',
        `--ip-list ${before} and ${file} are both called ${name}`,
        'rules tell lists apart by the name of the file: rename one',
      );
    }
    byName.set(name, file);
    return { name, ranges: readIpRanges(file, readOwnBytes('addresses', file)) };
  });
}
