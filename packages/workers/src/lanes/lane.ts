import type { WorkerDeathError } from '../errors.js';
import type { FromLane, ToLane } from '../wire/frame.js';
import { encodeThrown, type ThrownDecoder } from '../wire/remote-error.js';
import type { Running } from '../wire/running-cell.js';
import type { WireEnd, WorkerEvents, WorkerPort } from '../wire/worker-port.js';
import { postBatch } from './batch-frame.js';
import type { Suspect } from './job.js';
import type { InFlight } from './job-entry.js';
import { Loads } from './loads.js';
import type { RestartBudget } from './restart.js';
import type { StreamEntry } from './stream-entry.js';

/** What happens to a lane, for progress and logs. `worker` is its number. */
export type LaneEvent =
  | { readonly kind: 'ready'; readonly worker: number }
  | { readonly kind: 'died'; readonly worker: number; readonly death: WorkerDeathError }
  | { readonly kind: 'replaced'; readonly worker: number; readonly restarts: number }
  /** It died once more than its restart budget allows, and is not replaced. */
  | { readonly kind: 'retired'; readonly worker: number; readonly death: WorkerDeathError };

/** What one lane has done, over all of its workers. */
export interface LaneReport {
  readonly worker: number;
  /** Items finished, by batches and streams. */
  readonly items: number;
  /** Time spent on them, in ms. */
  readonly busyMs: number;
  readonly restarts: number;
}

export interface LaneOptions {
  readonly worker: number;
  readonly startTimeoutMs: number;
  readonly thrown: ThrownDecoder;
  readonly budget: RestartBudget;
  readonly start: (events: WorkerEvents) => WorkerPort;
  /** The lane has room for work. */
  readonly onRoom: () => void;
  /** The resolver cannot be loaded, in any lane. */
  readonly onUnable: (error: unknown) => void;
  readonly onEvent: (event: LaneEvent) => void;
}

/** Batches in a lane at once: one runs while the reply of the other travels. */
const MAX_IN_FLIGHT = 2;

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'starting'; readonly port: WorkerPort }
  | { readonly kind: 'ready'; readonly port: WorkerPort }
  | { readonly kind: 'closing'; readonly port: WorkerPort; readonly onClosed: () => void }
  /** The pool gave up; the worker is being terminated. */
  | { readonly kind: 'ending'; readonly port: WorkerPort }
  | { readonly kind: 'retired'; readonly death: WorkerDeathError }
  | { readonly kind: 'closed' };

