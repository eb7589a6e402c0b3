/** What there is to do: to wait, to compute, or both for each item. */
export const jobs = ['io', 'cpu', 'mixed'] as const;
export type Job = (typeof jobs)[number];

/** How it is done. In Python: a loop, asyncio, a pool of threads, a pool of processes. */
export const ways = ['sequential', 'loop', 'threads', 'processes'] as const;
export type Way = (typeof ways)[number];

/** One job, done in one way, in a program of its own. */
export interface Trial {
  readonly job: Job;
  readonly way: Way;
  readonly items: number;
  /** Time that an item waits, in ms; not in the job cpu. */
  readonly ms: number;
  /** Steps that it computes; not in the job io. */
  readonly steps: number;
  /** Threads, or processes. */
  readonly workers: number;
}

/** What a trial took. */
export interface Measured {
  /** From the beginning to the end, in ms, with starting and ending the workers. */
  readonly ms: number;
  /** Of it until all workers were there, in ms. */
  readonly startMs: number;
  /** Time of cores, of all threads and processes, in ms; that of starting the program itself is left out. */
  readonly cpuMs: number;
  /** Most memory of the program; of processes the sum, in which what they share counts more than once. In bytes. */
  readonly memoryBytes: number;
  /** Sums up the results of all items: the same in every way and language. */
  readonly digest: string;
}
