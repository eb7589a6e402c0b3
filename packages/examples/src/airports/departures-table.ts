import { csv } from '@millrace/connectors';
import { flow } from '@millrace/core';
import type { Departures } from './departures.js';

/** Sums up a CSV of flights (origin, destination, count): departures by airport. */
export async function readDepartures(file: string): Promise<Map<string, Departures>> {
  const table = new Map<string, Departures>();
  for await (const { origin, count } of flow(csv.read(file, { columns: ['origin', 'count'], types: { count: 'number' } }))) {
    const { departures, destinations } = table.get(origin) ?? { departures: 0, destinations: 0 };
    // The file has one row for each pair of airports.
    table.set(origin, { departures: departures + count, destinations: destinations + 1 });
  }
  return table;
}
