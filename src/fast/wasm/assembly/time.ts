/** Set by {@link parseTime}: nanoseconds since the epoch. */
export let parsedTime: i64 = 0;

/** `YYYY-MM-DDTHH` of the last time, and its nanoseconds. */
let hourLow: u64 = 0;
let hourHigh: u64 = 0;
let hourTime: i64 = 0;

function two(p: usize): i32 {
  const tens = <i32>load<u8>(p) - 0x30;
  const ones = <i32>load<u8>(p, 1) - 0x30;
  return <u32>tens < 10 && <u32>ones < 10 ? tens * 10 + ones : 99;
}

/** Days from 1970 in the Gregorian calendar (Hinnant, days_from_civil); the year is positive. */
function daysFromCivil(year: i32, month: i32, day: i32): i32 {
  const y = month <= 2 ? year - 1 : year;
  const era = y / 400;
  const yearOfEra = y - era * 400;
  const dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

function daysIn(year: i32, month: i32): i32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

function parseHour(p: usize): bool {
  const century = two(p);
  const yy = two(p + 2);
  const month = two(p + 5);
  const day = two(p + 8);
  const hour = two(p + 11);
  if (century > 22 || yy > 99 || load<u8>(p, 4) != 0x2d || load<u8>(p, 7) != 0x2d) return false;
  const year = century * 100 + yy;
  // Two digits that are none read as 99; in the year they must be looked at themselves.
  if (<u32>(load<u8>(p, 2) - 0x30) > 9 || <u32>(load<u8>(p, 3) - 0x30) > 9) return false;
  // Nanoseconds must fit into an i64, and 0 stands for no time.
  if (year < 1971 || year > 2261 || month < 1 || month > 12) return false;
  if (day < 1 || day > daysIn(year, month) || load<u8>(p, 10) != 0x54 || hour > 23) return false;
  hourTime = (<i64>daysFromCivil(year, month, day) * 24 + hour) * 3600 * 1000000000;
  return true;
}

/** Reads `YYYY-MM-DDTHH:MM:SS[.fraction]Z` with up to nine digits; false for anything else. */
export function parseTime(p: usize, length: usize): bool {
  if (length < 20 || length > 30 || load<u8>(p + length - 1) != 0x5a) return false;
  const low = load<u64>(p);
  const high = load<u64>(p, 5);
  if (low != hourLow || high != hourHigh) {
    if (!parseHour(p)) {
      hourLow = 0;
      return false;
    }
    hourLow = low;
    hourHigh = high;
  }
  const minute = two(p + 14);
  const second = two(p + 17);
  if (load<u8>(p, 13) != 0x3a || load<u8>(p, 16) != 0x3a || minute > 59 || second > 59)
    return false;
  let fraction: i64 = 0;
  if (length > 20) {
    if (load<u8>(p, 19) != 0x2e || length == 21) return false;
    let scale: i64 = 1000000000;
    for (let i: usize = 20; i < length - 1; i++) {
      const digit = <u32>load<u8>(p + i) - 0x30;
      if (digit > 9) return false;
      fraction = fraction * 10 + digit;
      scale /= 10;
    }
    fraction *= scale;
  }
  parsedTime = hourTime + (<i64>minute * 60 + second) * 1000000000 + fraction;
  return true;
}
