// Shapes of wrapped lines (shapes.ts in assembly/, src/fast/shapes): what a line must be like to hold an event.
import { numbers, struct } from './layout-parts.mjs';

const CACHE_LINE = 64;

/** Bounds of shapes; a part of MAX. */
export const SHAPE_BOUNDS = [
  ['shapes', 256, 'Shapes that are known at a time.'],
  ['shapeBytes', 512 * 1024, 'Bytes of all of them,'],
  ['shapeSize', 32 * 1024, 'and of one.'],
  [
    'scratch',
    4 * 1024 * 1024,
    'Bytes of texts that were unescaped for lines; the longest lines are left to the decoder.',
  ],
  [
    'dockerCut',
    16_384,
    'Sizes at which loggers cut texts (CUT_SIZES in src/events/text/split.ts): Docker',
  ],
  ['journaldCut', 49_152, 'and journald.'],
];

const PART = numbers('PART', 'What a STEP is.', 'u32', [
  ['end', 0, 'The end of a text: first of the line, then of each string in it that was unescaped.'],
  ['text', 1, 'BLOCKs follow that the text must be equal to.'],
  ['value', 2, 'Any JSON value; with a length, one that starts with this character.'],
  ['string', 3, 'A JSON string; the steps behind the next end are for its text.'],
  ['event', 4, 'The event.'],
  ['rest', 5, 'A part of a text that a logger cut: all the rest of the line.'],
]);

const STEP = struct(
  'STEP',
  'A part of a shape.',
  [
    ['kind', 'u32', 'One of PART.'],
    ['length', 'u32', 'Bytes of a text.'],
    ['advance', 'u32', 'How many of them the step goes on; what follows may be looked at too.'],
  ],
  16,
);

const BLOCK = struct('BLOCK', 'Sixteen bytes of a text. Behind its end any byte will do.', [
  ['text', 'v128'],
  ['digits', 'v128', '255 where any digit will do,'],
  ['any', 'v128', 'and where any byte will.'],
]);

const SHAPE = struct(
  'SHAPE',
  'What a line is like that holds an event. STEPs follow.',
  [
    ['state', 'u32', 'The state of the decoder in which it holds.'],
    ['context', 'u32', 'What RECORD.context is of events that are found with it.'],
    ['stream', 'u32', 'Which lines have the parts of one text; 0 for lines that are whole.'],
    [
      'isLast',
      'u32',
      '1 for the last part: the steps behind the first end are for the whole text.',
    ],
  ],
  16,
);

export const SHAPE_GROUPS = [PART, STEP, BLOCK, SHAPE];

/** Single numbers of shapes; a part of STATUS. */
export const SHAPE_STATUS = [
  ['shapeCount', 'u32', 'Shapes that are known.'],
  ['shapeState', 'u32', 'The state of the decoder.'],
  ['streamCount', 'u32', 'Streams that shapes are known of.'],
  [
    'mayWait',
    'u32',
    '1 while more text may come: then parts of a text without the last one wait for it.',
  ],
  ['shapeHits', 'u32', 'Lines that fitted a shape, and went to no decoder.'],
  [
    'scratchUsed',
    'u32',
    'Up to where texts are still wanted that were unescaped: records hold spans of them.',
  ],
];

/** @param area makes an area of memory of a name, a size and a description */
export function shapeAreas(area, limit) {
  return [
    area(
      'shapeList',
      limit('shapes') * 4,
      'Address (u32) of each SHAPE, the one that fitted last first.',
    ),
    area('shapes', limit('shapeBytes'), 'SHAPEs and their STEPs.'),
    area('scratch', limit('scratch'), 'Texts that were unescaped,'),
    area('scratchEnd', CACHE_LINE, 'up to here.'),
  ];
}
