import type { AnyOperator } from '../declare/declaration.js';
import { StallError } from '../errors.js';
import { OperatorChain } from '../lane/index.js';
import type { StagePlan } from '../plan/index.js';
import { type Edge, RingBuffer } from '../queue/index.js';
import type { Cross } from './clone.js';
import type { Activity, Meter } from './meter.js';
import { type LiveStage, noCounts, type StageHost } from './stage.js';

/** Outputs of an operator stage have no known ancestor. */
const noPosition = -1;

/**
 * A stage whose body is one instance of an operator chain on the main thread. It is fed one item at a time, only while the next queue
 * has room and nothing is held back; what the chain emits beyond that room is held, up to `maxHeld`.
 */
export class OperatorStage implements LiveStage {
  readonly name: string;
  readonly kind: StagePlan['kind'];
  readonly input: Edge;
  readonly output: Edge;
  readonly meter: Meter;
  readonly counts = noCounts();
  readonly lanes = [];
  readonly lowestPosition = (): undefined => undefined;
  ended = false;
  readonly #host: StageHost;
  readonly #chain: OperatorChain;
  readonly #cross: Cross | undefined;
  readonly #heldOutputs = new RingBuffer<unknown>();
  readonly #maxHeld: number;
  #completed = false;
  #inputEnded = false;
  #feeding: number = noPosition;

  constructor(
    plan: StagePlan,
    operators: readonly AnyOperator[],
    edges: { input: Edge; output: Edge },
    host: StageHost,
    meter: Meter,
    cross: Cross | undefined,
  ) {
    this.name = plan.name;
    this.kind = plan.kind;
    this.input = edges.input;
    this.output = edges.output;
    this.meter = meter;
    this.#host = host;
    this.#cross = cross;
    this.#maxHeld = plan.maxHeld!;
    this.#chain = new OperatorChain(operators, {
      next: (value) => this.#emit(value),
      error: (error) => this.#fail(error),
      complete: () => this.#complete(),
    });
  }

  get held(): number {
    return this.#heldOutputs.length;
  }

  get load(): number {
    return this.activity === 'busy' ? 1 : 0;
  }

  get activity(): Activity {
    if (this.#heldOutputs.length > 0 || this.output.full) return 'blocked';
    return this.input.length > 0 ? 'busy' : 'starved';
  }

  readonly step = (): boolean => {
    while (!this.ended) {
      this.#flush();
      if (this.#heldOutputs.length > 0) return false;
      if (this.#completed) {
        this.#end();
        return false;
      }
      if (this.input.length === 0 || this.output.room === 0) break;
      this.#feed();
      if (this.#host.overdue()) return true;
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

  #feed(): void {
    const item = this.input.shift();
    this.#feeding = this.input.position;
    this.counts.ok += 1;
    try {
      this.#chain.next(this.#cross === undefined ? item : this.#cross(item, 'item'));
    } catch (error) {
      this.#fail(error);
    }
    this.#feeding = noPosition;
  }

  #emit(value: unknown): void {
    if (this.ended || this.#completed) return;
    let output = value;
    try {
      if (this.#cross !== undefined) output = this.#cross(value, 'output');
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (this.#heldOutputs.length === 0 && this.output.room > 0) {
      this.output.push(output, noPosition);
      return;
    }
    this.#heldOutputs.push(output, 0);
    if (this.#heldOutputs.length > this.#maxHeld) this.#stall();
  }

  #flush(): void {
    while (this.#heldOutputs.length > 0 && this.output.room > 0) this.output.push(this.#heldOutputs.shift(), noPosition);
  }

  #complete(): void {
    this.#completed = true;
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
    this.counts.failed += this.#feeding === noPosition ? 0 : 1;
    this.counts.ok -= this.#feeding === noPosition ? 0 : 1;
    this.#host.fail(this, this.#feeding, error);
  }
}
