import { TimeoutError, type WorkerDeathError } from '../errors.js';
import type { FromLane } from '../wire/frame.js';
import { encodeThrown, type ThrownDecoder } from '../wire/remote-error.js';
import { timerMs } from '../wire/task-timeout.js';
import type { WorkerEvents, WorkerPort } from '../wire/worker-port.js';
import { postBatch } from './batch-frame.js';
import { Cancellations } from './cancellations.js';
import type { Obstacle } from './closing.js';
import { Holdings } from './holdings.js';
import type { InFlight } from './in-flight.js';
import type { LaneEvent, LaneReport } from './lane-event.js';
import { Loads } from './loads.js';
import type { RestartBudget } from './restart.js';
import type { StreamEntry } from './stream-entry.js';
import { type RunningNow, Watch } from './watch.js';

export interface LaneOptions {
  readonly worker: number;
  readonly startTimeoutMs: number;
  readonly graceMs: number;
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
  /** The worker is being terminated, since what it runs does not end; `guilty` is the item that is charged with it. */
  | { readonly kind: 'condemned'; readonly port: WorkerPort; readonly guilty: RunningNow; readonly why: TimeoutError }
  | { readonly kind: 'closing'; readonly port: WorkerPort; readonly onClosed: () => void }
  /** The pool gave up; the worker is being terminated. */
  | { readonly kind: 'ending'; readonly port: WorkerPort }
  | { readonly kind: 'retired'; readonly death: WorkerDeathError }
  | { readonly kind: 'closed' };

/** One lane: its worker, replaced when it dies, and everything that this worker holds. */
export class Lane {
  readonly #options: LaneOptions;
  #state: State = { kind: 'idle' };
  readonly #held = new Holdings();
  readonly #loads: Loads;
  readonly #watch: Watch;
  readonly #cancellations: Cancellations;
  readonly #done = { items: 0, busyMs: 0, restarts: 0, abandoned: 0 };

