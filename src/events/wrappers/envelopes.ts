// Room events/wrappers: what other programs wrap around an audit event, and how to get it out.
// Door: unwrapper.ts; formats.ts lists the shapes by name for --input-format and the documentation.
// Neighbours: uses text and convert; only decode drives it.
// Inside: envelope.ts says what a JSON wrapping is, families/ has one file a product, prefixes.ts the text prefixes.
// To add a wrapping: a record in a file of families/, and a sample in samples/inputs.

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
