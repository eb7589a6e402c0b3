import { parkWhileLoading } from '../entry/lane-mode.js';
import { ClosedError } from '../errors.js';
import type { LaneReport } from '../lanes/lane-event.js';
import { onAbort } from '../wire/abort.js';
import { settlesWithin } from '../wire/settles-within.js';
import { messageOf } from '../wire/told.js';
import type { Channel, Lanes } from './channel.js';
import { Channels } from './channels.js';
import { Mapping, type MappingOptions } from './mapping.js';
import { checkMap, checkSubmit, type PoolOptions } from './options.js';
import { Room } from './room.js';
import type { Task } from './task.js';
import type { CallOptions, Items, MapOptions, Settled, TaskPool } from './task-pool.js';
import { Turns } from './turns.js';

type State =
  | { readonly kind: 'open' }
  | { readonly kind: 'draining'; readonly done: Promise<void> }
  | { readonly kind: 'cancelled'; readonly error: ClosedError; readonly done: Promise<void> };

export interface ExecutorOptions extends Pick<PoolOptions, 'setup' | 'teardown' | 'maxTasksPerWorker'> {
  readonly lanes: Lanes;
  readonly workers: number;
  readonly capacity: number;
  readonly graceMs: number;
}

const BUFFER_PER_WORKER = 2048;

