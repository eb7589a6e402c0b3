import { csv, ndjson } from '@millrace/connectors';
import { cpu, flow, io, pipeline } from '@millrace/core';
import { filter } from 'rxjs';
import { nearestAirport } from './airports.js';
import { lookUpDepartures } from './departures.js';

export interface NearestAirportsParams {
  /** CSV of ZIP codes to read. */
  readonly zipcodes: string;
  /** CSV of airports; every lane reads it once. */
  readonly airports: string;
  /** Base URL of the departures server. */
  readonly departures: string;
  /** NDJSON to write. */
  readonly out: string;
}

/** For each US ZIP code: the nearest airport, if it is within 10 km, and the flights that leave it. */
export const nearestAirports = pipeline(import.meta, 'nearest-airports', (params: NearestAirportsParams) =>
  flow(
    csv.read(params.zipcodes, {
      columns: ['zip_code', 'latitude', 'longitude', 'city', 'state'],
      types: { latitude: 'number', longitude: 'number' },
    }),
  )
    .pipe(
      cpu('nearest', (zip) => nearestAirport(zip, params.airports)),
      filter((found) => found.km <= 10),
      io(
        'departures',
        async (found, { signal }) => ({ ...found, ...(await lookUpDepartures(params.departures, found.iata, signal)) }),
        {
          concurrency: 64,
        },
      ),
    )
    .to(ndjson.write(params.out)),
);
