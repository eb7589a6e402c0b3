import { parseArgs } from 'node:util';

/** What the user asked for. */
export type Command =
  | { readonly kind: 'table' }
  | { readonly kind: 'run'; readonly settings: Settings }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

/** How to run the example. */
export interface Settings {
  /** Where the Parquet report goes. */
  readonly out: string;
  /** Parquet file of flights; undefined for the one of vega-datasets. */
  readonly flights: string | undefined;
  /** URL of the PostgreSQL server that gets the rows too. */
  readonly postgres: string | undefined;
  /** Lanes of the cpu stage; undefined for one a core, 0 for the main thread. */
  readonly workers: number | undefined;
}

export const usage = `Usage: node packages/examples/dist/flights/main.js [options]

For each origin airport and hour of the day: flights, mean delay, and 95th percentile of the delay, of 3 million flights.

Options:
  --out PATH        Parquet file to write (out/flight-delays.parquet)
  --flights PATH    Parquet file with columns date, delay, origin (flights-3m.parquet of the package vega-datasets)
  --postgres URL    server whose table flight_delays gets the rows too, by COPY; --table prints how to make it
  --workers N       worker threads that read and count; 0 is the main thread (one a core)
  --help            this text

Ctrl-C drains; a second one cancels and leaves no file and no rows.
`;

/** Reads the command line. What is wrong with it is told in a sentence. */
export function parseCommand(args: readonly string[]): Command {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        out: { type: 'string', default: 'out/flight-delays.parquet' },
        flights: { type: 'string' },
        postgres: { type: 'string' },
        workers: { type: 'string' },
        table: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    if (values.table) return { kind: 'table' };
    const { out, flights, postgres, workers } = values;
    for (const [option, text] of Object.entries({ out, flights, postgres }))
      if (text === '') throw new Error(`--${option} is empty`);
    return {
      kind: 'run',
      settings: { out, flights, postgres, workers: workers === undefined ? undefined : wholeNumber(workers) },
    };
  } catch (error) {
    // parseArgs adds advice on positional arguments, which there are none of here, in further sentences.
    return { kind: 'wrong', message: error instanceof Error ? error.message.split('. ')[0]! : String(error) };
  }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new Error(`--workers needs a whole number, not '${text}'`);
  return Number(text);
}
