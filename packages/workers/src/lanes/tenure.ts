import { Brood } from '../entry/brood.js';
import type { CloneError, TimeoutError, WorkerDeathError } from '../errors.js';
import type { FromLane, Told } from '../wire/frame.js';
import { encodeThrown, type ThrownDecoder } from '../wire/remote-error.js';
import { unreadFault } from '../wire/unread.js';
import type { WorkerEvents, WorkerPort } from '../wire/worker-port.js';
import { postBatch } from './batch-frame.js';
import { Cancellations } from './cancellations.js';
import type { Obstacle } from './closing.js';
import { Farewell } from './farewell.js';
import { Holdings } from './holdings.js';
import type { FlightJob, InFlight } from './in-flight.js';
import { Loads } from './loads.js';
import { Missed } from './missed.js';
import { Rations } from './rations.js';
import type { StreamEntry } from './stream-entry.js';
import { type RunningNow, Watch } from './watch.js';

export interface TenureTerms {
  /** Lane number. */
  readonly worker: number;
  readonly startTimeoutMs: number;
  readonly graceMs: number;
  readonly thrown: ThrownDecoder;
  readonly start: (events: WorkerEvents) => WorkerPort;
}

/** What a lane hears of its worker. */
export interface TenureCalls {
  readonly onReady: () => void;
  /** The resolver cannot be loaded, in any lane. */
  readonly onUnable: (error: unknown) => void;
  /** So many more items are finished. */
  readonly onDone: (items: number, busyMs: number) => void;
  /** Something has left the worker. */
  readonly onRoom: () => void;
  /** A closing that nobody waits for has failed. */
  readonly onFault: (error: unknown) => void;
  /** The worker is gone, though nobody has closed it: `lose` tells so to all that it held. */
  readonly onDeath: (death: WorkerDeathError, lose: () => void) => void;
}

/** Batches in a lane at once: one runs while the reply of the other travels. */
const MAX_IN_FLIGHT = 2;

type Stage =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready' }
  /** It is being terminated, since what it runs does not end; `guilty` is the item that is charged with it. */
  | { readonly kind: 'condemned'; readonly guilty: RunningNow; readonly why: TimeoutError }
  | { readonly kind: 'closing'; readonly farewell: Farewell }
  | { readonly kind: 'over' };

/** The time of one worker in its lane, with everything that it holds. */
export class Tenure {
  readonly #terms: TenureTerms;
  readonly #calls: TenureCalls;
  readonly #port: WorkerPort;
  readonly #brood: Brood;
  readonly #held = new Holdings();
  readonly #loads: Loads;
  readonly #watch: Watch;
  readonly #cancellations: Cancellations;
  readonly #rations = new Rations();
  readonly #missed = new Missed();
  #stage: Stage = { kind: 'starting' };
  #abandoned = 0;

