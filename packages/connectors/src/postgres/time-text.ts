const form = /^(\d{4,})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?)?( BC)?$/;

/** A Date, and whether it holds all that was in the text: microseconds are cut off. */
export interface Instant {
  readonly date: Date;
  readonly isExact: boolean;
}

/**
 * The instant of a timestamp as the server writes it, in UTC where it has no zone. Undefined for `infinity` and for years that a Date
 * does not reach.
 */
export function parseInstant(text: string): Instant | undefined {
  const parts = form.exec(text);
  if (parts === null) return undefined;
  const year = parts[12] === undefined ? Number(parts[1]) : 1 - Number(parts[1]);
  const date = new Date(0);
  // By setters: Date.UTC takes the years 0 to 99 for those of the last century.
  date.setUTCFullYear(year, Number(parts[2]) - 1, Number(parts[3]));
  const ms = parts[7] === undefined ? 0 : Number(parts[7].padEnd(3, '0').slice(0, 3));
  date.setUTCHours(Number(parts[4]), Number(parts[5]), Number(parts[6]), ms);
  if (parts[8] !== undefined) {
    const seconds = Number(parts[9]) * 3600 + Number(parts[10] ?? 0) * 60 + Number(parts[11] ?? 0);
    date.setTime(date.getTime() - (parts[8] === '-' ? -seconds : seconds) * 1000);
  }
  if (Number.isNaN(date.getTime())) return undefined;
  // The server writes no zeros at the end of a fraction.
  return { date, isExact: (parts[7]?.length ?? 0) <= 3 };
}

/** An instant as the server reads it, in UTC; undefined for an invalid Date. */
export function instantText(date: Date): string | undefined {
  if (Number.isNaN(date.getTime())) return undefined;
  const iso = date.toISOString();
  // The form of the years 0 to 9999; there is no year 0 in what the server reads.
  if (iso.length === 24 && !iso.startsWith('0000')) return iso;
  const year = date.getUTCFullYear();
  const rest = iso.slice(iso.indexOf('-', 1));
  return year > 0 ? `${year}${rest}` : `${String(1 - year).padStart(4, '0')}${rest} BC`;
}
