import { setMaxListeners } from 'node:events';
import type { LaneContext } from '../lane-job.js';

interface Abort {
  readonly reason: unknown;
}

/** The item lives of one job in one lane; what ends the job ends them. */
export class ItemLives {
  readonly #worker: number;
  #spare: ItemLife | undefined;
  /** Whose signal has been read. The job's end reaches them from here: a listener for each on a signal of the job would be slower to remove. */
  readonly #followers = new Set<ItemLife>();
  #aborted: Abort | undefined;

  constructor(worker: number) {
    this.#worker = worker;
  }

  /**
   * Of the item that begins now. It is that of the item before, when that one ended within its call and has not read its signal: nothing
   * can tell the two apart, and tasks that give values cost no allocation.
   */
  begin(attempt: number): ItemLife {
    const spare = this.#spare;
    if (spare !== undefined && !spare.kept && spare.attempt === attempt) return spare;
    this.#spare = new ItemLife(this, attempt, this.#worker);
    return this.#spare;
  }

  get aborted(): Abort | undefined {
    return this.#aborted;
  }

  follow(life: ItemLife): void {
    this.#followers.add(life);
  }

  unfollow(life: ItemLife): void {
    this.#followers.delete(life);
  }

  /** The job ends: aborts the signal of every item that runs. The first reason stays. */
  abort(reason: unknown): void {
    if (this.#aborted !== undefined) return;
    this.#aborted = { reason };
    for (const life of [...this.#followers]) life.abort(reason);
  }
}

/** From the begin of an item to its end: what its context stands on. */
export class ItemLife {
  readonly context: LaneContext;
  readonly attempt: number;
  /** The item outlives its call, or has read its signal: no other item may have this life. */
  kept = false;
  readonly #lives: ItemLives;
  #controller: AbortController | undefined;
  #aborted: Abort | undefined;
  #ended = false;

  constructor(lives: ItemLives, attempt: number, worker: number) {
    this.#lives = lives;
    this.attempt = attempt;
    this.context = new ItemContext(this, worker);
  }

  get signal(): AbortSignal {
    this.#controller ??= this.#openController();
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#aborted ??= { reason };
    this.#controller?.abort(this.#aborted.reason);
    this.#lives.unfollow(this);
  }

  /** The item is over: its signal will not abort any more. */
  end(): void {
    this.#ended = true;
    if (this.#controller !== undefined) this.#lives.unfollow(this);
  }

  #openController(): AbortController {
    this.kept = true;
    const controller = new AbortController();
    // A task may add any number of listeners: the default limit of ten would warn of a leak that is none.
    setMaxListeners(0, controller.signal);
    const aborted = this.#aborted ?? this.#lives.aborted;
    if (aborted !== undefined) controller.abort(aborted.reason);
    else if (!this.#ended) this.#lives.follow(this);
    return controller;
  }
}

/** What the task sees of its item's life. */
class ItemContext implements LaneContext {
  readonly attempt: number;
  readonly worker: number;
  readonly #life: ItemLife;

  constructor(life: ItemLife, worker: number) {
    this.#life = life;
    this.attempt = life.attempt;
    this.worker = worker;
  }

  get signal(): AbortSignal {
    return this.#life.signal;
  }
}
