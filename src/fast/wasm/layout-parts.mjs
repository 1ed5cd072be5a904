// What layout.mjs is written with.

/** Bytes of a value of each type. */
export const BYTES = { u8: 1, u16: 2, u32: 4, u64: 8, i64: 8, v128: 16 };

export const up = (number, unit) => Math.ceil(number / unit) * unit;

/**
 * Members one behind the other, each aligned to its type: `[name, type, description, count]`.
 *
 * @param from where the first is
 * @returns members for {@link layoutOf}, and the first byte behind them
 */
export function placed(from, fields) {
  let end = from;
  const members = fields.map(([name, type, doc, count = 1]) => {
    const at = up(end, BYTES[type]);
    end = at + count * BYTES[type];
    return { name, value: at, type: 'usize', doc };
  });
  return { members, end };
}

/** A block of memory that occurs many times: offsets of its fields, and its size. */
export function struct(name, doc, fields, multiple = 8) {
  const { members, end } = placed(0, fields);
  const size = { name: 'size', value: up(end, multiple), type: 'usize', doc: 'In bytes.' };
  return { name, doc, members: [...members, size] };
}

/** Numbers by name. */
export function numbers(name, doc, type, rows) {
  const members = rows.map(([member, value, text]) => ({ name: member, value, type, doc: text }));
  return { name, doc, members };
}

/** The number of a group with a name. */
export const valueOf = ({ members }, name) => members.find((member) => member.name === name).value;
