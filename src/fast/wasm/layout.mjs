// The contract with the scanner: how its memory is laid out, and the numbers that TypeScript and
// AssemblyScript exchange. `npm run build:wasm` writes both copies, layout.gen.ts here and in assembly/, and a
// test compares them with this file. Addresses and offsets are computed: a new row, field or area needs one
// line here and nothing else. A name is the same on both sides: RECORD.line.

import {
  BITS,
  BOUNDS,
  FIXED_GROUPS,
  FORECAST,
  FOUND,
  KEY,
  KIND,
  LISTED,
  MEMBER,
  NEXT,
  OUTCOME,
  PATTERN_TABLE,
  SPAN,
  VALUE,
} from './layout-groups.mjs';
import { numbers, placed, struct, up, valueOf } from './layout-parts.mjs';
import { shapeAreas, SHAPE_STATUS } from './layout-shapes.mjs';
import { EXTRA_SLOTS, SLOT_ROWS, slotName } from './slot-rows.mjs';

/** The compiler's own constants end here; the build fails when they need more. */
export const STATIC_END = 1024;
const CACHE_LINE = 64;
const KIB = 1024;

/**
 * The whole contract: groups of named numbers, and the slots.
 *
 * @param rows the slots, in any order; other orders than {@link SLOT_ROWS} are for tests
 */
