// Groups of numbers that do not depend on the slots, and the form of what occurs many times in memory.
import { numbers, struct, valueOf } from './layout-parts.mjs';
import { SHAPE_BOUNDS, SHAPE_GROUPS } from './layout-shapes.mjs';

const CACHE_LINE = 64;

export const KIND = numbers(
  'KIND',
  "What a wanted key's value must be; from object on it is checked.",
  'u32',
  [
    ['unknown', 0, 'The key is not wanted.'],
    ['any', 1],
    ['object', 2, 'An object that is walked.'],
    ['event', 3],
    ['apiVersion', 4],
    ['time', 5],
  ],
);

export const BOUNDS = numbers('MAX', 'Bounds, of which the areas of memory follow.', 'u32', [
  ['keyLength', 255, 'Bytes of the key of an extra slot.'],
  ['fields', 20, 'Header fields that decide.'],
  ['classified', 16, 'How many of these, the first ones, may have classes.'],
  ['classes', 256, 'Classes of a header field.'],
  ['states', 4096, 'States of knowledge about an event.'],
  ['drops', 8, 'Steps of a resource filter that have a state of their own.'],
  ['records', 256, 'Open events that wait for JavaScript.'],
  ['values', 3000, 'Values of a header field whose class is remembered.'],
  ['members', 512, 'Members of an object that are listed.'],
  ['elements', 1024, 'Elements of an array that are listed.'],
  ['patterns', 126, 'Patterns of one table.'],
  ['patternTables', 32],
  ['outcomes', 512, 'Combinations of patterns found and a state whose next state is remembered.'],
  ['maskedTexts', 7, 'Texts of a header field, at most, whose bits make a class of it.'],
  ['forecast', 32, 'Bytes of a key that is expected, quotes and colon included.'],
  ['pending', 512, 'Events that wait for being looked up as duplicates.'],
  ['texts', 32_768, 'Bytes of all texts that are searched for.'],
  ['tight', 4096, 'Bytes that are copied at a time when blanks are taken out of a line.'],
  ['listed', 1024, 'Events in one line that are listed, or taken, at a time.'],
  ['payload', 4 * 1024 * 1024, 'Bytes of the longest event that is the text of a string.'],
  ['noted', 512, 'Characters of each text that tells an event from others.'],
  ...SHAPE_BOUNDS,
  ['overread', 128, 'Bytes behind the text that may be read; they hold a quote and no line feed.'],
]);

export const BITS = numbers(
  'BITS',
  'Sizes of hash tables, as powers of two, and what hashes are made with.',
  'u32',
  [
    ['keys', 6, 'Entries of the table of wanted keys, one table a level.'],
    ['keyRotation', 23, 'How far the hash of a key turns its last eight bytes.'],
    ['values', 12, 'Entries of the table of classes, one table a header field.'],
    ['outcomes', 10, 'Entries of the table of what patterns found lead to.'],
    ['seen', 18, 'Events in each half of the table of duplicates.'],
  ],
);

const STATE = numbers('STATE', 'States with a meaning of their own.', 'u32', [
  ['unknown', 0, 'Not asked for yet; as a verdict: outside the window of time.'],
  ['reject', 1, 'No rule fires.'],
  ['scopedOut', 2],
  ['dropped', 3, 'From here on, one for each step of the resource filter.'],
  ['open', 3 + valueOf(BOUNDS, 'drops'), 'The first that is not final.'],
]);

export const NEXT = numbers(
  'NEXT',
  'What may follow on a state instead of a header field.',
  'u32',
  [
    ['body', 254, 'Which patterns of the table of the state the body holds: one of HELD.'],
    ['tally', 255, 'Nothing: events in this state are only counted.'],
  ],
);

export const HELD = numbers('HELD', 'What is known of the patterns of a body.', 'u32', [
  ['none', 0, 'It holds none, for certain.'],
  ['unknown', 1, 'It may hold any.'],
  ['some', 2, 'It holds those that are noted in FOUND.scanner, and no others.'],
]);

const ANSWER = numbers('ANSWER', 'Answers of `scan`.', 'i32', [
  ['done', 0],
  ['odd', 1, 'A line is for the decoder: its span is in STATUS.'],
  ['full', 2, 'There is no room for another record.'],
  ['waits', 3, 'The rest are parts of a text whose last one is not there yet.'],
]);

const SEEN = numbers('SEEN', 'Values of STATUS.seenLimit with a meaning of their own.', 'u32', [
  ['none', 0, 'Duplicates are not counted.'],
  ['listed', 0xffffffff, 'Hashes of events are listed instead of being looked up.'],
]);

export const FOUND = numbers('FOUND', 'Where the patterns are noted that are found.', 'u32', [
  ['bits', 512, 'Patterns of all tables, the hiding escape included.'],
  ['hidingEscape', 0, 'The bit of escapes that may hide any text.'],
  ['requestObject', 0, 'Areas: one for each body,'],
  ['responseObject', 1],
  ['effective', 2, 'for both together,'],
  ['scanner', 3, 'and for the search that the scanner does by itself.'],
  ['areas', 4],
]);

