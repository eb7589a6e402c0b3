import { type Packed, pack, transfersOf } from '../../codec/codec.js';
import type { CloneError } from '../../errors.js';
import { copyOf, disown } from '../../wire/clone-fault.js';
import type { FromLane } from '../../wire/frame.js';
import { encodeThrown } from '../../wire/remote-error.js';
import type { StreamBody, StreamLaneJob, StreamOut } from '../lane-job.js';
import type { LaneSide } from './lane-side.js';

/** A pump that runs for so long lets its outputs go and says how far it came. */
const MAX_PUMP_MS = 8;
/** How often the pump looks at the clock, in items. */
const CLOCK_EVERY = 16;

type State =
  | { readonly kind: 'open' }
  /** END was passed to the body; it may still emit. */
  | { readonly kind: 'ending' }
  /** The body has completed, and outputs it emitted before are still held. */
  | { readonly kind: 'completing' }
  | { readonly kind: 'over' };

/**
 * Feeds a stateful body: one item at a time, only while it has credit for outputs and none is held back, so that what waits behind
 * it waits as items and not as outputs. Outputs beyond the credit are held up to `maxHeld`; more ends the body with `stalled`.
 */
export class StreamRun {
  readonly #lane: LaneSide;
  readonly #job: number;
  /** Undefined while `open` runs. */
  readonly #body: StreamBody | undefined;
  readonly #maxHeld: number;
  readonly #stalled: (held: number) => Error;
  #state: State = { kind: 'open' };
  readonly #traced: boolean;
  #fed: readonly unknown[] = [];
  /** Beside the items fed; empty where none come. */
  #tags: readonly unknown[] = [];
  #next = 0;
  #endOfItems = false;
  #credit = 0;
  #ready: unknown[] = [];
  #held: unknown[] = [];
  #consumed = 0;
  /** Of a traced stream: outputs of each item consumed, and those let go of the item that is not. */
  #counts: number[] = [];
  #released = 0;
  /** An item is in the body at this moment. */
  #feeding = false;
  #busyMs = 0;
  #pumping = false;
  /** Since when its time is not in `#busyMs`. */
  #sliceAt = 0;
  #flushScheduled = false;

