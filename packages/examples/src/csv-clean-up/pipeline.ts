import { csv, ndjson } from '@millrace/connectors';
import { flow, io, pipeline } from '@millrace/core';
import { distinct } from 'rxjs';

export interface CleanUpParams {
  /** CSV of contacts with columns name, email, country, joined, spent. */
  readonly contacts: string;
  /** CSV to write. */
  readonly out: string;
  /** NDJSON of the rows that nothing can be made of, with their line and the reason. */
  readonly rejects: string;
}

const columns = ['name', 'email', 'country', 'joined', 'spent'] as const;
type Row = Readonly<Record<(typeof columns)[number], string>>;

export const cleanUp = pipeline(import.meta, 'clean-up', ({ contacts, out, rejects }: CleanUpParams) =>
  // A tenth of the rows may be bad; with more, the file is not what it should be, and nothing is written.
  flow(csv.read<Row>(contacts), { deadLetters: ndjson.write(rejects), maxErrors: '10%' })
    .pipe(
      io('clean', cleanRow, { onError: 'deadLetter' }),
      distinct(({ email }) => email),
    )
    .to(csv.write(out, { columns: [...columns] })),
);

/** The same contact, spelt as all the others. @throws Error that names what is wrong, and what it was */
export function cleanRow(row: Row): Row {
  return {
    name: row.name.trim().replaceAll(/\s+/g, ' '),
    email: email(row.email),
    country: country(row.country),
    joined: day(row.joined),
    spent: amount(row.spent),
  };
}

function email(text: string): string {
  const clean = text.trim().toLowerCase();
  return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(clean) ? clean : refuse('email', text);
}

const countries: Readonly<Record<string, string>> = { germany: 'DE', deutschland: 'DE', france: 'FR', usa: 'US', japan: 'JP' };

function country(text: string): string {
  const clean = text.trim();
  return /^[A-Z]{2}$/i.test(clean) ? clean.toUpperCase() : (countries[clean.toLowerCase()] ?? refuse('country', text));
}

/** `2026-11-19`, from that or from `19.11.2026`. */
function day(text: string): string {
  const clean = text
    .trim()
    .replace(/^(\d\d?)\.(\d\d?)\.(\d{4})$/, (_, d, m, y) => `${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`);
  const date = new Date(`${clean}T00:00:00Z`);
  // A day that there is not, 2026-02-30, comes out as another one.
  const isDay = /^\d{4}-\d\d-\d\d$/.test(clean) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(clean);
  return isDay ? clean : refuse('date', text);
}

/** `1234.50`, from that, from `1,234.5` or from `$ 1234`. */
function amount(text: string): string {
  const clean = text.replaceAll(/[$€,\s]/g, '');
  return /^\d+(\.\d{1,2})?$/.test(clean) ? Number(clean).toFixed(2) : refuse('amount', text);
}

function refuse(what: string, text: string): never {
  throw new Error(`${JSON.stringify(text)} is no ${what}`);
}
