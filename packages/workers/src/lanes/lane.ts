import type { WorkerDeathError } from '../errors.js';
import type { InFlight } from './in-flight.js';
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
  readonly #done = { items: 0, busyMs: 0, restarts: 0, abandoned: 0 };

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

  get inFlight(): number {
    return this.#tenure?.inFlight ?? 0;
  }

  get hasRoom(): boolean {
    return this.#tenure?.hasRoom ?? false;
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
      onRoom,
      onFault: (error) => onEvent({ kind: 'closing-failed', worker, error }),
      onDeath: (death, lose) => this.#bury(tenure, death, lose),
    });
    this.#state = { kind: 'manned', tenure };
  }

  run(batch: InFlight): void {
    this.#tenure?.run(batch);
  }

  resume(batch: InFlight, spare: number): void {
    this.#tenure?.resume(batch, spare);
  }

  cancel(batch: InFlight, index: number, reason: unknown): void {
    this.#tenure?.cancel(batch, index, reason);
  }

  hold(stream: StreamEntry): void {
    this.#tenure?.hold(stream);
  }

  /** Forgets a job; gives what its closing here threw, once that has ended. */
  async drop(job: number): Promise<readonly unknown[]> {
    return (await this.#tenure?.drop(job)) ?? [];
  }

  /** Ends its worker when that has nothing left to do, after the grace at the latest. */
  async close(reason: unknown): Promise<void> {
    const state = this.#state;
    this.#state = { kind: 'closed' };
    if (state.kind === 'ending') await state.tenure.gone();
    if (state.kind !== 'manned') return;
    state.tenure.stop();
    await state.tenure.close(reason);
    this.#done.abandoned += state.tenure.abandoned;
  }

  /** No lane of the pool will work again. */
  giveUp(error: Error): void {
    if (this.#state.kind !== 'manned') return;
    const { tenure } = this.#state;
    this.#state = { kind: 'ending', tenure };
    tenure.giveUp(error);
    this.#done.abandoned += tenure.abandoned;
  }

  get #tenure(): Tenure | undefined {
    return this.#state.kind === 'manned' ? this.#state.tenure : undefined;
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
