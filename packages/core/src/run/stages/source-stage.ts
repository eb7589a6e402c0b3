import { promiseAmong } from '../../declare/promised-items.js';
import type { Pull } from '../../declare/source.js';
import { PlanError } from '../../errors.js';
import { isThenable } from '../../lane/index.js';
import type { Edge } from '../../queue/index.js';
import type { Lineage } from '../lineage.js';
import type { Activity, Meter } from '../measure/meter.js';
import { type LiveStage, noCounts, type StageHost } from '../stage.js';
import { firstTag } from '../tag.js';
import type { SourceReader } from './source-reader.js';

/** Reads the source, one pull at a time, only while the first queue has room, and numbers the items. */
export class SourceStage implements LiveStage {
  readonly kind = 'source';
  readonly input = undefined;
  readonly lanes = [];
  readonly name: string;
  readonly output: Edge;
  readonly meter: Meter;
  readonly counts = noCounts();
  /** Items read so far. */
  read = 0;
  ended = false;
  readonly #reader: SourceReader;
  readonly #lineage: Lineage;
  /** Tag of its first item. */
  readonly #firstTag: number;
  readonly #host: StageHost;
  #pulled: readonly unknown[] = [];
  #next = 0;
  #pending = false;
  #over = false;
  /** Items of a pull that came when nobody read any more. */
  #late = 0;

  /** @param index of the source among those of its flow */
  constructor(name: string, output: Edge, reader: SourceReader, host: StageHost, meter: Meter, lineage: Lineage, index: number) {
    this.name = name;
    this.output = output;
    this.meter = meter;
    this.#reader = reader;
    this.#host = host;
    this.#lineage = lineage;
    this.#firstTag = firstTag(index);
    void reader.gauge?.broken?.then(this.#broke);
  }

  get held(): number {
    return this.#unsent + (this.#reader.gauge?.length ?? 0);
  }

  get dropped(): number {
    return (this.#reader.gauge?.dropped ?? 0) + this.#late;
  }

  readonly lowestPosition = (low: number): number | undefined => {
    const unsent = this.#unsent;
    const lowest = this.#firstTag + this.read - unsent;
    return unsent > 0 && lowest >= low ? lowest : undefined;
  };

  /** Items that were read and are not in the first queue. */
  get #unsent(): number {
    return this.#pulled.length - this.#next;
  }

  get load(): number {
    return this.#pending ? 1 : 0;
  }

  get activity(): Activity {
    if (this.#pending) return 'busy';
    return this.ended ? 'starved' : 'blocked';
  }

  /** Reads no more: what was read goes on, then END. A pull that is pending is not waited for. */
  drain(): void {
    this.#over = true;
    this.#pending = false;
    this.#host.wake(this);
  }

  readonly step = (): boolean => {
    while (!this.ended && !this.#pending) {
      this.#push();
      if (this.#unsent > 0) return false;
      if (this.#over) {
        this.ended = true;
        this.output.end();
        return false;
      }
      if (this.output.room === 0) return false;
      if (this.#host.overdue()) return true;
      this.#pull();
    }
    return false;
  };

  readonly stop = (): void => {
    this.ended = true;
    this.#pulled = [];
    this.#next = 0;
  };

  #pull(): void {
    let result: ReturnType<SourceReader['pull']>;
    try {
      result = this.#reader.pull(this.output.room, this.#host.overdue);
    } catch (error) {
      this.#host.broken(this, error);
      return;
    }
    if (!isThenable(result)) {
      this.#take(result);
      return;
    }
    this.#pending = true;
    result.then(this.#arrived, this.#broke);
  }

  /** The push is done here and not in a step: one item a pull is common, and a turn on the ready list for each would double its cost. */
  readonly #arrived = (pull: Pull<unknown> | undefined): void => {
    if (this.ended || this.#over) {
      // Only a source that knows what it has given counts what is lost of it.
      if (this.#reader.gauge !== undefined) this.#late += pull?.items.length ?? 0;
      return;
    }
    this.#pending = false;
    this.#take(pull);
    this.#push();
    if (this.#unsent === 0 && !this.#over && this.output.room > 0 && !this.#host.overdue()) this.#pull();
    else this.#host.wake(this);
  };

  readonly #broke = (error: unknown): void => {
    if (this.ended || this.#over) return;
    this.#pending = false;
    this.#host.broken(this, error);
  };

  #take(pull: Pull<unknown> | undefined): void {
    if (pull === undefined) {
      this.#over = true;
      return;
    }
    const refused = promiseAmong(pull.items);
    if (refused !== undefined) {
      this.#host.broken(this, new PlanError(`the source ${refused}`));
      return;
    }
    this.#pulled = pull.items;
    this.#next = 0;
    if (pull.origin !== undefined) this.#lineage.record(this.#firstTag + this.read, pull.items.length, pull.origin);
    this.read += pull.items.length;
  }

  #push(): void {
    const pulled = this.#pulled;
    const first = this.#firstTag + this.read - pulled.length;
    while (this.#next < pulled.length) {
      // Asked again after what it takes: seeing none, the source is woken when there is some.
      const { room } = this.output;
      if (room === 0) return;
      const until = Math.min(pulled.length, this.#next + room);
      const from = this.#next;
      let next = from;
      // Items that are large may fill the queue before there are so many.
      while (next < until && !this.output.full) {
        this.output.push(pulled[next], first + next);
        next += 1;
      }
      this.counts.ok += next - from;
      this.#next = next;
    }
  }
}
