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
  entry('downloads', 'two downloads of 1 s each take about 1 s, by an io stage', () => import('../downloads/example.js')),
  entry(
    'countdowns',
    'two countdowns from 10^8, one after another, on the event loop, on threads',
    () => import('../countdowns/example.js'),
  ),
  entry('factorials', 'factorials of 100,000 to 500,000 on a pool of 4 threads', () => import('../factorials/example.js')),
  entry('series', 'fib, fac and sum, one after another and side by side', () => import('../series/example.js')),
  entry('squares', 'squares on threads and processes, and a variable that is not shared', () => import('../squares/example.js')),
  entry(
    'pool-of-four',
    'a pool of 4 and 5 tasks: which worker took which; closed, then joined',
    () => import('../pool-of-four/example.js'),
  ),
  entry('executors', 'the same job on loopPool, threadPool and processPool', () => import('../executors/example.js')),
  entry(
    'producer-consumer',
    'a producer, a bounded queue, consumers, and its end',
    () => import('../producer-consumer/example.js'),
  ),
  entry('distribution', 'primes below 5 million, counted by 4 processes', () => import('../distribution/example.js')),
  entry(
    'shared-counter',
    'a counter of 10 threads, 100,000 times each, without a lock and with it',
    () => import('../shared-counter/example.js'),
  ),
  entry(
    'bank',
    'transfers between two accounts: money that is lost without a lock, and none with it',
    () => import('../bank/example.js'),
  ),
  entry(
    'condition',
    'a bounded buffer by hand: producers and consumers that wait for each other',
    () => import('../condition/example.js'),
  ),
  entry('semaphore', '10 workers, 3 licences: never more than 3 in use at once', () => import('../semaphore/example.js')),
  entry(
    'barrier',
    'heat in a rod: no worker begins a step before all have ended the one before',
    () => import('../barrier/example.js'),
  ),
  entry(
    'crew',
    'several producers and consumers on threads and on processes: each item exactly once',
    () => import('../crew/example.js'),
  ),
  entry(
    'thread-local',
    'a student for each thread, that nobody hands from call to call',
    () => import('../thread-local/example.js'),
  ),
  entry(
    'shared-values',
    'a number and an array that threads change and their parent sees',
    () => import('../shared-values/example.js'),
  ),
  entry(
    'killable',
    'processes and a thread that are ended, or end by themselves, and their exit codes',
    () => import('../killable/example.js'),
  ),
  entry(
    'own-and-shared',
    'what a thread and a process have of their own, and what they share',
    () => import('../own-and-shared/example.js'),
  ),
  entry(
    'log-statistics',
    'access logs to hourly statistics; lines that are none are dead letters',
    () => import('../log-statistics/example.js'),
  ),
  entry(
    'measurements',
    'one large text file, read and summed up by all cores side by side',
    () => import('../measurements/example.js'),
  ),
  entry('api-to-parquet', 'pages of an HTTP API into a Parquet file', () => import('../api-to-parquet/example.js')),
  entry(
    'csv-clean-up',
    'contacts spelt alike, duplicates dropped, dead letters for the rest',
    () => import('../csv-clean-up/example.js'),
  ),
  entry('thumbnails', 'thumbnails of a folder of images, on all cores', () => import('../thumbnails/example.js')),
  entry(
    'enrichment',
    'sales with the names of their products: bulk look-ups at a polite rate',
    () => import('../enrichment/example.js'),
  ),
  entry(
    'postgres-import',
    'an import into PostgreSQL that may be made twice: merged on a key',
    () => import('../postgres-import/example.js'),
  ),
  entry(
    'compare',
    'waiting, computing, and both: one after another, on the loop, on threads, on processes, and in Python',
    () => import('../compare/example.js'),
  ),
  program('airports', 'the nearest airport of each US ZIP code, and its departures'),
  program('flights', 'delays of three million flights, from Parquet into Parquet and PostgreSQL'),
];
