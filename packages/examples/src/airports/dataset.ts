import { fileURLToPath } from 'node:url';

// The package exports its entry alone; the files lie beside the folder of that entry.
const folder = new URL('../data/', import.meta.resolve('vega-datasets'));

/** Absolute path of a file of the package vega-datasets. */
export function dataset(name: 'zipcodes.csv' | 'airports.csv' | 'flights-airport.csv' | 'flights-3m.parquet'): string {
  return fileURLToPath(new URL(name, folder));
}
