import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder } from '../cli/events.ts';

/** Certificates of an authority of the tests. */
export interface Certificates {
  readonly dir: string;
  /** The authority's certificate. */
  readonly ca: string;
  /** Makes a certificate for 127.0.0.1 and localhost, or for other hosts, or of a client. @returns paths */
  issue(name: string, hosts?: string): { readonly cert: string; readonly key: string };
}

/** Makes an authority. Needs openssl. */
export function certificates(): Certificates {
  const dir = folder();
  const at = (name: string): string => join(dir, name);
  const run = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: dir, stdio: 'ignore' });
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  run(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-subj',
    '/CN=tests',
    '-days',
    '3650',
  );
  return {
    dir,
    ca: readFileSync(at('ca.crt'), 'utf8'),
    issue(name, hosts = 'IP:127.0.0.1,DNS:localhost') {
      const subject = `/CN=${name}`;
      run(
        'req',
        ...key,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
        '-subj',
        subject,
        '-addext',
        `subjectAltName=${hosts}`,
      );
      run(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        'ca.crt',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-copy_extensions',
        'copy',
        '-days',
        '3650',
        '-out',
        `${name}.crt`,
      );
      return { cert: at(`${name}.crt`), key: at(`${name}.key`) };
    },
  };
}