  constructor(options: LaneOptions) {
    this.#options = options;
    const { worker, startTimeoutMs, graceMs, thrown, onEvent } = options;
    const running = (): RunningNow => this.#port?.running() ?? 'none';
    const onStuck = (error: TimeoutError): void => this.#condemn('none', error);
    this.#watch = new Watch({ running, onOverdue: (guilty, error) => this.#condemn(guilty, error) });
    this.#cancellations = new Cancellations({
      ...{ worker, graceMs, running, onStuck },
      isHeld: (batch) => this.#held.batch(batch.number) === batch,
    });
    this.#loads = new Loads({
      ...{ worker, startTimeoutMs, graceMs, thrown, onStuck },
      post: this.#post,
      onOverdue: (error) => void this.#port?.terminate(error),
      onFault: (error) => onEvent({ kind: 'closing-failed', worker, error }),
    });
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
    return this.#held.inFlight;
  }

  get hasRoom(): boolean {
    return this.#state.kind === 'ready' && this.inFlight < MAX_IN_FLIGHT;
  }

  get streams(): number {
    return this.#held.streams;
  }

  start(): void {
    const port = this.#options.start({ onFrame: (frame) => this.#receive(frame), onDeath: (death) => this.#bury(death) });
    this.#state = { kind: 'starting', port };
  }

  run(batch: InFlight): void {
    this.#held.add(batch);
    this.#loads.open(batch.entry);
    this.#watchFrom(batch);
    postBatch(batch, this.#post);
  }

  resume(batch: InFlight, spare: number): void {
    this.#unpause(batch);
    this.#post({ kind: 'resume', batch: batch.number, spare });
  }

  /** A paused item is over with it: its batch goes on. */
  cancel(batch: InFlight, index: number, reason: unknown): void {
    this.#unpause(batch);
    this.#post({ kind: 'cancel', batch: batch.number, index, reason: encodeThrown(reason) });
    this.#cancellations.add(batch, index);
  }

  /** The worker may still be starting: its port keeps what is posted. */
  hold(stream: StreamEntry): void {
    this.#held.addStream(stream);
    stream.attach(this.#post, () => this.#dropStream(stream.id));
    this.#loads.open({
      id: stream.id,
      terms: { spec: stream.spec, timeoutMs: undefined, transfer: false },
      broken: stream.broken,
    });
  }

  /**
   * Forgets a job: batches of it that are still held are not answered any more. Gives what its closing here threw, once that has ended.
   */
  drop(job: number): Promise<readonly unknown[]> {
    const own = new Set(this.#held.batchesOf(job));
    for (const batch of own) this.#forget(batch);
    return this.#loads.drop(job, () => this.#obstacle(own));
  }

  /** Ends the worker as soon as it has said that nothing runs, its jobs are closed and nothing printed is under way; bounded by the grace. */
  async close(reason: unknown): Promise<void> {
    const { kind } = this.#state;
    const port = this.#port;
    for (const stream of this.#release().streams) stream.abandon();
    this.#loads.calm();
    port?.stop();
    // A worker in any other state has nothing to finish.
    if (port !== undefined && kind === 'ready') await this.#closed(port, reason);
    this.#state = { kind: 'closed' };
    await port?.terminate();
    this.#done.abandoned += this.#loads.clear();
  }

  /** No lane of the pool will work again. Batches end with their broken jobs. */
  giveUp(error: Error): void {
    const port = this.#port;
    const { streams } = this.#release();
    this.#done.abandoned += this.#loads.clear();
    if (port !== undefined) {
      this.#state = { kind: 'ending', port };
      void port.terminate(error);
    }
    for (const stream of streams) stream.broken(error);
  }

  get #port(): WorkerPort | undefined {
    return 'port' in this.#state ? this.#state.port : undefined;
  }

  readonly #post: WorkerPort['post'] = (frame, transfers) => this.#port?.post(frame, transfers);

  #watchFrom({ number, entry }: InFlight): void {
    if (entry.terms.timeoutMs !== undefined) this.#watch.add(number, entry.terms.timeoutMs);
  }

  #unpause(batch: InFlight): void {
    this.#held.unpause(batch.number);
    this.#watchFrom(batch);
  }

  /** Ends the worker for the sake of what it runs; it is replaced when it is gone. */
  #condemn(guilty: RunningNow, why: TimeoutError): void {
    if (this.#state.kind !== 'ready') return;
    const { port } = this.#state;
    this.#state = { kind: 'condemned', port, guilty, why };
    void port.terminate(why);
  }

  /** Why a job that was dropped, with batches `own`, may not be closed yet. */
  #obstacle(own: ReadonlySet<number>): Obstacle {
    const running = this.#port?.running() ?? 'none';
    if (running === 'unknown' && !this.#held.areEmpty) return 'other';
    if (running === 'unknown') return own.size > 0 ? 'own' : 'none';
    if (running !== 'none') return own.has(running.batch) ? 'own' : 'other';
    // Streams and loads compute unseen.
    return this.streams > 0 || this.#loads.areUnderWay ? 'other' : 'none';
  }

  /** Resolves when the worker has finished, or will not within its grace: that of the items, and where jobs have to be closed that of the closings. */
  #closed(port: WorkerPort, reason: unknown): Promise<void> {
    const { graceMs, worker, onEvent } = this.#options;
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const onClosed = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const afterClosings = (): void => {
        const error = new TimeoutError(`lane ${worker} took longer than ${graceMs} ms to close its jobs`);
        if (this.#loads.closable > 0) onEvent({ kind: 'closing-failed', worker, error });
        resolve();
      };
      const afterItems = (): void => {
        if (this.#loads.closable === 0 || typeof port.running() === 'object') resolve();
        else timer = setTimeout(afterClosings, timerMs(graceMs));
      };
      timer = setTimeout(afterItems, timerMs(graceMs));
      this.#state = { kind: 'closing', port, onClosed };
      port.post({ kind: 'close', reason: reason === undefined ? undefined : encodeThrown(reason), graceMs });
    });
  }

  #receive(frame: FromLane): void {
    const { kind } = this.#state;
    if (this.#state.kind === 'closing' && frame.kind === 'closed') this.#state.onClosed();
    if (frame.kind === 'dropped' && (kind === 'ready' || kind === 'closing')) this.#loads.receive(frame);
    // Whatever else comes while the lane ends is of no use to anybody.
    else if (kind === 'starting' || kind === 'ready' || kind === 'condemned') this.#hear(frame);
  }

  #hear(frame: FromLane): void {
    const { thrown, onUnable, onEvent, onRoom, worker } = this.#options;
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
      case 'dropped':
        if (frame.kind === 'refused') this.#held.removeStream(frame.job);
        this.#loads.receive(frame);
        return;
      case 'reply': {
        const batch = this.#held.batch(frame.batch);
        if (batch === undefined) return;
        this.#done.busyMs += frame.busyMs;
        if (frame.more) {
          this.#held.pause(frame.batch);
          this.#watch.remove(frame.batch);
        } else this.#forget(frame.batch);
        this.#done.items += batch.reply(frame, thrown);
        onRoom();
        return;
      }
      case 'flow':
      case 'completed':
      case 'failed': {
        const stream = this.#held.stream(frame.job);
        if (frame.kind === 'flow') {
          this.#done.items += frame.consumed;
          this.#done.busyMs += frame.busyMs;
        } else this.#dropStream(frame.job);
        stream?.receive(frame, thrown);
        return;
      }
    }
  }

  #dropStream(job: number): void {
    this.#held.removeStream(job);
    this.#loads.forget(job);
  }

  /** The worker is gone: everything it held is lost, and another takes its place if the budget allows it. */
  #bury(death: WorkerDeathError): void {
    const { budget, onEvent, onRoom, worker } = this.#options;
    const state = this.#state;
    if (state.kind === 'closing') state.onClosed();
    if (state.kind !== 'starting' && state.kind !== 'ready' && state.kind !== 'condemned') return;
    const verdict = state.kind === 'condemned' ? state : { guilty: state.port.running(), why: death };
    const paused = new Set(this.#held.paused);
    const { batches, streams } = this.#release();
    this.#done.abandoned += this.#loads.clear();
    // An end that the pool has brought about is no sign of a lane that cannot live.
    const replaced = state.kind === 'condemned' || budget.spend();
    if (replaced) {
      this.#done.restarts++;
      this.start();
    } else this.#state = { kind: 'retired', death };
    onEvent({ kind: 'died', worker, death });
    for (const batch of batches) batch.lost(paused.has(batch.number) ? 'none' : verdict.guilty, verdict.why, death);
    for (const stream of streams) stream.broken(death);
    onEvent(replaced ? { kind: 'replaced', worker, restarts: this.#done.restarts } : { kind: 'retired', worker, death });
    onRoom();
  }

  /** The worker ends: forgets what it held, but for the jobs that it may still close. */
  #release(): ReturnType<Holdings['clear']> {
    this.#watch.clear();
    this.#cancellations.clear();
    return this.#held.clear();
  }

  #forget(batch: number): void {
    this.#held.remove(batch);
    this.#watch.remove(batch);
  }
}
