import { azureEnvelopes } from './azure.ts';
import { cloudwatchEnvelopes } from './cloudwatch.ts';
import { containerEnvelopes } from './containers.ts';
import { elasticEnvelopes } from './elastic.ts';
import { googleEnvelopes } from './google.ts';
import { journaldEnvelopes } from './journald.ts';
import { listEnvelopes } from './object-lists.ts';
import { otherEnvelopes } from './other.ts';
import { shipperEnvelopes } from './shippers.ts';
import type { Envelope } from './envelope.ts';

/** Every wrapper, the most specific first. To add one, add a record to its family's file. */
export const ENVELOPES: readonly Envelope[] = [
  ...googleEnvelopes,
  ...azureEnvelopes,
  ...cloudwatchEnvelopes,
  ...journaldEnvelopes,
  ...containerEnvelopes,
  ...elasticEnvelopes,
  ...listEnvelopes,
  ...shipperEnvelopes,
  ...otherEnvelopes,
];