const TEDDY = numbers('TEDDY', 'The search for many patterns at once (patterns.ts).', 'u32', [
  ['window', 3, 'Bytes that are compared at every place before a pattern is.'],
  ['buckets', 8, 'A bit of a byte stands for each.'],
  [
    'escapeBucket',
    0,
    'The scanner looks at the escapes of this one by itself; it has no patterns.',
  ],
  ['nibbles', 16],
  ['setBits', 12, 'Bits of the place of a window in the set of windows,'],
  ['setFactor', 0x9e3779b1, 'the top ones of its product with this,'],
  ['setFold', 0x202020, 'once these are set, and the byte behind it is gone.'],
]);

export const SPAN = struct(
  'SPAN',
  'The text of a value: from `start` up to `end`, which is behind it.',
  [
    ['start', 'u32'],
    ['end', 'u32'],
  ],
);

export const MEMBER = struct(
  'MEMBER',
  'A member of an object: spans of the text of its key and of its value.',
  [
    ['keyStart', 'u32'],
    ['keyEnd', 'u32'],
    ['start', 'u32'],
    ['end', 'u32'],
  ],
);

const PAYLOAD = numbers('PAYLOAD', 'What in a line holds an event.', 'u32', [
  ['none', 0],
  ['object', 1, 'An object is the event.'],
  ['text', 2, 'A string has its text.'],
  ['line', 3, 'A string has its text and a line feed.'],
]);

export const LISTED = struct('LISTED', 'An event in a value of a line.', [
  ['start', 'u32', 'The value, its quotes included.'],
  ['end', 'u32'],
  ['kind', 'u32', 'One of PAYLOAD.'],
  ['context', 'u32', 'What RECORD.context will be.'],
]);

export const KEY = struct(
  'KEY',
  'A wanted key, in a table without collisions.',
  [
    ['first', 'u64', 'Its first eight bytes,'],
    ['last', 'u64', 'and its last.'],
    ['length', 'u32'],
    ['text', 'u32', 'Address of its text.'],
    ['kind', 'u8'],
    ['slot', 'u8'],
    ['level', 'u8', 'Level of the object that is its value.'],
  ],
  CACHE_LINE,
);

export const VALUE = struct('VALUE', 'A value of a header field whose class is known.', [
  ['hash', 'u32'],
  ['length', 'u32'],
  ['text', 'u32', 'Address of its copy; 0 in free entries.'],
  ['valueClass', 'u32'],
]);

export const FORECAST = struct(
  'FORECAST',
  'The key that came next the last time; one of zeros fits no key.',
  [
    ['text', 'u8', 'From its quote to its colon.', valueOf(BOUNDS, 'forecast')],
    ['any', 'u8', 'Bytes of it that may be any are 255.', valueOf(BOUNDS, 'forecast')],
    ['length', 'u32'],
    ['entry', 'u32', 'Address of its KEY.'],
    ['next', 'u32', 'Address of the forecast of what follows it.'],
  ],
  2 * CACHE_LINE,
);

export const OUTCOME = struct(
  'OUTCOME',
  'What the patterns found in a body lead to.',
  [
    ['found', 'v128', 'Their bits, as in an area of FOUND.', valueOf(FOUND, 'bits') / 128],
    ['state', 'u32', 'The state before; 0 in free entries.'],
    ['next', 'u32', 'The state behind.'],
  ],
  16,
);

const PATTERN = struct('PATTERN', 'A text that is looked for.', [
  ['text', 'u32', 'Its address.'],
  ['length', 'u32'],
  ['offset', 'u32', 'Where its window is.'],
  ['index', 'u32', 'Its bit.'],
  ['folds', 'u32', '1 when ASCII letters match in either case.'],
  ['word', 'u32', 'Four bytes of it from the window on,'],
  ['mask', 'u32', 'which bits of them count,'],
  ['fold', 'u32', 'and which are set in a letter of either case.'],
]);

export const PATTERN_TABLE = struct(
  'PATTERN_TABLE',
  'Patterns that are looked for in one pass.',
  [
    [
      'masks',
      'v128',
      'By place in the window: buckets of each low nibble, then of each high one.',
      2 * valueOf(TEDDY, 'window'),
    ],
    ['hits', 'v128', 'Room to work in.'],
    [
      'starts',
      'u32',
      'The first pattern of each bucket, and the end.',
      valueOf(TEDDY, 'buckets') + 1,
    ],
    [
      'windows',
      'u32',
      'A set of bits, with one for each window of a pattern.',
      2 ** valueOf(TEDDY, 'setBits') / 32,
    ],
    [
      'patterns',
      'u64',
      'A PATTERN each.',
      (valueOf(BOUNDS, 'patterns') * valueOf(PATTERN, 'size')) / 8,
    ],
  ],
  CACHE_LINE,
);

/** A group that TypeScript has no use for. */
const inScanner = (group) => ({ ...group, isInScanner: true });

/** All of these but the bounds. */
export const FIXED_GROUPS = [
  BITS,
  KIND,
  STATE,
  NEXT,
  ANSWER,
  SEEN,
  FOUND,
  TEDDY,
  SPAN,
  MEMBER,
  PAYLOAD,
  LISTED,
  KEY,
  inScanner(VALUE),
  inScanner(FORECAST),
  PATTERN,
  PATTERN_TABLE,
  HELD,
  inScanner(OUTCOME),
  ...SHAPE_GROUPS,
];
