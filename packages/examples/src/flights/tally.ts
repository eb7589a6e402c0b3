import { parquet } from '@millrace/connectors';

/** How often each delay occurred at an airport in an hour of the day. Plain data: it travels between threads. */
export interface Cell {
  /** IATA code. */
  readonly origin: string;
  /** 0 to 23, of the date as stored. */
  readonly hour: number;
  /** Delays in minutes, each once; negative ones left early. */
  readonly delays: readonly number[];
  /** How many flights had each of them. */
  readonly counts: readonly number[];
}

/** The columns of the file that are read. */
interface Flight {
  /** Local time without a zone: `2001-01-17T15:35:00`. */
  readonly date: string | null;
  readonly delay: number | null;
  readonly origin: string | null;
}

type RowGroup = Parameters<typeof parquet.columnsOf>[0];

/**
 * Reads a row group and counts its flights. Whole numbers of minutes have few values, so counts of each lose nothing, and the counts of two
 * row groups can be added: percentiles could not be.
 */
export async function tallyRowGroup(group: RowGroup): Promise<Cell[]> {
  const { date, delay, origin } = await parquet.columnsOf<Flight>(group, { columns: ['date', 'delay', 'origin'] });
  const airports = new Map<string, Map<number, number>[]>();
  for (let row = 0; row < group.rows; row += 1) {
    const [at, minutes, airport] = [date[row], delay[row], origin[row]];
    if (at == null || minutes == null || airport == null) continue;
    let hours = airports.get(airport);
    if (hours === undefined) {
      hours = Array.from({ length: 24 }, () => new Map());
      airports.set(airport, hours);
    }
    const counts = hours[Number(at.slice(11, 13))]!;
    counts.set(minutes, (counts.get(minutes) ?? 0) + 1);
  }
  return [...airports].flatMap(([airport, hours]) => hours.flatMap((counts, hour) => cellOf(airport, hour, counts)));
}

function cellOf(origin: string, hour: number, counts: ReadonlyMap<number, number>): Cell[] {
  return counts.size === 0 ? [] : [{ origin, hour, delays: [...counts.keys()], counts: [...counts.values()] }];
}
