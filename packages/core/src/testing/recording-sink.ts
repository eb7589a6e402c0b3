import type { Sink, Writer } from '../declare/sink.js';

/** A call of a sink, in the order of calls. */
export type SinkCall = 'open' | 'write' | 'commit' | 'abort';

/** How a recording sink behaves. */
export interface RecordingSinkOptions<T> {
  /** Name of its stage. Default: `recording sink`. */
  readonly name?: string;
  /** Called before each call takes effect; what it throws or rejects with is what the sink fails with. May wait. Default: nothing. */
  readonly before?: (call: SinkCall, items: readonly T[]) => unknown;
}

/**
 * A sink that keeps what it gets, and how it was called.
 *
 * @example
 * ```ts
 * import { flow, pipeline } from '@millrace/core';
 * import { RecordingSink } from '@millrace/core/testing';
 *
 * const sink = new RecordingSink<number>();
 * const numbers = pipeline(import.meta, 'numbers', () => flow([1, 2]).to(sink, { batch: { items: 1 } }));
 * await numbers.run();
 * console.log(sink.items, sink.calls, sink.ended); // [1, 2] ['open', 'write', 'write', 'commit'] committed
 * ```
 */
export class RecordingSink<T> implements Sink<T> {
  /** Name of its stage. */
  readonly name: string;
  /** What was written, in the order in which writes ended, of the latest run. */
  items: T[] = [];
  /** The items of each write that was successful, of the latest run. */
  batches: (readonly T[])[] = [];
  /** All calls, of all runs. */
  readonly calls: SinkCall[] = [];
  /** Whether what was written stands: undefined until `commit` or `abort` has succeeded. */
  ended: 'committed' | 'aborted' | undefined;
  /** What it was told to abort for, by the latest abort; undefined before. */
  reason: unknown;
  /** Most calls that were under way at once. */
  overlap = 0;
  #underWay = 0;
  readonly #before: NonNullable<RecordingSinkOptions<T>['before']>;

  constructor({ name = 'recording sink', before = () => undefined }: RecordingSinkOptions<T> = {}) {
    this.name = name;
    this.#before = before;
  }

  /** Called by the run. May be called again: each run begins with no items. */
  readonly open: Sink<T>['open'] = async () => {
    await this.#call('open', []);
    this.items = [];
    this.batches = [];
    this.ended = undefined;
    return this.#writer;
  };

  readonly #writer: Writer<T> = {
    write: async (items) => {
      await this.#call('write', items);
      this.batches.push([...items]);
      this.items.push(...items);
    },
    commit: async () => {
      await this.#call('commit', []);
      this.ended = 'committed';
    },
    abort: async (reason) => {
      this.reason = reason;
      await this.#call('abort', []);
      this.ended = 'aborted';
    },
  };

  async #call(call: SinkCall, items: readonly T[]): Promise<void> {
    this.calls.push(call);
    this.#underWay += 1;
    this.overlap = Math.max(this.overlap, this.#underWay);
    try {
      await this.#before(call, items);
    } finally {
      this.#underWay -= 1;
    }
  }
}
