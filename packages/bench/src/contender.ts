/** Worker threads of every contender that has any. */
export const workers = 2;

/** How much is to be done. */
export interface Size {
  readonly items: number;
  /** Turns of the busy loop that take a millisecond here: found once by the harness, so that every contender has the same work. */
  readonly turnsPerMs: number;
}

/** What came out, in a form that can be compared: a contender that loses, doubles, reorders or spoils an item shows here. */
export interface Outcome {
  readonly count: number;
  readonly checksum: number;
}

/** The outcome, and what a contender has measured itself. */
export interface Finish extends Outcome {
  /** Median time of one item from its call to its result, in µs. */
  readonly p50Us?: number;
  /** Time of the run that was no part of the job, in ms: making room for what comes of it, and looking at that. */
  readonly asideMs?: number;
}

/** Does the whole job: makes the items, starts what it needs, gets them done, tallies the outputs, ends what it has started. */
export type RunContender = (size: Size) => Promise<Finish>;

/**
 * What a contender is there for. `naive`: the first thing one would write; `optimum`: the best that was written by hand; `limit`: less than
 * the job, to show what the machine gives.
 */
export type Role = 'millrace' | 'peer' | 'naive' | 'optimum' | 'limit';

export interface Contender {
  /** Unique in its scenario. */
  readonly name: string;
  readonly role: Role;
  /** Dependency of this package whose version belongs into the report. */
  readonly package?: string;
  /** Share of the scenario's items that it is given: slow ones are measured on fewer. Default 1. */
  readonly share?: number;
  /** Called in a process of its own, so that no contender pays for what another one imports. */
  readonly load: () => Promise<RunContender>;
}