  constructor(terms: TenureTerms, calls: TenureCalls) {
    this.#terms = terms;
    this.#calls = calls;
    const { worker, startTimeoutMs, graceMs, thrown } = terms;
    const running = (): RunningNow => this.#port.running();
    const onStuck = (error: TimeoutError): void => this.#condemn('none', error);
    this.#watch = new Watch({ running, onOverdue: (guilty, error) => this.#condemn(guilty, error) });
    this.#cancellations = new Cancellations({
      ...{ worker, graceMs, running, onStuck },
      isHeld: (batch) => this.#held.batch(batch.number) === batch,
    });
    this.#loads = new Loads({
      ...{ worker, startTimeoutMs, graceMs, thrown, onStuck, onFault: calls.onFault },
      wire: { post: (frame, transfers) => this.#port.post(frame, transfers), clone: (value) => this.#port.clone(value) },
      // What else it runs is not to blame.
      onOverdue: onStuck,
    });
    this.#port = terms.start({
      onFrame: (frame) => this.#receive(frame),
      onUnread: (frame, error) => this.#miss(frame, error),
      onDeath: (death) => this.#bury(death),
    });
    this.#brood = new Brood(this.#port.pid);
  }

  get isStarting(): boolean {
    return this.#stage.kind === 'starting';
  }

  get isReady(): boolean {
    return this.#stage.kind === 'ready';
  }

  /** It was ended by the pool, for the sake of what it ran. */
  get isCondemned(): boolean {
    return this.#stage.kind === 'condemned';
  }

  get hasRoom(): boolean {
    return this.isReady && this.inFlight < MAX_IN_FLIGHT;
  }

  /** What it runs, if anything, is known to end soon. */
  get isBrief(): boolean {
    return this.#held.areBrief;
  }

  get inFlight(): number {
    return this.#held.inFlight;
  }

  get streams(): number {
    return this.#held.streams;
  }

  /** Jobs that it left unclosed; final when it is gone. */
  get abandoned(): number {
    return this.#abandoned;
  }

  /** It is to be replaced, when it holds nothing any more. */
  get isSpent(): boolean {
    return this.isReady && this.#rations.areSpent;
  }

  get isEmpty(): boolean {
    return this.#held.areEmpty;
  }

  /** Items of the job that it may still run. */
  rationOf(job: FlightJob): number {
    return this.#rations.of(job);
  }

  /** Lets it run one item more, though it is spent. */
  lend(): void {
    this.#rations.lend();
  }

  run(batch: InFlight): void {
    this.#rations.spend(batch.entry, batch.items.length);
    this.#held.add(batch);
    this.#loads.open(batch.entry);
    this.#watchFrom(batch);
    const began = performance.now();
    const bytes = postBatch(batch, this.#port);
    batch.frame = this.#port.posted;
    batch.passage.left(began, performance.now(), bytes);
  }

  resume(batch: InFlight, spare: number): void {
    this.#unpause(batch);
    this.#port.post({ kind: 'resume', batch: batch.number, spare });
  }

  /** A paused item is over with it: its batch goes on. */
  cancel(batch: InFlight, index: number, reason: unknown): void {
    this.#unpause(batch);
    this.#port.post({ kind: 'cancel', batch: batch.number, index, reason: encodeThrown(reason) });
    this.#cancellations.add(batch, index);
  }

  /** The worker may still be starting: its port keeps what is posted. */
  hold(stream: StreamEntry): void {
    const { id, spec, broken } = stream;
    this.#held.addStream(stream);
    stream.attach(this.#port, () => this.#dropStream(id));
    this.#loads.open({ id, broken, terms: { spec, timeoutMs: undefined, transfer: false } });
  }

  /** Forgets a job: its batches are not answered any more. Gives what its closing threw, once that has ended. */
  drop(job: number): Promise<readonly unknown[]> {
    const own = new Set(this.#held.batchesOf(job));
    for (const batch of own) this.#forget(batch);
    this.#rations.drop(job);
    return this.#loads.drop(job, () => this.#obstacle(own));
  }

  /** Ends the worker as soon as it has said that nothing runs, its jobs are closed and nothing printed is under way; bounded by the grace. */
  async close(reason: unknown): Promise<void> {
    const { worker, graceMs } = this.#terms;
    const { onFault } = this.#calls;
    const wasReady = this.isReady;
    for (const stream of this.#release().streams) stream.abandon();
    this.#loads.calm();
    // In any other stage it has nothing to finish.
    if (wasReady) {
      const farewell = new Farewell({ worker, graceMs, onFault, port: this.#port, loads: this.#loads }, reason);
      this.#stage = { kind: 'closing', farewell };
      await farewell.over;
    }
    this.#stage = { kind: 'over' };
    await this.#port.terminate();
    this.#abandoned += this.#loads.clear();
  }

  /** Asks it to run no further item, before `close`. */
  stop(): void {
    this.#port.stop();
  }

  /** Ends it at once. Batches end with their broken jobs. */
  giveUp(error: Error): void {
    const { streams } = this.#release();
    this.#abandoned += this.#loads.clear();
    this.#stage = { kind: 'over' };
    void this.#port.terminate(error);
    for (const stream of streams) stream.broken(error);
  }

  /** Resolves when a worker that was given up is gone. */
  gone(): Promise<void> {
    return this.#port.terminate();
  }

  #watchFrom({ number, entry }: InFlight): void {
    if (entry.terms.timeoutMs !== undefined) this.#watch.add(number, entry.terms.timeoutMs);
  }

  #unpause(batch: InFlight): void {
    this.#held.unpause(batch.number);
    batch.passage.goOn(performance.now());
    this.#watchFrom(batch);
  }

  #condemn(guilty: RunningNow, why: TimeoutError): void {
    if (!this.isReady) return;
    this.#stage = { kind: 'condemned', guilty, why };
    void this.#port.terminate(why);
  }

  /** Why a job that was dropped, with batches `own`, may not be closed yet. */
  #obstacle(own: ReadonlySet<number>): Obstacle {
    if (this.isStarting) return 'other';
    const running = this.#port.running();
    if (running !== 'none') return own.has(running.batch) ? 'own' : 'other';
    // Streams and loads compute unseen.
    return this.streams > 0 || this.#loads.areUnderWay ? 'other' : 'none';
  }

  #receive(frame: FromLane): void {
    const { kind } = this.#stage;
    if (frame.kind === 'child') this.#brood.hear(frame);
    else if (this.#stage.kind === 'closing') {
      if (frame.kind === 'closed') this.#stage.farewell.end();
      else if (frame.kind === 'dropped' || frame.kind === 'opened') this.#loads.receive(frame);
      // Whatever else comes while it ends is of no use to anybody.
    } else if (kind === 'over') return;
    else if (frame.kind === 'missed') this.#know(frame.told);
    else if (this.#missed.areUnknown) this.#missed.keep(frame);
    else this.#hear(frame);
  }

  #hear(frame: FromLane): void {
    const { onReady, onUnable, onDone, onRoom } = this.#calls;
    switch (frame.kind) {
      case 'ready':
        if (this.#stage.kind === 'starting') this.#stage = { kind: 'ready' };
        onReady();
        return;
      case 'unable':
        onUnable(this.#terms.thrown.decode(frame.error));
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
        if (frame.more) this.#pause(frame.batch, frame.astir === true);
        else this.#forget(frame.batch);
        onDone(batch.reply(frame, this.#terms.thrown), frame.busyMs);
        if (!frame.more) this.#rations.refund(batch.entry, batch.open);
        onRoom();
        return;
      }
      case 'stragglers':
        this.#held.straggle(frame.job, frame.some);
        return;
      case 'unread': {
        const fault = unreadFault('item', this.#terms.thrown.decode(frame.error));
        const batch = this.#held.sentWith(frame.frame);
        if (batch === undefined) this.#end(fault);
        else this.#unread(batch, fault);
        return;
      }
      case 'flow':
      case 'completed':
      case 'failed': {
        const stream = this.#held.stream(frame.job);
        if (frame.kind === 'flow') onDone(frame.consumed, frame.busyMs);
        else this.#dropStream(frame.job);
        stream?.receive(frame, this.#terms.thrown);
        return;
      }
    }
  }

  /** The worker says what it was, in its turn among its frames. */
  #miss(frame: number, error: unknown): void {
    // It cannot answer, and may not come up.
    if (this.isStarting) this.#end(unreadFault('output', error));
    if (!this.isReady) return;
    this.#missed.add(error);
    this.#port.post({ kind: 'unread', frame });
  }

  #know({ batch, job }: Told): void {
    const fault = this.#missed.know();
    if (batch === undefined && job === undefined) this.#end(fault);
    const stream = job === undefined ? undefined : this.#held.stream(job);
    stream?.unread(fault);
    const held = batch === undefined ? undefined : this.#held.batch(batch);
    if (held !== undefined) this.#unread(held, fault);
    for (const frame of this.#missed.behind()) this.#receive(frame);
  }

  /** Of what is no batch, and of no stream, nobody knows what else fails for want of it. */
  #end(fault: CloneError): void {
    void this.#port.terminate(fault);
  }

  #unread(batch: InFlight, fault: CloneError): void {
    this.#forget(batch.number);
    batch.unread(fault);
    this.#calls.onRoom();
  }

  #pause(batch: number, astir: boolean): void {
    this.#held.pause(batch, astir);
    this.#watch.remove(batch);
  }

  #forget(batch: number): void {
    this.#held.remove(batch);
    this.#watch.remove(batch);
  }

  #dropStream(job: number): void {
    this.#held.removeStream(job);
    this.#loads.forget(job);
    this.#calls.onRoom();
  }

  #bury(death: WorkerDeathError): void {
    const stage = this.#stage;
    this.#brood.end();
    if (stage.kind === 'closing') stage.farewell.end();
    if (stage.kind === 'closing' || stage.kind === 'over') return;
    const isCondemned = stage.kind === 'condemned';
    const { guilty, why } = isCondemned ? stage : { guilty: this.#port.running(), why: death };
    // It may have died of an item that was paused, or given up, while another one ran.
    const certain = isCondemned || guilty === 'none' || !this.#held.areAstirBeside(guilty.batch);
    this.#missed.clear();
    const paused = new Set(this.#held.paused);
    const { batches, streams } = this.#release();
    this.#abandoned += this.#loads.clear();
    this.#calls.onDeath(death, () => {
      for (const batch of batches) batch.lost(paused.has(batch.number) ? 'none' : guilty, why, death, certain);
      for (const stream of streams) stream.broken(death);
    });
  }

  /** It ends: forgets what it held, but for the jobs that it may still close. */
  #release(): ReturnType<Holdings['clear']> {
    this.#watch.clear();
    this.#cancellations.clear();
    return this.#held.clear();
  }
}
