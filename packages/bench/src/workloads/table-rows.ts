import type { Outcome, Size } from '../contender.js';

/** A row of the table that is written. */
export interface TableRow {
  readonly id: number;
  readonly name: string;
  readonly city: string | null;
  readonly score: number;
}

export const columns = ['id', 'name', 'city', 'score'] as const;

export const createTable = 'create unlogged table target (id int, name text, city text, score float8)';

/** Sums up what lies in the table: every column has a part in it. */
export const outcomeQuery = `
  select count(*)::int as count, (coalesce(sum(id + length(name) + coalesce(length(city), 7) + score * 2), 0)::numeric % 1000000007)::int as checksum
  from target`;

export function* tableRows({ items }: Size): Generator<TableRow> {
  for (let id = 0; id < items; id += 1) yield rowOf(id);
}

/** What must lie in the table. */
export function tableOutcome({ items }: Size): Outcome {
  let sum = 0;
  for (let id = 0; id < items; id += 1) {
    const { name, city, score } = rowOf(id);
    sum += id + name.length + (city?.length ?? 7) + score * 2;
  }
  return { count: items, checksum: sum % 1_000_000_007 };
}

function rowOf(id: number): TableRow {
  const name = `customer ${String(id & 1023).padStart(4, '0')}`;
  return { id, name, city: id % 7 === 0 ? null : `city ${id % 97}`, score: id * 0.5 };
}