export function layoutOf(rows = SLOT_ROWS) {
  const levels = 1 + rows.filter(([, name]) => name === 'object').length;
  const more = numbers('MAX', '', 'u32', [
    ['slots', rows.length + EXTRA_SLOTS, 'Slots of a record.'],
    ['levels', levels, 'Objects that are walked; the event itself is level 0.'],
  ]);
  const max = { ...BOUNDS, members: [...more.members, ...BOUNDS.members] };
  const limit = (name) => valueOf(max, name);
  const table = (name) => 1 << valueOf(BITS, name);
  const record = struct('RECORD', 'An event that JavaScript must judge.', [
    ['state', 'u32'],
    ['line', 'u32', 'Lines up to this one, in this call.'],
    ['start', 'u32'],
    ['end', 'u32'],
    ['seenLow', 'u32', 'Slots that the event has, a bit each; written as one u64.'],
    ['seenHigh', 'u32'],
    ['number', 'u32', 'Events up to this one, in this call.'],
    ['context', 'u32', 'Which context its wrapping gives it; 0 for none.'],
    ['time', 'i64', 'Nanoseconds since the epoch.'],
    ['slots', 'u64', 'A SPAN each; undefined for those that the event lacks.', limit('slots')],
  ]);
  const size = (group) => valueOf(group, 'size');

  const status = placed(STATIC_END, [
    ['cursor', 'u32', 'Where the next line starts.'],
    ['lines', 'u32', 'Counters of this call, from here to `recordCount`.'],
    ['blanks', 'u32'],
    ['continuations', 'u32', 'Further lines of events that came in parts.'],
    ['events', 'u32'],
    ['rejected', 'u32'],
    ['scopedOut', 'u32'],
    ['outsideWindow', 'u32'],
    ['repeated', 'u32', 'Events left out because they were there before; not among `events`.'],
    ['recordCount', 'u32'],
    ['oddStart', 'u32', 'The line that `scan` ended with, when it is for the decoder.'],
    ['oddEnd', 'u32'],
    ['minTime', 'i64', 'Bounds of the times of rejected events.'],
    ['maxTime', 'i64'],
    ['firstTime', 'i64', 'Time of the first event; 0 before it.'],
    ['since', 'i64', 'Events at or after this time,'],
    ['until', 'i64', 'and before this one.'],
    ['maxLine', 'u32', 'Longest line in bytes.'],
    ['valuesUsed', 'u32', 'Bytes of `valueTexts`.'],
    ['startState', 'u32'],
    ['fieldCount', 'u32', 'Header fields that decide.'],
    ['seenLimit', 'u32', 'Events remembered in one of two halves, or one of SEEN.'],
    ['seenFill', 'u32', 'Events in the younger half, or listed.'],
    ['seenHalf', 'u32', 'Which of the two is the younger.'],
    ['duplicates', 'u32'],
    ['outcomes', 'u32', 'Entries of the table of outcomes that are taken.'],
    ['leavesRepeatedOut', 'u32', '1 when events that were there before are left out.'],
    ['hashKey', 'u64', 'Key of the hash of events.', 2],
    ...SHAPE_STATUS,
    ['dropped', 'u32', 'Events that each step of a filter left out.', limit('drops')],
  ]);

  let end = status.end;
  const area = (name, bytes, doc) => {
    const at = up(end, CACHE_LINE);
    end = at + bytes;
    return { name, value: at, type: 'usize', doc };
  };
  const tableBytes = levels * table('keys') * size(KEY);
  const keyBytes = rows.reduce((sum, [path]) => sum + Buffer.byteLength(path.at(-1)), 0);
  const states = limit('states');
  const memory = [
    area(
      'fieldSlots',
      limit('fields'),
      'Slot (u8) of each header field, in the order of the states.',
    ),
    area(
      'fieldNetworks',
      limit('fields'),
      '1 (u8) for fields in which only half of an IPv4 address counts.',
    ),
    area(
      'fieldTables',
      limit('fields') * 4,
      "Table (u32) of the texts in a field's values; 0: it has classes.",
    ),
    area('fieldValues', limit('classified') * 4, 'Values (u32) that are remembered of a field.'),
    area('keyMultipliers', levels * 8, 'Of each level (u64), for a hash without collisions.'),
    area('noKey', size(KEY), 'A KEY that is not wanted.'),
    area('keys', tableBytes, 'A table of KEYs for each level.'),
    area(
      'keyTexts',
      keyBytes + EXTRA_SLOTS * limit('keyLength') + 8,
      'Texts of the keys in the tables.',
    ),
    area('texts', limit('texts'), 'Texts that are searched for.'),
    area(
      'records',
      (limit('records') + 1) * size(record),
      'Events that JavaScript must judge, and one to look only.',
    ),
    area('transitions', states * limit('classes') * 2, 'Next state (u16) by state and class.'),
    area(
      'values',
      limit('classified') * table('values') * size(VALUE),
      'A table of VALUEs for each field.',
    ),
    area('valueTexts', 2 * KIB * KIB, 'Their texts,'),
    area('valueTextsEnd', 0, 'up to here.'),
    area(
      'members',
      Math.max(limit('members') * size(MEMBER), limit('elements') * size(SPAN)),
      'The answer of `members`, or of `elements`, which are SPANs.',
    ),
    area(
      'noted',
      3 * (3 * limit('noted') + 2),
      'Three texts of an event of the decoder, in quotes.',
    ),
    area('eventKey', 16 + 3 * 3 * limit('noted'), 'The texts that tell an event from others.'),
    area(
      'nextField',
      states,
      'By state, the next header field (u8) that makes a difference, or one of NEXT.',
    ),
    area(
      'seen',
      2 * table('seen') * 8,
      'Two tables of event hashes (u64), by turns the younger and the older half.',
    ),
    area(
      'found',
      (valueOf(FOUND, 'areas') * valueOf(FOUND, 'bits')) / 8,
      'Patterns that were found, a bit each, in several areas.',
    ),
    area('patternTables', limit('patternTables') * size(PATTERN_TABLE)),
    area('tallies', states * 4, 'Events (u32) by state, for states that NEXT.tally follows on.'),
    area('bodyTables', states * 4, 'Address (u32) of the pattern table by state, for NEXT.body.'),
    area('outcomes', table('outcomes') * size(OUTCOME), 'A table of OUTCOMEs.'),
    area(
      'forecasts',
      levels * table('keys') * size(FORECAST),
      'A FORECAST for what follows each KEY,',
    ),
    area('firstForecasts', levels * size(FORECAST), 'and for the first key of each level.'),
    area('pending', limit('pending') * 8, 'Hashes (u64) of events that are not looked up yet.'),
    area('listed', limit('listed') * size(LISTED), 'Events in the values of a line.'),
    area('payload', limit('payload') + limit('overread') + 32, 'The text of a string.'),
    area('tight', limit('tight') + 128, 'Text without blanks on its way back to its line.'),
    ...shapeAreas(area, limit),
    area('block', 0, 'The log text, to the end of memory.'),
  ];

  const groups = [
    { name: 'MEMORY', doc: 'Addresses of the areas of memory; `block` may grow.', members: memory },
    { name: 'STATUS', doc: 'Addresses of single numbers.', members: status.members },
    max,
    record,
    ...FIXED_GROUPS,
  ];
  const slots = rows.map(([path, name], index) => ({
    index,
    path,
    kind: kindOf(name),
    name: slotName(path),
  }));
  check(slots, limit, table);
  return { groups, slots };
}

/** The number of a kind; undefined when there is no such kind. */
const kindOf = (name) => KIND.members.find((one) => one.name === name)?.value;

/** What the types of the numbers can hold; a layout that does not fit must not be built. */
function check(slots, limit, table) {
  const expect = (isTrue, text) => {
    if (!isTrue) throw new Error(`layout.mjs: ${text}`);
  };
  expect(
    slots.every(({ kind }) => kind !== undefined),
    'a slot has an unknown kind',
  );
  expect(new Set(slots.map(({ name }) => name)).size === slots.length, 'two slots have one name');
  const objects = slots.filter(({ kind }) => kind === kindOf('object'));
  const walked = new Set(objects.map(({ name }) => name));
  expect(
    slots.every(({ path }) => path.length < 2 || (path.length === 2 && walked.has(path[0]))),
    'a slot is in an object that is not walked',
  );
  expect(limit('slots') <= 64, 'a slot is a bit of a u64');
  expect(limit('states') <= 65_536, 'a state is a u16');
  expect(limit('fields') < valueOf(NEXT, 'body'), 'a header field is a u8 below NEXT.body');
  expect(limit('fields') <= 31, 'a header field is a bit of a JavaScript number');
  expect(limit('values') < table('values'), 'a table of values must have free entries');
}
