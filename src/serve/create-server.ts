import { createServer as createHttp, type RequestListener, type Server } from 'node:http';
import { createServer as createHttps, type Server as HttpsServer } from 'node:https';
import type { Keys } from './key-files.ts';
import type { ReceiverLimits } from './receiver-options.ts';

/** A server of HTTP, or of HTTPS where there is a certificate, that cuts off who is too slow. */
export function createServer(
  { tls }: Keys,
  limits: ReceiverLimits,
  listener: RequestListener,
): Server | HttpsServer {
  const times = {
    headersTimeout: limits.headers,
    requestTimeout: limits.request,
    connectionsCheckingInterval: limits.check,
    keepAliveTimeout: limits.idle,
  };
  if (tls === undefined) return createHttp(times, listener);
  return createHttps(
    // Who has no certificate may ask for /healthz all the same.
    {
      ...times,
      ...tls,
      minVersion: 'TLSv1.2',
      handshakeTimeout: limits.headers,
      requestCert: tls.ca !== undefined,
      rejectUnauthorized: false,
    },
    listener,
  );
}