  /** Throws what `open` of the job throws. */
  constructor(lane: LaneSide, job: number, stream: StreamLaneJob) {
    this.#lane = lane;
    this.#job = job;
    this.#maxHeld = stream.maxHeld;
    this.#stalled = stream.stalled;
    this.#traced = stream.traced ?? false;
    const out: StreamOut = {
      next: (value) => this.#emit(value),
      error: (error) => this.#fail(error),
      complete: () => this.#complete(),
      wake: () => this.#pumpSoon(),
    };
    this.#body = stream.open(out, lane.lives.begin(1).context);
    // It may have completed or failed before there was a body to close.
    if (this.#state.kind === 'over') this.#body?.close();
  }

  feed(items: readonly unknown[], tags: readonly unknown[] = []): void {
    const rest = this.#next < this.#fed.length;
    this.#fed = rest ? [...this.#fed.slice(this.#next), ...items] : items;
    this.#tags = rest ? [...this.#tags.slice(this.#next), ...tags] : tags;
    this.#next = 0;
    this.#pump();
  }

  grant(outputs: number): void {
    this.#credit += outputs;
    this.#releaseHeld();
    this.#pump();
  }

  end(): void {
    this.#endOfItems = true;
    this.#pump();
  }

  /** Drops the body. Nothing is sent any more. */
  close(): void {
    if (this.#state.kind === 'over') return;
    this.#state = { kind: 'over' };
    try {
      this.#body?.close();
    } catch {
      // The stream was given up: nobody is left to be told.
    }
  }

  #pump(): void {
    // A body may emit while it is fed, and a grant never comes during that; `open` may emit before there is a body.
    if (this.#pumping) return;
    this.#pumping = true;
    const running = this.#lane.cell.read();
    // Whatever the body does now must not be blamed on the item of a task that waits for its promise.
    this.#lane.cell.clear();
    this.#sliceAt = performance.now();
    try {
      this.#feedWhileRoom();
      if (this.#endBody()) this.#feedWhileRoom();
      this.#busyMs += performance.now() - this.#sliceAt;
    } catch (error) {
      this.#fail(error);
    } finally {
      if (running !== undefined) this.#lane.cell.publishWatched(running.batch, running.index);
      this.#pumping = false;
    }
    this.#flush();
  }

  #feedWhileRoom(): void {
    while (this.#isFeedable && this.#credit > 0 && this.#held.length === 0 && !this.#lane.cell.stopped) {
      if (this.#body?.release?.()) continue;
      if (this.#state.kind !== 'open' || this.#next === this.#fed.length) return;
      this.#feedOne();
      if (this.#consumed % CLOCK_EVERY > 0) continue;
      const now = performance.now();
      if (now - this.#sliceAt <= MAX_PUMP_MS) continue;
      this.#busyMs += now - this.#sliceAt;
      this.#sliceAt = now;
      this.#flush();
    }
  }

  get #isFeedable(): boolean {
    return this.#state.kind === 'open' || this.#state.kind === 'ending';
  }

  /** True when END has just reached the body. */
  #endBody(): boolean {
    const rest = this.#next < this.#fed.length || this.#held.length > 0;
    if (!this.#endOfItems || this.#state.kind !== 'open' || rest) return false;
    this.#state = { kind: 'ending' };
    this.#body?.complete();
    return true;
  }

  #feedOne(): void {
    const at = this.#next++;
    this.#feeding = true;
    this.#body?.next(this.#fed[at], this.#tags[at]);
    this.#feeding = false;
    // Nothing else is fed while outputs are held, so they are of this item: a traced one is consumed when they have gone.
    if (!this.#traced) this.#consumed++;
    else if (this.#held.length === 0) this.#consumeTraced();
  }

  #consumeTraced(): void {
    this.#counts.push(this.#released);
    this.#released = 0;
    this.#consumed++;
  }

  #emit(value: unknown): void {
    if (this.#state.kind === 'over' || this.#state.kind === 'completing') return;
    if (this.#credit > 0 && this.#held.length === 0) {
      this.#credit--;
      this.#released++;
      this.#ready.push(value);
    } else {
      this.#held.push(value);
      if (this.#held.length > this.#maxHeld) this.#fail(this.#stalled(this.#held.length));
    }
    this.#flushSoon();
  }

  #complete(): void {
    if (this.#state.kind === 'over' || this.#state.kind === 'completing') return;
    this.#state = { kind: 'completing' };
    this.#flushSoon();
  }

  #releaseHeld(): void {
    const released = Math.min(this.#credit, this.#held.length);
    if (released === 0) return;
    // One by one: a call takes no more arguments than the stack has room for, and there may be a million.
    for (const value of this.#held.splice(0, released)) this.#ready.push(value);
    this.#credit -= released;
    this.#released += released;
    if (this.#traced && this.#held.length === 0) this.#consumeTraced();
  }

  /** As one who waits for room may, the body has something to let go of. */
  #pumpSoon(): void {
    if (!this.#pumping) queueMicrotask(() => this.#pump());
  }

  /** An emission during a pump goes with it; a late one waits for its neighbours of the same tick. */
  #flushSoon(): void {
    if (this.#pumping || this.#flushScheduled) return;
    this.#flushScheduled = true;
    queueMicrotask(() => {
      this.#flushScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#state.kind === 'over') return;
    if (!this.#sendFlow()) return;
    if (this.#state.kind === 'completing' && this.#held.length === 0) {
      this.close();
      this.#lane.post({ kind: 'completed', job: this.#job });
    }
  }

  /** Whether the stream goes on. */
  #sendFlow(): boolean {
    const note = this.#body?.note?.();
    if (this.#ready.length === 0 && this.#consumed === 0 && note === undefined) return true;
    const ready = this.#ready;
    this.#ready = [];
    const counts = this.#traced ? this.#counts : undefined;
    const [job, consumed, busyMs] = [this.#job, this.#consumed, this.#busyMs];
    // Not spread into another: see lanes/batch-frame.ts.
    const flowOf = (values: Packed | undefined): FromLane => ({ kind: 'flow', job, values, consumed, busyMs, counts, note });
    this.#counts = [];
    this.#released = 0;
    this.#consumed = 0;
    this.#busyMs = 0;
    try {
      const values = ready.length === 0 ? undefined : pack(ready);
      this.#lane.post(flowOf(values), values && transfersOf(values));
      return true;
    } catch {
      // Copies take the place of the outputs, since a getter may throw at any look.
      const { copies, fault } = copiesOf(ready, this.#lane.clone);
      this.#lane.post(flowOf({ kind: 'clones', values: copies }));
      if (fault !== undefined) this.#fail(fault);
      return fault === undefined;
    }
  }

  #fail(error: unknown): void {
    if (this.#state.kind === 'over') return;
    // What was emitted in time stands, what is held does not: an error overtakes it.
    if (!this.#sendFlow()) return;
    const feeding = this.#feeding;
    this.close();
    this.#lane.post({ kind: 'failed', job: this.#job, error: encodeThrown(error), feeding });
  }
}

/** Of the outputs up to the first one that cannot be cloned. */
function copiesOf(
  outputs: readonly unknown[],
  clone: LaneSide['clone'],
): { readonly copies: readonly unknown[]; readonly fault: CloneError | undefined } {
  const copies: unknown[] = [];
  for (const output of outputs) {
    const copy = copyOf(output, 'output', clone);
    if (copy.kind === 'fault') {
      disown(outputs.slice(copies.length));
      return { copies, fault: copy.fault };
    }
    copies.push(copy.value);
  }
  return { copies, fault: undefined };
}
