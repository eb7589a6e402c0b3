import type { AnyOperator } from '../../declare/declaration.js';
import { checkedKey } from '../../declare/key.js';
import { promisedOutput } from '../../declare/promised-items.js';
import { LateEmissionError, StallError } from '../../errors.js';
import { type Chain, chainOf } from '../../lane/index.js';
import type { StagePlan } from '../../plan/index.js';
import { type Edge, RingBuffer } from '../../queue/index.js';
import type { Timers } from '../../timers.js';
import type { Cross } from '../clone.js';
import type { Activity, Meter } from '../measure/meter.js';
import { type LiveStage, noCounts, type StageHost } from '../stage.js';

/** Of an output without a known ancestor. */
const noPosition = -1;

export interface OperatorStageOptions {
  /** What crosses is cloned, as if a lane were there. */
  readonly cross: Cross | undefined;
  readonly keyOf: ((item: unknown) => unknown) | undefined;
  readonly timers: Timers;
}

/**
 * A stage whose body is a chain of operators on the main thread, or one for each key. It is fed one item at a time, only while the next
 * queue has room and nothing is held back; what is emitted beyond that room is held, up to `maxHeld`.
 */
export class OperatorStage implements LiveStage {
  readonly name: string;
  readonly kind: StagePlan['kind'];
  readonly input: Edge;
  readonly output: Edge;
  readonly meter: Meter;
  readonly counts = noCounts();
  readonly lanes = [];
  ended = false;
  readonly #host: StageHost;
  readonly #chain: Chain;
  readonly #cross: Cross | undefined;
  readonly #keyOf: ((item: unknown) => unknown) | undefined;
  readonly #heldOutputs = new RingBuffer<unknown>();
  readonly #maxHeld: number;
  readonly #maxPending: number;
  readonly #isLimited: boolean;
  readonly #traced: boolean;
  #completed = false;
  #inputEnded = false;
  /** Whether an item is in the chain at this moment: the one that the input shifted last. */
  #feeding = false;
  /** False once something keeps the next item from being fed: no room, END, an error, an instance that is due. */
  #goesOn = false;
  #overdue = false;

  constructor(
    plan: StagePlan,
    operators: readonly AnyOperator[],
    edges: { input: Edge; output: Edge },
    host: StageHost,
    meter: Meter,
    { cross, keyOf, timers }: OperatorStageOptions,
  ) {
    this.name = plan.name;
    this.kind = plan.kind;
    this.input = edges.input;
    this.output = edges.output;
    this.meter = meter;
    this.#host = host;
    this.#cross = cross;
    this.#keyOf = keyOf;
    this.#maxHeld = plan.maxHeld!;
    this.#maxPending = plan.chain!.maxPending ?? Number.POSITIVE_INFINITY;
    this.#isLimited = plan.chain!.maxPending !== undefined;
    this.#traced = plan.chain!.lineage === 'sync';
    const out = {
      next: (value: unknown) => this.#emit(value),
      error: (error: unknown) => this.#fail(error),
      complete: () => this.#complete(),
      due: () => {
        this.#goesOn = false;
        host.wake(this);
      },
    };
    this.#chain = chainOf(plan.name, operators, out, plan.chain!, timers);
    this.#chain.open();
  }

  get held(): number {
    return this.#heldOutputs.length;
  }

  readonly lowestPosition = (low: number): number | undefined => this.#heldOutputs.lowestTag(low);

  get load(): number {
    return this.activity === 'busy' ? 1 : 0;
  }

  get activity(): Activity {
    if (this.#heldOutputs.length > 0 || this.output.full) return 'blocked';
    return this.input.length > 0 ? 'busy' : 'starved';
  }

  readonly step = (): boolean => {
    this.#overdue = false;
    while (!this.ended) {
      this.#flush();
      if (this.#heldOutputs.length > 0) return false;
      if (this.#completed) {
        this.#end();
        return false;
      }
      if (this.output.room === 0) break;
      this.#goesOn = true;
      if (!this.#chain.release() && !this.#feed()) break;
      if (this.#overdue) return true;
    }
    if (!this.ended && this.input.finished && !this.#inputEnded) {
      this.#inputEnded = true;
      this.#chain.complete();
      return true;
    }
    return false;
  };

  readonly stop = (): void => {
    this.ended = true;
    this.#heldOutputs.clear();
    this.input.clear();
    this.#chain.close();
  };

  /** Feeds what waits until something stands in the way. False when there was nothing to feed, or as many outputs are owed as may be. */
  #feed(): boolean {
    const { input, counts } = this;
    const chain = this.#chain;
    const keyOf = this.#keyOf;
    const cross = this.#cross;
    const { dropped } = chain;
    let fed = 0;
    this.#feeding = true;
    try {
      while (this.#goesOn && input.length > 0 && !(this.#isLimited && chain.pending >= this.#maxPending)) {
        const item = input.shift();
        fed += 1;
        counts.ok += 1;
        const key = keyOf === undefined ? undefined : checkedKey(keyOf(item));
        chain.next(cross === undefined ? item : cross(item, 'item'), key);
        if (!this.#host.overdue()) continue;
        this.#overdue = true;
        break;
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#feeding = false;
    counts.ok -= chain.dropped - dropped;
    counts.filtered += chain.dropped - dropped;
    return fed > 0;
  }

  #emit(value: unknown): void {
    if (this.ended || this.#completed) return;
    // A late one lets another input come.
    if (this.#isLimited && !this.#feeding) this.#host.wake(this);
    let output = value;
    try {
      const refused = promisedOutput(value, 'operators');
      if (refused !== undefined) throw refused;
      if (this.#traced && !this.#feeding) throw new LateEmissionError(this.name);
      if (this.#cross !== undefined) output = this.#cross(value, 'output');
    } catch (error) {
      this.#fail(error);
      return;
    }
    const position = this.#traced ? this.input.position : noPosition;
    if (this.#heldOutputs.length === 0 && this.output.room > 0) {
      this.output.push(output, position);
      if (this.output.full) this.#goesOn = false;
      return;
    }
    this.#goesOn = false;
    this.#heldOutputs.push(output, position);
    if (this.#heldOutputs.length > this.#maxHeld) this.#stall();
  }

  #flush(): void {
    while (this.#heldOutputs.length > 0 && this.output.room > 0) {
      const output = this.#heldOutputs.shift();
      this.output.push(output, this.#heldOutputs.tag);
    }
  }

  #complete(): void {
    this.#completed = true;
    this.#goesOn = false;
    this.#host.wake(this);
  }

  /** The chain may have completed by itself, as `take` does: then what comes before it is not needed any more. */
  #end(): void {
    this.ended = true;
    this.#chain.close();
    this.output.end();
    if (!this.#inputEnded) {
      this.input.clear();
      this.#host.satisfied(this);
    }
  }

  #stall(): void {
    this.#fail(new StallError(this.name, { in: this.counts.ok, out: this.output.accepted, held: this.#heldOutputs.length }));
  }

  #fail(error: unknown): void {
    if (this.ended) return;
    this.#goesOn = false;
    const position = this.#feeding ? this.input.position : noPosition;
    if (this.#feeding) {
      this.counts.failed += 1;
      this.counts.ok -= 1;
    }
    this.#host.fail(this, position, error);
    // What emits without end as it is subscribed to is not among the stages that are stopped.
    this.#chain.close();
  }
}
