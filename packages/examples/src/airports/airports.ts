import { csv } from '@millrace/connectors';
import { nearestOf, type Place } from './geo.js';

/** A place with a postal code. */
export interface ZipCode extends Place {
  readonly zip_code: string;
  readonly city: string;
  readonly state: string;
}

interface Airport extends Place {
  readonly iata: string;
  readonly name: string;
}

/** A ZIP code with the airport that is nearest to it. */
export interface NearestAirport {
  readonly zip_code: string;
  readonly city: string;
  readonly state: string;
  readonly iata: string;
  readonly airport: string;
  /** Great-circle distance in kilometres. */
  readonly km: number;
}

type AirportSearch = (zip: ZipCode) => NearestAirport;

// One search per file and thread: each lane reads the airports when its first item comes, and keeps them.
const searches = new Map<string, Promise<AirportSearch>>();

/** Finds the airport that is nearest to a ZIP code; of equally near ones the first by IATA code. `file` is a CSV of airports. */
export async function nearestAirport(zip: ZipCode, file: string): Promise<NearestAirport> {
  let search = searches.get(file);
  if (search === undefined) {
    search = airportSearch(file);
    searches.set(file, search);
  }
  return (await search)(zip);
}

async function airportSearch(file: string): Promise<AirportSearch> {
  const source = csv.read(file, {
    columns: ['iata', 'name', 'latitude', 'longitude'],
    types: { latitude: 'number', longitude: 'number' },
  });
  const airports: Airport[] = [];
  for await (const { items } of source.open({ signal: new AbortController().signal })) airports.push(...items);
  airports.sort((a, b) => (a.iata < b.iata ? -1 : 1));
  const nearest = nearestOf(airports);

  return (zip) => {
    const { index, km } = nearest(zip);
    const { iata, name } = airports[index]!;
    return { zip_code: zip.zip_code, city: zip.city, state: zip.state, iata, airport: name, km };
  };
}
