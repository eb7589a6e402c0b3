import { Channel, type Lanes, type Terms } from './channel.js';
import type { PoolOptions } from './options.js';
import type { SubmissionsOptions } from './submissions.js';
import type { Task } from './task.js';
import type { CallOptions } from './task-pool.js';
import type { Turns } from './turns.js';

export interface ChannelsOptions
  extends Pick<PoolOptions, 'setup' | 'teardown' | 'maxTasksPerWorker'>,
    Pick<SubmissionsOptions, 'workers' | 'onTaken' | 'onSettled'> {
  readonly lanes: Lanes;
  readonly turns: Turns;
  /** A channel that was idle is being closed. */
  readonly onClosing: (closing: Promise<unknown>) => void;
}

/** Jobs that are kept open in the lanes though nothing is under way for them. */
const MAX_IDLE_CHANNELS = 64;

/** The channels of a pool: one for each task and the terms that it is called on. */
export class Channels implements Iterable<Channel> {
  readonly #options: ChannelsOptions;
  /** By what makes them differ; the one used last is the last. */
  readonly #byTerms = new Map<string, Channel>();
  /** Of the call before, if that had no terms of its own: mostly the next one is of the same task. */
  #recent: { readonly task: unknown; readonly channel: Channel } | undefined;

  constructor(options: ChannelsOptions) {
    this.#options = options;
  }

  [Symbol.iterator](): Iterator<Channel> {
    return this.#byTerms.values();
  }

  /** That of a task on the terms of a call; opened where there is none. */
  of(task: Task<never, unknown>, options: CallOptions | undefined): Channel {
    const { timeoutMs, transfer = false } = options ?? {};
    const plain = timeoutMs === undefined && !transfer;
    if (plain && this.#recent?.task === task) return this.#recent.channel;
    const key = JSON.stringify([task.module, task.name, task.from, timeoutMs, transfer]);
    const channel = this.#byTerms.get(key) ?? this.#open(key, task, timeoutMs, transfer);
    // The order of a Map is that of insertion.
    this.#byTerms.delete(key);
    this.#byTerms.set(key, channel);
    if (plain) this.#recent = { task, channel };
    return channel;
  }

  #open(key: string, { module, name, from }: Task<never, unknown>, timeoutMs: number | undefined, transfer: boolean): Channel {
    const { lanes, workers, maxTasksPerWorker, setup, teardown, turns, onTaken, onSettled } = this.#options;
    const terms: Terms = { spec: { task: { module, name, from }, setup, teardown }, timeoutMs, transfer };
    this.#closeIdle();
    const channel: Channel = new Channel({
      ...{ lanes, workers, terms, maxTasksPerWorker, onTaken, onSettled },
      enter: (turner) => turns.enter(turner),
      take: (asked, max) => turns.take(asked, max),
      isBusy: (lane) => [...this.#byTerms.values()].some((other) => other.holds(lane)),
      // A later call tries again.
      onBroken: () => this.#forget(key, channel),
    });
    return channel;
  }

  /** A task with ever new time limits must not fill the lanes with jobs. */
  #closeIdle(): void {
    for (const [key, channel] of this.#byTerms) {
      if (this.#byTerms.size < MAX_IDLE_CHANNELS) return;
      if (!channel.idle) continue;
      this.#forget(key, channel);
      this.#options.onClosing(channel.close());
    }
  }

  #forget(key: string, channel: Channel): void {
    if (this.#byTerms.get(key) === channel) this.#byTerms.delete(key);
    if (this.#recent?.channel === channel) this.#recent = undefined;
  }
}
