import { Few } from '../wire/few.js';
import type { InFlight } from './in-flight.js';
import type { StreamEntry } from './stream-entry.js';

/** What the worker of a lane holds: batches, some of them paused, and streams. */
export class Holdings {
  readonly #batches = new Few<InFlight>();
  readonly #paused = new Few<number>();
  /** Those whose item awaited a promise as it paused; they may have been resumed since, and wait for their turn. */
  readonly #astir = new Few<number>();
  /** Jobs of which something goes on that belongs to no batch any more. */
  readonly #straggling = new Few<number>();
  readonly #streams = new Map<number, StreamEntry>();

  /** Batches that run or wait to run. */
  get inFlight(): number {
    return this.#batches.size - this.#paused.size;
  }

  /** All batches that run or wait to run are known to end soon. */
  get areBrief(): boolean {
    const long = this.#batches.find(
      (batch) => !batch.isBrief && this.#paused.find((paused) => paused === batch.number) === undefined,
    );
    return long === undefined;
  }

  get streams(): number {
    return this.#streams.size;
  }

  get areEmpty(): boolean {
    return this.#batches.size === 0 && this.#streams.size === 0;
  }

  add(batch: InFlight): void {
    this.#batches.add(batch);
  }

  batch(number: number): InFlight | undefined {
    return this.#batches.find((batch) => batch.number === number);
  }

  /** The batch that went to the lane with this frame. */
  sentWith(frame: number): InFlight | undefined {
    return this.#batches.find((batch) => batch.frame === frame);
  }

  /** `astir`: its item awaits a promise, after which its code goes on while the lane runs others. */
  pause(batch: number, astir: boolean): void {
    this.#paused.add(batch);
    this.#astir.delete(batch);
    if (astir) this.#astir.add(batch);
  }

  unpause(batch: number): void {
    this.#paused.delete(batch);
  }

  straggle(job: number, some: boolean): void {
    this.#straggling.delete(job);
    if (some) this.#straggling.add(job);
  }

  /** Whether code of other items may run while this batch does. */
  areAstirBeside(batch: number): boolean {
    return this.#straggling.size > 0 || this.#astir.find((other) => other !== batch) !== undefined;
  }

  get paused(): readonly number[] {
    return [...this.#paused];
  }

  remove(batch: number): void {
    this.#batches.take(({ number }) => number === batch);
    this.#paused.delete(batch);
    this.#astir.delete(batch);
  }

  /** The batches of a job. */
  batchesOf(job: number): readonly number[] {
    return [...this.#batches].filter((batch) => batch.entry.id === job).map(({ number }) => number);
  }

  addStream(stream: StreamEntry): void {
    this.#streams.set(stream.id, stream);
  }

  stream(job: number): StreamEntry | undefined {
    return this.#streams.get(job);
  }

  removeStream(job: number): void {
    this.#streams.delete(job);
  }

  /** The worker ends: gives what it held. */
  clear(): { readonly batches: readonly InFlight[]; readonly streams: readonly StreamEntry[] } {
    const held = { batches: this.#batches.clear(), streams: [...this.#streams.values()] };
    this.#paused.clear();
    this.#astir.clear();
    this.#straggling.clear();
    this.#streams.clear();
    return held;
  }
}
