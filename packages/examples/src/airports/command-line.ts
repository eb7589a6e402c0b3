import { parseArgs } from 'node:util';

/** What the user asked for. */
export type Command =
  | { readonly kind: 'run'; readonly settings: Settings }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

/** How to run the example. */
export interface Settings {
  /** Where the NDJSON goes. */
  readonly out: string;
  /** CSV file of ZIP codes; undefined for the one of vega-datasets. */
  readonly zipcodes: string | undefined;
  /** Lanes of the cpu stage; undefined for one a core, 0 for the main thread. */
  readonly workers: number | undefined;
  /** Latency of the departures server, in ms. */
  readonly latencyMs: number;
}

export const usage = `Usage: node packages/examples/dist/airports/main.js [options]

For each US ZIP code, finds the nearest airport within 10 km and how many flights leave it.

Options:
  --out PATH        NDJSON to write (out/nearest-airports.ndjson)
  --zipcodes PATH   CSV of ZIP codes with columns zip_code, latitude, longitude, city, state
                    (zipcodes.csv of the package vega-datasets)
  --workers N       worker threads that compute distances; 0 is the main thread (one a core)
  --latency MS      how slow the departures server answers (20)
  --help            this text

Ctrl-C drains: what was read is finished and written. A second one cancels and leaves no file.
`;

/** Reads the command line. What is wrong with it is told in a sentence. */
export function parseCommand(args: readonly string[]): Command {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        out: { type: 'string', default: 'out/nearest-airports.ndjson' },
        zipcodes: { type: 'string' },
        workers: { type: 'string' },
        latency: { type: 'string', default: '20' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    const settings: Settings = {
      out: path('--out', values.out),
      zipcodes: values.zipcodes === undefined ? undefined : path('--zipcodes', values.zipcodes),
      workers: values.workers === undefined ? undefined : wholeNumber('--workers', values.workers, 1_024),
      latencyMs: wholeNumber('--latency', values.latency, 60_000),
    };
    return { kind: 'run', settings };
  } catch (error) {
    // parseArgs adds advice on positional arguments, which there are none of here, in further sentences.
    return { kind: 'wrong', message: error instanceof Error ? error.message.split('. ')[0]! : String(error) };
  }
}

function path(option: string, text: string): string {
  if (text === '') throw new Error(`${option} needs a path`);
  return text;
}

function wholeNumber(option: string, text: string, most: number): number {
  if (!/^\d+$/.test(text) || Number(text) > most)
    throw new Error(`${option} needs a whole number from 0 to ${most}, not '${text}'`);
  return Number(text);
}
