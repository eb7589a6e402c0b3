import type { StagePlan } from '../../plan/index.js';
import { type Edge, itemsIn } from '../../queue/index.js';
import type { Timers } from '../../timers.js';
import { FillTimer } from '../fill-timer.js';
import type { Activity, Meter } from '../measure/meter.js';
import { type LiveStage, noCounts, type StageHost } from '../stage.js';

/** `filling`: it leaves when it is full. `due`: its time is up or the input has ended, and it leaves as soon as there is room. */
type State = 'filling' | 'due';

/**
 * Puts items together into arrays. While the next stage has no room a batch goes on filling up to its size: to close it earlier would only
 * make more and smaller ones.
 */
export class BatchStage implements LiveStage {
  readonly kind = 'batch';
  readonly lanes = [];
  readonly name: string;
  readonly input: Edge;
  readonly output: Edge;
  readonly meter: Meter;
  readonly counts = noCounts();
  ended = false;
  readonly #host: StageHost;
  readonly #size: number;
  readonly #timer: FillTimer | undefined;
  readonly #itemsEach: number;
  #batch: unknown[] = [];
  /** Items in the arrays that came, beyond one for each. */
  #surplus = 0;
  #state: State = 'filling';
  /** Lowest position of its items, so that no watermark passes one that is still in a batch; -1 while none has any. */
  #position = -1;

  constructor(plan: StagePlan, edges: { input: Edge; output: Edge }, host: StageHost, meter: Meter, timers: Timers) {
    this.name = plan.name;
    this.input = edges.input;
    this.output = edges.output;
    this.meter = meter;
    this.#host = host;
    this.#size = plan.batch!;
    this.#itemsEach = plan.itemsEach ?? 1;
    if (plan.batchMs !== undefined) this.#timer = new FillTimer(plan.batchMs, timers, () => this.#close());
  }

  get held(): number {
    return this.#batch.length + this.#surplus;
  }

  readonly lowestPosition = (low: number): number | undefined => (this.#position < low ? undefined : this.#position);

  get load(): number {
    return 0;
  }

  get activity(): Activity {
    const leaves = this.#batch.length === this.#size || this.#state === 'due';
    return leaves && this.output.full ? 'blocked' : 'starved';
  }

  readonly step = (): boolean => {
    while (!this.ended) {
      this.#fill();
      if (this.input.finished && this.#batch.length > 0) this.#state = 'due';
      if (this.#batch.length < this.#size && this.#state === 'filling') {
        if (this.input.finished) this.#end();
        return false;
      }
      if (this.output.room === 0) return false;
      this.#flush();
      if (this.#host.overdue()) return true;
    }
    return false;
  };

  readonly stop = (): void => {
    this.ended = true;
    this.#timer?.stop();
    this.#batch = [];
    this.#surplus = 0;
    this.#position = -1;
    this.input.clear();
  };

  #fill(): void {
    while (this.#batch.length < this.#size && this.input.length > 0) {
      const item = this.input.shift();
      this.#batch.push(item);
      this.#surplus += itemsIn(item, this.#itemsEach) - 1;
      const { position } = this.input;
      if (position >= 0 && (this.#position < 0 || position < this.#position)) this.#position = position;
      if (this.#batch.length === 1) this.#timer?.begin();
    }
  }

  #flush(): void {
    const batch = this.#batch;
    this.#timer?.end();
    this.counts.ok += batch.length;
    this.output.push(batch, this.#position);
    this.#batch = [];
    this.#surplus = 0;
    this.#position = -1;
    this.#state = 'filling';
  }

  #close(): void {
    this.#state = 'due';
    this.#host.wake(this);
  }

  #end(): void {
    this.ended = true;
    this.#timer?.stop();
    this.output.end();
  }
}
