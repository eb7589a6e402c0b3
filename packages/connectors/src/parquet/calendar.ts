const secondsPerDay = 86_400;

/** `2026-11-25` for days since 1970, in the proleptic Gregorian calendar; years outside 0 to 9999 have a sign and six digits. */
export function dateText(days: number): string {
  // Howard Hinnant's civil_from_days: eras of 400 years that begin on the first of March. A Date would end at the year 275760.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${yearText(year)}-${digits(month, 2)}-${digits(day, 2)}`;
}

/** `08:30:00` or `08:30:00.5` for units since midnight, with no more digits than the fraction has. */
export function timeText(units: number, unitsPerSecond: number): string {
  const seconds = Math.floor(units / unitsPerSecond);
  const rest = units - seconds * unitsPerSecond;
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => digits(part, 2))
    .join(':');
  if (rest === 0) return clock;
  // 1000 units a second are three digits, and so on.
  return `${clock}.${digits(rest, Math.round(Math.log10(unitsPerSecond))).replace(/0+$/, '')}`;
}

/** `2026-11-25T08:30:00.5` for units since 1970. */
export function timestampText(units: bigint, unitsPerSecond: number): string {
  const perDay = BigInt(unitsPerSecond * secondsPerDay);
  const rest = ((units % perDay) + perDay) % perDay;
  return `${dateText(Number((units - rest) / perDay))}T${timeText(Number(rest), unitsPerSecond)}`;
}

/** Days since 1970 of a date as {@link dateText} writes it; undefined for what is no date. */
export function daysOf(text: string): number | undefined {
  if (!/^(?:\d{4}|[+-]\d{6})-\d\d-\d\d$/.test(text)) return undefined;
  const days = Date.parse(`${text}T00:00:00Z`) / (secondsPerDay * 1000);
  // V8 rolls the 30th of February over to March.
  return Number.isInteger(days) && dateText(days) === text ? days : undefined;
}

const timestamp = /^((?:\d{4}|[+-]\d{6})-\d\d-\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})0*)?)?(Z|[+-]\d\d:\d\d)?$/;

/** Microseconds since 1970 of `2026-11-25T08:30:00.123456`, with or without a zone; undefined for what does not fit, a finer fraction too. */
export function microsOf(text: string, zone: 'zoned' | 'local'): bigint | undefined {
  const match = timestamp.exec(text);
  if (match === null) return undefined;
  const [, date = '', hour, minute, second = '0', fraction = '', offset] = match;
  const days = daysOf(date);
  if (days === undefined || (offset !== undefined) !== (zone === 'zoned')) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const minutes = days * 1440 + Number(hour) * 60 + Number(minute) - offsetMinutes(offset);
  return BigInt(minutes * 60 + Number(second)) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

function offsetMinutes(offset = 'Z'): number {
  if (offset === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4));
  return offset.startsWith('-') ? -minutes : minutes;
}

function yearText(year: number): string {
  if (year >= 0 && year <= 9999) return digits(year, 4);
  return `${year < 0 ? '-' : '+'}${digits(Math.abs(year), 6)}`;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
