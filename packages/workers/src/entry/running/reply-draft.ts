import { type Packed, pack, transfersOf } from '../../codec/codec.js';
import type { CloneError } from '../../errors.js';
import { copyOf, disown } from '../../wire/clone-fault.js';
import type { FailureFrame, FromLane } from '../../wire/frame.js';
import { encodeThrown, type Thrown } from '../../wire/remote-error.js';
import type { LaneSide } from './lane-side.js';
import { movableBuffers } from './movable-buffers.js';

type ReplyFrame = Extract<FromLane, { readonly kind: 'reply' }>;

/** What the items of a batch came to since its last reply, as the next one will tell it: finished items first, then the item at hand. */
export class ReplyDraft {
  readonly #lane: LaneSide;
  readonly #batch: number;
  /** Index of the first item that no earlier reply has covered to its end. */
  #first = 0;
  #outputs: unknown[] = [];
  /** Outputs of each finished item; undefined while each gave exactly one. */
  #counts: number[] | undefined;
  #failures: FailureFrame[] | undefined;
  #emitted = 0;

  constructor(lane: LaneSide, batch: number) {
    this.#lane = lane;
    this.#batch = batch;
  }

  /** Outputs of the item at hand. */
  get emitted(): number {
    return this.#emitted;
  }

  /** Outputs beyond the one that every finished item may bring. */
  get excess(): number {
    return this.#counts === undefined ? this.#emitted : this.#outputs.length - this.#counts.length;
  }

  /** The item at hand has given one output and is finished. */
  single(output: unknown): void {
    this.#outputs.push(output);
    if (this.#counts !== undefined) this.#counts.push(1);
  }

  /** The item at hand has given one output and may give more. */
  emit(output: unknown): void {
    this.#outputs.push(output);
    this.#emitted++;
  }

  /** The item at hand was given up: what it has emitted since the last reply is not sent. */
  retract(): void {
    this.#outputs.length -= this.#emitted;
    this.#emitted = 0;
  }

  /** The reply will not cover the whole batch: it must tell what it covers. */
  countAll(): void {
    this.#counts ??= new Array<number>(this.#outputs.length).fill(1);
  }

  /** The item at hand is finished, or has failed after what it emitted. */
  end(error?: Thrown): void {
    const counts = this.#countEmitted();
    if (error === undefined) return;
    this.#failures ??= [];
    this.#failures.push({ index: this.#first + counts.length - 1, error });
  }

  /**
   * Replies. With `more` the item at hand goes on in the next reply; given back is why it cannot: one of its outputs cannot be cloned,
   * and only those before it have been sent. `note` goes along.
   *
   * @param astir the item at hand awaits a promise while it is paused
   */
  send(more: boolean, startedAt: number, note: unknown, astir = false): CloneError | undefined {
    if (more) this.#countEmitted();
    let fault: CloneError | undefined;
    try {
      this.#post(more, startedAt, note, astir);
    } catch {
      fault = this.#blame(more);
      this.#post(more, startedAt, note, astir);
    }
    if (more) this.#first += this.#counts!.length - 1;
    this.#outputs = [];
    // A later reply does not begin with the batch, so it must always tell what it covers.
    this.#counts = [];
    this.#failures = undefined;
    return fault;
  }

  #countEmitted(): readonly number[] {
    this.#counts ??= new Array<number>(this.#outputs.length - this.#emitted).fill(1);
    this.#counts.push(this.#emitted);
    this.#emitted = 0;
    return this.#counts;
  }

  #post(more: boolean, startedAt: number, note: unknown, astir: boolean): void {
    // What is moved must not be copied into records first.
    const moved = this.#lane.transfer ? movableBuffers(this.#outputs) : [];
    const values: Packed = moved.length > 0 ? { kind: 'clones', values: this.#outputs } : pack(this.#outputs);
    // Packing is a part of the work.
    const busyMs = performance.now() - startedAt;
    const batch = this.#batch;
    const counts = this.#counts;
    const failures = this.#failures;
    // Object literals, as in `postBatch`.
    const reply: ReplyFrame = astir
      ? { kind: 'reply', batch, values, counts, failures, more, astir, busyMs, note }
      : { kind: 'reply', batch, values, counts, failures, more, busyMs, note };
    this.#lane.post(reply, moved.length > 0 ? moved : transfersOf(values));
  }

  /**
   * Some output cannot be cloned: its item fails, keeping the outputs before it. With `more` the last one is not finished, and its fault is
   * given back. Copies take the place of the outputs, since a getter may throw at any look.
   */
  #blame(more: boolean): CloneError | undefined {
    const copies: unknown[] = [];
    const failures = new Map((this.#failures ?? []).map((failure) => [failure.index, failure]));
    const counts = this.#counts ?? this.#outputs.map(() => 1);
    let faultAtHand: CloneError | undefined;
    let next = 0;
    this.#counts = counts.map((count, i) => {
      const { good, fault } = copyInto(copies, this.#outputs.slice(next, next + count), this.#lane.clone);
      next += count;
      const index = this.#first + i;
      if (fault !== undefined && more && i === counts.length - 1) faultAtHand = fault;
      else if (fault !== undefined) failures.set(index, { index, error: encodeThrown(fault) });
      return good;
    });
    this.#outputs = copies;
    this.#failures = [...failures.values()].sort((a, b) => a.index - b.index);
    return faultAtHand;
  }
}

/** Copies the outputs of one item up to the first one that cannot be cloned. */
function copyInto(
  copies: unknown[],
  outputs: readonly unknown[],
  clone: LaneSide['clone'],
): { readonly good: number; readonly fault: CloneError | undefined } {
  for (const [good, output] of outputs.entries()) {
    const copy = copyOf(output, 'output', clone);
    if (copy.kind === 'fault') {
      disown(outputs.slice(good));
      return { good, fault: copy.fault };
    }
    copies.push(copy.value);
  }
  return { good: outputs.length, fault: undefined };
}