/** The pool of tasks over any lanes: calls, their order and their ends. */
export class Executor implements TaskPool {
  readonly #options: ExecutorOptions;
  readonly #lanes: Lanes;
  readonly #turns = new Turns();
  readonly #room: Room;
  readonly #channels: Channels;
  #state: State = { kind: 'open' };
  /** Calls and maps that are under way. */
  #open = 0;
  #onSettled: (() => void) | undefined;
  /** Inputs of maps that have been told to return. */
  readonly #closings = new Set<Promise<unknown>>();

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.#lanes = options.lanes;
    this.#room = new Room(options.capacity);
    const { lanes, workers, maxTasksPerWorker, setup, teardown } = options;
    this.#channels = new Channels({
      ...{ lanes, workers, maxTasksPerWorker, setup, teardown, turns: this.#turns },
      onTaken: this.#room.leave,
      onSettled: () => this.#settled(),
      onClosing: (closing) => this.#await(closing),
    });
  }

  get waiting(): number {
    let waiting = 0;
    for (const { submissions } of this.#channels) waiting += submissions.waiting;
    return waiting;
  }

  get running(): number {
    let running = 0;
    for (const { submissions, mappings } of this.#channels) {
      running += submissions.running;
      for (const mapping of mappings) running += mapping.running;
    }
    return running;
  }

  get lanes(): readonly LaneReport[] {
    return this.#lanes.lanes;
  }

  readonly submit = <I, R>(task: Task<I, R>, item: I, options?: CallOptions): Promise<R> => {
    const parked = parkWhileLoading();
    if (parked !== undefined) return parked;
    try {
      checkSubmit(task, options);
      this.#assertOpen();
      const signal = options?.signal;
      if (signal?.aborted) return Promise.reject(signal.reason);
      const channel = this.#channels.of(task, options);
      this.#open += 1;
      this.#room.occupy();
      // What the task gives is of its type: the compiler has seen it where the task was declared.
      return channel.submissions.add(item, signal) as Promise<R>;
    } catch (error) {
      return Promise.reject(error);
    }
  };

  readonly map = <I, R>(task: Task<I, R>, items: Items<I>, options?: MapOptions): AsyncIterableIterator<R> => {
    checkMap('map', task, items, options);
    return this.#iterate<R>(task, items, 'values in order', options);
  };

  readonly mapUnordered = <I, R>(task: Task<I, R>, items: Items<I>, options?: MapOptions): AsyncIterableIterator<R> => {
    checkMap('mapUnordered', task, items, options);
    return this.#iterate<R>(task, items, 'values as they come', options);
  };

  readonly asCompleted = <I, R>(task: Task<I, R>, items: Items<I>, options?: MapOptions): AsyncIterableIterator<Settled<R>> => {
    checkMap('asCompleted', task, items, options);
    return this.#iterate<Settled<R>>(task, items, 'settled', options);
  };

  readonly room = (): Promise<void> => {
    const parked = parkWhileLoading();
    if (parked !== undefined) return parked;
    if (this.#state.kind !== 'open') return Promise.reject(this.#closedError());
    return this.#room.enter();
  };

  readonly drain = (): Promise<void> => {
    const parked = parkWhileLoading();
    if (parked !== undefined) return parked;
    if (this.#state.kind !== 'open') return this.#state.done;
    const done = this.#drain();
    this.#state = { kind: 'draining', done };
    this.#room.close(this.#closedError(), false);
    return done;
  };

  readonly cancel = (reason?: unknown): Promise<void> => {
    const parked = parkWhileLoading();
    if (parked !== undefined) return parked;
    if (this.#state.kind === 'cancelled') return this.#state.done;
    const error = new ClosedError(`the pool was cancelled${whyOf(reason)}`, { cause: reason });
    const done = this.#lanes.close(reason ?? error).then(() => this.#inputsClosed());
    this.#state = { kind: 'cancelled', error, done };
    this.#room.close(error, true);
    for (const channel of this.#channels) channel.end(error, true);
    return done;
  };

  readonly use = async <T>(body: (pool: TaskPool) => T | PromiseLike<T>): Promise<T> => {
    const parked = parkWhileLoading();
    if (parked !== undefined) return parked;
    let result: T;
    try {
      result = await body(this);
    } catch (error) {
      await this.cancel(error);
      throw error;
    }
    await this.drain();
    return result;
  };

  readonly [Symbol.asyncDispose] = (): Promise<void> => this.drain();

  #iterate<Out>(
    task: Task<never, unknown>,
    items: Items<unknown>,
    outcomes: MappingOptions['outcomes'],
    options: MapOptions = {},
  ): AsyncIterableIterator<Out> {
    const { workers, graceMs } = this.#options;
    const { signal, chunkSize, bufferSize = workers * BUFFER_PER_WORKER } = options;
    let channel: Channel | undefined;
    let unwatch: (() => void) | undefined;
    const mapping = new Mapping({
      ...{ items, outcomes, bufferSize, chunkSize, workers, graceMs },
      enter: (turner) => this.#turns.enter(turner),
      begin: () => {
        this.#assertOpen();
        signal?.throwIfAborted();
        channel = this.#channels.of(task, options);
        channel.mappings.add(mapping);
        this.#open += 1;
        if (signal !== undefined) unwatch = onAbort(signal, () => mapping.fail(signal.reason));
        return channel;
      },
      onOver: (closing) => {
        unwatch?.();
        channel?.mappings.delete(mapping);
        if (closing !== undefined) this.#await(closing);
        this.#settled();
      },
    });
    const iterator: AsyncIterableIterator<unknown> = {
      next: () => parkWhileLoading() ?? mapping.next(),
      return: () => mapping.return(),
      [Symbol.asyncIterator]: () => iterator,
    };
    // As for `submit`.
    return iterator as AsyncIterableIterator<Out>;
  }

  #settled(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#onSettled?.();
  }

  async #drain(): Promise<void> {
    if (this.#open > 0) {
      await new Promise<void>((resolve) => {
        this.#onSettled = resolve;
      });
    }
    const faults = await Promise.all([...this.#channels].map((channel) => channel.close()));
    await this.#lanes.close();
    await this.#inputsClosed();
    const [first, ...others] = faults.flat();
    if (others.length > 0) throw new AggregateError([first, ...others], 'lanes of the pool could not be torn down');
    if (first !== undefined) throw first;
  }

  #await(closing: Promise<unknown>): void {
    this.#closings.add(closing);
    const forget = (): void => {
      this.#closings.delete(closing);
    };
    // What it throws is told to who left the map early.
    closing.then(forget, forget);
  }

  /** An async generator that waits for ever never returns: it is waited for no longer than the grace. */
  async #inputsClosed(): Promise<void> {
    if (this.#closings.size === 0) return;
    await settlesWithin(Promise.allSettled(this.#closings), this.#options.graceMs);
  }

  #assertOpen(): void {
    if (this.#state.kind !== 'open') throw this.#closedError();
  }

  #closedError(): ClosedError {
    if (this.#state.kind === 'cancelled') return this.#state.error;
    return new ClosedError('the pool was drained, and takes no further calls; make another one for them');
  }
}

function whyOf(reason: unknown): string {
  return reason === undefined ? '' : `: ${messageOf(reason)}`;
}