/** One lane: its worker, replaced when it dies, and everything that this worker holds. */
export class Lane {
  readonly #options: LaneOptions;
  #state: State = { kind: 'idle' };
  readonly #held = new Map<number, InFlight>();
  readonly #pausedBatches = new Set<number>();
  readonly #streams = new Map<number, StreamEntry>();
  readonly #loads: Loads;
  #items = 0;
  #busyMs = 0;
  #restarts = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
    const { worker, startTimeoutMs, thrown } = options;
    this.#loads = new Loads({
      ...{ worker, startTimeoutMs, thrown, wire: this.#wire },
      onOverdue: (error) => void this.#port?.terminate(error),
    });
  }

  get worker(): number {
    return this.#options.worker;
  }

  get report(): LaneReport {
    return { worker: this.worker, items: this.#items, busyMs: this.#busyMs, restarts: this.#restarts };
  }

  /** Why the lane is not replaced any more. */
  get retirement(): WorkerDeathError | undefined {
    return this.#state.kind === 'retired' ? this.#state.death : undefined;
  }

  get inFlight(): number {
    return this.#held.size - this.#pausedBatches.size;
  }

  get hasRoom(): boolean {
    return this.#state.kind === 'ready' && this.inFlight < MAX_IN_FLIGHT;
  }

  get streams(): number {
    return this.#streams.size;
  }

  start(): void {
    const port = this.#options.start({ onFrame: (frame) => this.#receive(frame), onDeath: (death) => this.#bury(death) });
    this.#state = { kind: 'starting', port };
  }

  run(batch: InFlight): void {
    this.#held.set(batch.number, batch);
    this.#loads.open(batch.entry);
    postBatch(batch, this.#wire);
  }

  resume(batch: number, spare: number): void {
    this.#pausedBatches.delete(batch);
    this.#wire.post({ kind: 'resume', batch, spare });
  }

  /** The worker may still be starting: its port keeps what is posted. */
  hold(stream: StreamEntry): void {
    this.#streams.set(stream.id, stream);
    stream.attach({
      clone: this.#wire.clone,
      post: (frame, transfers) => {
        if (frame.kind === 'drop') this.drop(stream.id);
        else this.#wire.post(frame, transfers);
      },
    });
    this.#loads.open({
      id: stream.id,
      terms: { spec: stream.spec, timeoutMs: undefined, transfer: false },
      broken: stream.broken,
    });
  }

  /** Forgets a job: batches of it that are still held are not answered any more. */
  drop(job: number): void {
    this.#streams.delete(job);
    for (const [number, batch] of this.#held) if (batch.entry.id === job) this.#forget(number);
    this.#loads.drop(job);
  }

  /** Ends the worker as soon as it has said that nothing runs and nothing printed is under way, and after `graceMs` in any case. */
  async close(reason: unknown, graceMs: number): Promise<void> {
    const { kind } = this.#state;
    const port = this.#port;
    for (const stream of this.#clear()) stream.abandon();
    port?.stop();
    // A worker in any other state has nothing to finish.
    if (port !== undefined && kind === 'ready') await this.#closed(port, reason, graceMs);
    this.#state = { kind: 'closed' };
    await port?.terminate();
  }

  /** No lane of the pool will work again. Batches end with their broken jobs. */
  giveUp(error: Error): void {
    const port = this.#port;
    const streams = this.#clear();
    if (port !== undefined) {
      this.#state = { kind: 'ending', port };
      void port.terminate(error);
    }
    for (const stream of streams) stream.broken(error);
  }

  get #port(): WorkerPort | undefined {
    return 'port' in this.#state ? this.#state.port : undefined;
  }

  /** To whatever worker the lane has at the time. */
  readonly #wire: WireEnd<ToLane> = {
    post: (frame, transfers) => this.#port?.post(frame, transfers),
    clone: (value) => this.#port?.clone(value),
  };

  #closed(port: WorkerPort, reason: unknown, graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      const onClosed = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.#state = { kind: 'closing', port, onClosed };
      port.post({ kind: 'close', reason: reason === undefined ? undefined : encodeThrown(reason) });
    });
  }

  #receive(frame: FromLane): void {
    const { thrown, onUnable, onEvent, onRoom, worker } = this.#options;
    if (this.#state.kind === 'closing' && frame.kind === 'closed') this.#state.onClosed();
    // Whatever else comes while the lane ends is of no use to anybody.
    if (this.#state.kind !== 'starting' && this.#state.kind !== 'ready') return;
    switch (frame.kind) {
      case 'ready':
        if (this.#state.kind === 'starting') this.#state = { kind: 'ready', port: this.#state.port };
        onEvent({ kind: 'ready', worker });
        onRoom();
        return;
      case 'unable':
        onUnable(thrown.decode(frame.error));
        return;
      case 'opening':
      case 'opened':
      case 'refused':
        if (frame.kind === 'refused') this.#streams.delete(frame.job);
        this.#loads.receive(frame);
        return;
      case 'reply': {
        const batch = this.#held.get(frame.batch);
        if (batch === undefined) return;
        this.#busyMs += frame.busyMs;
        if (frame.more) this.#pausedBatches.add(frame.batch);
        else this.#forget(frame.batch);
        this.#items += batch.reply(frame, thrown);
        onRoom();
        return;
      }
      case 'flow':
      case 'completed':
      case 'failed': {
        const stream = this.#streams.get(frame.job);
        if (frame.kind === 'flow') {
          this.#items += frame.consumed;
          this.#busyMs += frame.busyMs;
        } else this.drop(frame.job);
        stream?.receive(frame, thrown);
        return;
      }
    }
  }

  /** The worker is gone: everything it held is lost, and another takes its place if the budget allows it. */
  #bury(death: WorkerDeathError): void {
    const { budget, onEvent, onRoom, worker } = this.#options;
    const state = this.#state;
    if (state.kind === 'closing') state.onClosed();
    if (state.kind !== 'starting' && state.kind !== 'ready') return;
    const running = state.port.running();
    const lost = [...this.#held.values()];
    const streams = this.#clear();
    const replaced = budget.spend();
    if (replaced) {
      this.#restarts++;
      this.start();
    } else this.#state = { kind: 'retired', death };
    onEvent({ kind: 'died', worker, death });
    for (const batch of lost) batch.lost(suspectIn(batch, running), death);
    for (const stream of streams) stream.broken(death);
    onEvent(replaced ? { kind: 'replaced', worker, restarts: this.#restarts } : { kind: 'retired', worker, death });
    onRoom();
  }

  /** Forgets what the worker held; gives its streams. */
  #clear(): StreamEntry[] {
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    this.#loads.clear();
    this.#held.clear();
    this.#pausedBatches.clear();
    return streams;
  }

  #forget(batch: number): void {
    this.#held.delete(batch);
    this.#pausedBatches.delete(batch);
  }
}

function suspectIn({ number, items }: InFlight, running: Running | undefined): Suspect {
  if (running?.batch !== number) return 'none';
  return running.exact || running.index === items.length - 1 ? running.index : 'unknown';
}
