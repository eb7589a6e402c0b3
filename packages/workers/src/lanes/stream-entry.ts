import { pack, transfersOf, unpack } from '../codec/codec.js';
import { CloneError } from '../errors.js';
import { cloneFault } from '../wire/clone-fault.js';
import type { FromLane, ToLane } from '../wire/frame.js';
import type { ThrownDecoder } from '../wire/remote-error.js';
import type { WireEnd } from '../wire/worker-port.js';
import type { StreamFeed, StreamJob } from './job.js';

type StreamFrame = Extract<FromLane, { readonly kind: 'flow' | 'completed' | 'failed' }>;

/** The pool's book of one stream, for the life of the worker that holds its body. */
export class StreamEntry {
  readonly id: number;
  readonly #job: StreamJob;
  #lane: { readonly wire: WireEnd<ToLane>; readonly drop: () => void } | undefined;

  constructor(id: number, job: StreamJob) {
    this.id = id;
    this.#job = job;
  }

  get spec(): unknown {
    return this.#job.spec;
  }

  /** The stream lives in this lane from now on. */
  attach(wire: WireEnd<ToLane>, drop: () => void): void {
    this.#lane = { wire, drop };
  }

  feedTo(lane: number): StreamFeed {
    const { id } = this;
    return {
      lane,
      feed: (items, tags) => this.#feed(items, tags),
      grant: (outputs) => this.#lane?.wire.post({ kind: 'grant', job: id, outputs }),
      end: () => this.#lane?.wire.post({ kind: 'end', job: id }),
      close: () => this.#drop(),
    };
  }

  /** Gives the items consumed and the time they took; over when the stream is. */
  receive(frame: StreamFrame, thrown: ThrownDecoder): void {
    if (this.#lane === undefined) return;
    if (frame.kind === 'flow') {
      const { values, counts } = frame;
      if (values !== undefined || counts !== undefined) this.#job.values(values === undefined ? [] : unpack(values), counts);
      if (frame.consumed > 0 || frame.note !== undefined) this.#job.consumed(frame.consumed, frame.busyMs, frame.note);
    } else if (frame.kind === 'completed') {
      this.#lane = undefined;
      this.#job.completed();
    } else this.#fail(thrown.decode(frame.error), frame.feeding);
  }

  readonly broken = (error: unknown): void => this.#fail(error, false);

  /** What the body gave could not be read here: what came after it would have a gap. */
  unread(fault: CloneError): void {
    if (this.#drop()) this.#job.failed(fault, false);
  }

  /** The pool closes: nothing is told any more. */
  abandon(): void {
    this.#lane = undefined;
  }

  #fail(error: unknown, feeding: boolean): void {
    if (this.#lane === undefined) return;
    this.#lane = undefined;
    this.#job.failed(error, feeding);
  }

  #feed(items: readonly unknown[], tags: readonly unknown[] | undefined): void {
    if (this.#lane === undefined) return;
    const { wire } = this.#lane;
    try {
      const values = pack(items);
      wire.post({ kind: 'feed', job: this.id, values, tags }, transfersOf(values));
    } catch (cause) {
      const fault = items.map((item) => cloneFault(item, 'item', wire.clone)).find((found) => found !== undefined);
      // The items before it went with it: a body that is fed with gaps would compute something else.
      const job = this.#job;
      if (this.#drop()) {
        queueMicrotask(() => job.failed(fault ?? new CloneError('the items fed cannot be cloned', 'item', { cause }), false));
      }
    }
  }

  #drop(): boolean {
    const lane = this.#lane;
    this.#lane = undefined;
    lane?.drop();
    return lane !== undefined;
  }
}
