import type { TaskSpec } from '../entry/lookup/task-lane.js';
import { TimeoutError } from '../errors.js';
import type { Job, JobHandle } from '../lanes/job.js';
import type { LanePool } from '../lanes/lane-pool.js';
import { Few } from '../wire/few.js';
import type { Mapping } from './mapping.js';
import { Submissions, type SubmissionsOptions } from './submissions.js';
import type { OpenBatch, Poked } from './supply.js';

/** What runs the jobs of a pool: lanes of workers, or those of the event loop. */
export type Lanes = Pick<LanePool, 'add' | 'lanes' | 'close'>;

/** What is the same for all items of one low-level job. */
export interface Terms {
  readonly spec: TaskSpec;
  readonly timeoutMs: number | undefined;
  readonly transfer: boolean;
}

export interface ChannelOptions extends SubmissionsOptions {
  readonly lanes: Lanes;
  readonly terms: Terms;
  readonly maxTasksPerWorker: number | undefined;
  readonly take: (channel: Channel, max: number) => OpenBatch | undefined;
  /** Whether the lane holds a batch of any channel. */
  readonly isBusy: (lane: number) => boolean;
  /** The job cannot run: its calls have been rejected. */
  readonly onBroken: () => void;
}

/** What a message holds at most: more gains nothing, and less is left to share out. */
const MAX_BATCH = 1024;

/** One task on the same terms: the job by which the lanes run it, and the calls that are under way. */
export class Channel implements Poked {
  readonly submissions: Submissions;
  readonly mappings = new Set<Mapping>();
  readonly #options: ChannelOptions;
  /** Batches under way, with their lanes. */
  readonly #flying = new Few<{ readonly batch: OpenBatch; readonly lane: number }>();
  #handle: JobHandle<OpenBatch> | undefined;

  constructor(options: ChannelOptions) {
    this.#options = options;
    const { lanes, terms, workers, maxTasksPerWorker } = options;
    this.submissions = new Submissions(this, options);
    const job: Job<OpenBatch> = {
      ...terms,
      ...{ maxTasksPerWorker, maxLanes: workers, maxBatch: MAX_BATCH },
      take: (max, lane) => this.#take(max, lane),
      reply: (batch, reply) => {
        this.#landed(batch);
        batch.reply(reply);
      },
      lost: (batch, suspect, why) => {
        this.#landed(batch);
        batch.lost(suspect, why);
      },
      broken: (error) => {
        this.#options.onBroken();
        this.end(loadFailure(error, terms.spec), false);
      },
    };
    this.#handle = lanes.add(job);
  }

  get idle(): boolean {
    return this.submissions.open === 0 && this.mappings.size === 0;
  }

  holds(lane: number): boolean {
    return this.#flying.find((flying) => flying.lane === lane) !== undefined;
  }

  readonly poke = (): void => this.#handle?.poke();

  readonly giveUp = (batch: OpenBatch, index: number, reason: unknown): void => this.#handle?.cancel(batch, index, reason);

  /** Resolves with what teardowns threw. */
  readonly close = async (): Promise<readonly unknown[]> => this.#handle?.close() ?? [];

  /** The job is over. All calls reject. With `silent` those that nobody looks at make no unhandled rejection. */
  end(error: unknown, silent: boolean): void {
    this.#handle = undefined;
    this.submissions.end(error, silent);
    for (const mapping of [...this.mappings]) mapping.fail(error, silent);
  }

  #landed(batch: OpenBatch): void {
    this.#flying.take((other) => other.batch === batch);
  }

  /**
   * A lane is asked while it still runs a batch, so that it never idles. One item at a time means that tasks are slow, or not known yet:
   * then an item would wait behind another one, perhaps for long, while a lane is free, for the sake of some microseconds.
   */
  #take(max: number, lane: number): OpenBatch | undefined {
    if (max === 1 && this.#options.isBusy(lane)) return undefined;
    const batch = this.#options.take(this, max);
    if (batch !== undefined) this.#flying.add({ batch, lane });
    return batch;
  }
}

/** The lanes know no tasks: what took too long is told here. */
function loadFailure(error: Error, { task: { module, name }, setup }: TaskSpec): Error {
  if (!(error instanceof TimeoutError)) return error;
  const also = setup === undefined ? '' : `, or does setup "${setup.name}" take long`;
  const what = `task "${name}" was not loaded in time; does ${module} wait for something at its top level${also}? ${error.message}`;
  return new TimeoutError(what, { cause: error });
}
