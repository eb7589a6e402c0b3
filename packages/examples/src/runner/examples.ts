import type { Example, Program } from './example.js';

/** A line of the list. Nothing of an example is loaded before it is asked for. */
export interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Example | Program>;
}

const entry = (name: string, summary: string, load: () => Promise<{ readonly example: Example }>): Entry => ({
  name,
  summary,
  load: async () => (await load()).example,
});

/** An example of its own folder, older than the runner: its `main.js` reads the command line itself. */
const program = (name: string, summary: string): Entry => ({
  name,
  summary,
  load: async () => ({ kind: 'program', module: new URL(`../${name}/main.js`, import.meta.url) }),
});

/** All examples, in the order of the list: a folder each, and a line here. */
export const examples: readonly Entry[] = [
  entry('sleepers', '5 tasks that sleep 2 s take about 2 s on one thread', () => import('../sleepers/example.js')),
  program('airports', 'the nearest airport of each US ZIP code, and its departures'),
  program('flights', 'delays of three million flights, from Parquet into Parquet and PostgreSQL'),
];
