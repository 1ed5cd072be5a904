import { azureEnvelopes } from './families/azure.ts';
import { cloudwatchEnvelopes } from './families/cloudwatch.ts';
import { containerEnvelopes } from './families/containers.ts';
import { elasticEnvelopes } from './families/elastic.ts';
import { googleEnvelopes } from './families/google.ts';
import { journaldEnvelopes } from './families/journald.ts';
import { listEnvelopes } from './families/object-lists.ts';
import { otherEnvelopes } from './families/other.ts';
import { shipperEnvelopes } from './families/shippers.ts';
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
