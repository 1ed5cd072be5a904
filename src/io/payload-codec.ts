import { Buffer } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import type { PayloadCodec } from '../events/decoded.ts';

/** Largest expansion ratio, as for whole files, and the size in bytes from which on it is checked. */
const MAX_RATIO = 500;
const RATIO_GRACE = 1024 * 1024;

/** Text that does not start as JSON is taken for one when it may have an event in it. */
const MARKS = ['auditID', 'audit.k8s.io', 'AUDIT: id='];

/** Decodes base64 payloads: gzip inside (CloudWatch), or text. */
export const payloadCodec: PayloadCodec = {
  decode(base64, limit) {
    const bytes = Buffer.from(base64, 'base64');
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
      const opensJson = bytes[0] === 0x7b || bytes[0] === 0x5b;
      const isText = opensJson || MARKS.some((mark) => bytes.includes(mark));
      return isText ? { text: bytes.toString('utf8') } : { reason: 'bad-base64' };
    }
    const maxOutputLength = Math.min(limit, Math.max(RATIO_GRACE, bytes.length * MAX_RATIO));
    try {
      return { text: gunzipSync(bytes, { maxOutputLength }).toString('utf8') };
    } catch (error) {
      // Node reports the limit as RangeError ERR_BUFFER_TOO_LARGE.
      return { reason: error instanceof RangeError ? 'payload-too-long' : 'bad-base64' };
    }
  },
};
