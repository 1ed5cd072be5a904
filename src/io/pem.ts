import { X509Certificate } from 'node:crypto';

const BEGIN = /^-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/gm;

/**
 * What is wrong with a text that is to hold certificates in PEM; undefined for nothing. Node takes any text: without a
 * certificate it trusts the authorities of the system, or nobody, and it passes over one that is there in part, as while
 * a file is written.
 */
export function certificatesFault(text: string): string | undefined {
  const starts = [...text.matchAll(BEGIN)].map(({ index }) => index);
  if (starts.length === 0) return 'it holds no certificate in PEM';
  const broken = starts.findIndex((start, i) => !isCertificate(text.slice(start, starts[i + 1])));
  return broken === -1 ? undefined : `its certificate ${broken + 1} is broken, or there in part`;
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).subject !== undefined;
  } catch {
    return false;
  }
}
