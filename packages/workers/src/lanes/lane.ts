import type { WorkerDeathError } from '../errors.js';
import type { FlightJob, InFlight } from './in-flight.js';
import type { LaneEvent, LaneReport } from './lane-event.js';
import type { RestartBudget } from './restart.js';
import type { StreamEntry } from './stream-entry.js';
import { Tenure, type TenureTerms } from './tenure.js';

export interface LaneOptions extends TenureTerms {
  readonly budget: RestartBudget;
  /** The lane has room for work. */
  readonly onRoom: () => void;
  /** The resolver cannot be loaded, in any lane. */
  readonly onUnable: (error: unknown) => void;
  readonly onEvent: (event: LaneEvent) => void;
}

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'manned'; readonly tenure: Tenure }
  /** The pool gave up; the worker is being terminated. */
  | { readonly kind: 'ending'; readonly tenure: Tenure }
  | { readonly kind: 'retired'; readonly death: WorkerDeathError }
  | { readonly kind: 'closed' };

/** One lane: a worker after the other. */
export class Lane {
  readonly #options: LaneOptions;
  #state: State = { kind: 'idle' };
  readonly #done = { items: 0, busyMs: 0, restarts: 0, recycled: 0, abandoned: 0 };
  #given = 0;
  /** Workers that have been let go and close their jobs. */
  readonly #leaving = new Set<Promise<void>>();

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get worker(): number {
    return this.#options.worker;
  }

  get report(): LaneReport {
    return { worker: this.worker, ...this.#done };
  }

  /** Why the lane is not replaced any more. */
  get retirement(): WorkerDeathError | undefined {
    return this.#state.kind === 'retired' ? this.#state.death : undefined;
  }

  /** It has no worker, and may have one. */
  get isIdle(): boolean {
    return this.#state.kind === 'idle';
  }

  get isManned(): boolean {
    return this.#state.kind === 'manned';
  }

  get isStarting(): boolean {
    return this.#tenure?.isStarting ?? false;
  }

  /** Its worker is ready and holds nothing. */
  get isFree(): boolean {
    const tenure = this.#tenure;
    return tenure?.isReady === true && tenure.isEmpty;
  }

  /** Batches and streams it has been given so far. */
  get given(): number {
    return this.#given;
  }

  get inFlight(): number {
    return this.#tenure?.inFlight ?? 0;
  }

  get hasRoom(): boolean {
    const tenure = this.#tenure;
    // A stream cannot move: while it holds one, a spent worker serves other jobs.
    return tenure?.hasRoom === true && (!tenure.isSpent || tenure.streams > 0);
  }

  /** What its worker runs, if anything, is known to end soon. */
  get isBrief(): boolean {
    return this.#tenure?.isBrief ?? true;
  }

  /** It is spent, and cannot be replaced for what it holds, though nothing of that runs. */
  get isHeldUp(): boolean {
    const tenure = this.#tenure;
    return tenure?.isSpent === true && tenure.inFlight === 0;
  }

  /** Items of the job that its worker may still run. */
  rationOf(job: FlightJob): number {
    return this.#tenure?.rationOf(job) ?? job.maxTasksPerWorker ?? Number.POSITIVE_INFINITY;
  }

  /** Lets its worker run one item more, though it is spent. */
  lend(): void {
    this.#tenure?.lend();
  }

  get streams(): number {
    return this.#tenure?.streams ?? 0;
  }

  start(): void {
    const { onRoom, onUnable, onEvent, worker } = this.#options;
    const tenure: Tenure = new Tenure(this.#options, {
      onReady: () => {
        onEvent({ kind: 'ready', worker });
        onRoom();
      },
      onUnable,
      onDone: (items, busyMs) => {
        this.#done.items += items;
        this.#done.busyMs += busyMs;
      },
      onRoom: () => {
        this.#recycle();
        onRoom();
      },
      onFault: (error) => onEvent({ kind: 'closing-failed', worker, error }),
      onDeath: (death, lose) => this.#bury(tenure, death, lose),
    });
    this.#state = { kind: 'manned', tenure };
  }

  /** A lane that is idle is given a worker for it. */
  run(batch: InFlight): void {
    this.#given++;
    this.#manned()?.run(batch);
  }

  resume(batch: InFlight, spare: number): void {
    this.#tenure?.resume(batch, spare);
  }

  cancel(batch: InFlight, index: number, reason: unknown): void {
    this.#tenure?.cancel(batch, index, reason);
  }

  /** A lane that is idle is given a worker for it. */
  hold(stream: StreamEntry): void {
    this.#given++;
    this.#manned()?.hold(stream);
  }

  /** Ends its worker, which holds nothing; another starts when there is work. */
  rest(): void {
    const tenure = this.#tenure;
    if (tenure === undefined) return;
    this.#state = { kind: 'idle' };
    this.#takeLeave(tenure, () => this.#options.onEvent({ kind: 'released', worker: this.worker }));
  }

  /** Forgets a job; gives what its closing here threw, once that has ended. */
  async drop(job: number): Promise<readonly unknown[]> {
    const dropped = this.#tenure?.drop(job);
    this.#recycle();
    await Promise.all(this.#leaving);
    return (await dropped) ?? [];
  }

  /** Ends its worker when that has nothing left to do, after the grace at the latest. */
  async close(reason: unknown): Promise<void> {
    const state = this.#state;
    this.#state = { kind: 'closed' };
    if (state.kind === 'manned') {
      state.tenure.stop();
      await state.tenure.close(reason);
      this.#done.abandoned += state.tenure.abandoned;
    } else if (state.kind === 'ending') await state.tenure.gone();
    await Promise.all(this.#leaving);
  }

  /** No lane of the pool will work again. */
  giveUp(error: Error): void {
    if (this.#state.kind !== 'manned') return;
    const { tenure } = this.#state;
    this.#state = { kind: 'ending', tenure };
    tenure.giveUp(error);
    this.#done.abandoned += tenure.abandoned;
  }

  #manned(): Tenure | undefined {
    if (this.#state.kind === 'idle') this.start();
    return this.#tenure;
  }

  get #tenure(): Tenure | undefined {
    return this.#state.kind === 'manned' ? this.#state.tenure : undefined;
  }

  /** Another worker takes the place of one that is spent and holds nothing, while that one closes its jobs. */
  #recycle(): void {
    const tenure = this.#tenure;
    if (tenure === undefined || !tenure.isSpent || !tenure.isEmpty) return;
    this.#takeLeave(tenure, () => {
      this.#done.recycled++;
      this.#options.onEvent({ kind: 'recycled', worker: this.worker });
    });
    this.start();
  }

  #takeLeave(tenure: Tenure, onGone: () => void): void {
    const leaving = tenure.close(undefined).then(() => {
      this.#leaving.delete(leaving);
      this.#done.abandoned += tenure.abandoned;
      onGone();
    });
    this.#leaving.add(leaving);
  }

  /** The worker is gone: another takes its place if the budget allows it. */
  #bury(tenure: Tenure, death: WorkerDeathError, lose: () => void): void {
    const { budget, onEvent, onRoom, worker } = this.#options;
    this.#done.abandoned += tenure.abandoned;
    // An end that the pool has brought about is no sign of a lane that cannot live.
    const replaced = tenure.isCondemned || budget.spend();
    if (replaced) {
      this.#done.restarts++;
      this.start();
    } else this.#state = { kind: 'retired', death };
    onEvent({ kind: 'died', worker, death });
    lose();
    onEvent(replaced ? { kind: 'replaced', worker, restarts: this.#done.restarts } : { kind: 'retired', worker, death });
    onRoom();
  }
}
