// The tasks of airports.yaml. In code they are closures over the params of the pipeline.
import type { TaskContext } from '@millrace/core';
import { type NearestAirport, nearestAirport, type ZipCode } from './airports.js';
import { dataset } from './dataset.js';
import { type Departures, lookUpDepartures } from './departures.js';
import { type DeparturesServer, serveDepartures } from './departures-server.js';
import { readDepartures } from './departures-table.js';

export function nearest(zip: ZipCode): Promise<NearestAirport> {
  return nearestAirport(zip, dataset('airports.csv'));
}

export function isNear(found: NearestAirport): boolean {
  return found.km <= 10;
}

export async function departures(
  found: NearestAirport,
  { signal, resource }: TaskContext<DeparturesServer>,
): Promise<NearestAirport & Departures> {
  return { ...found, ...(await lookUpDepartures(resource.url, found.iata, signal)) };
}

/** The resource of the stage: a departures server for this run. */
export async function openDepartures(): Promise<DeparturesServer> {
  return serveDepartures(await readDepartures(dataset('flights-airport.csv')), { latencyMs: 20 });
}

export async function closeDepartures(server: DeparturesServer): Promise<void> {
  await server.close();
}
