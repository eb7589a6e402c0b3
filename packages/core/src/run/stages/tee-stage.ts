import { type Edge, EdgeGroup } from '../../queue/index.js';
import type { Activity, Meter } from '../measure/meter.js';
import { type LiveStage, noCounts } from '../stage.js';

/**
 * Gives each item, the same object, to all branches. It goes on when all have room, so the slowest one sets the pace; one that has ended
 * early is left out.
 */
export class TeeStage implements LiveStage {
  readonly kind = 'route';
  readonly lanes = [];
  readonly held = 0;
  readonly name: string;
  readonly input: Edge;
  readonly output: EdgeGroup;
  readonly meter: Meter;
  readonly counts = noCounts();
  ended = false;
  readonly #edges: readonly Edge[];

  constructor(name: string, input: Edge, outputs: readonly Edge[], meter: Meter) {
    this.name = name;
    this.input = input;
    this.output = new EdgeGroup(outputs);
    this.meter = meter;
    this.#edges = outputs;
  }

  readonly lowestPosition = (): undefined => undefined;

  get load(): number {
    return this.activity === 'busy' ? 1 : 0;
  }

  get activity(): Activity {
    if (this.input.length === 0) return 'starved';
    return this.#edges.some((edge) => !edge.detached && edge.full) ? 'blocked' : 'busy';
  }

  readonly step = (): boolean => {
    const { input } = this;
    while (input.length > 0) {
      // For each item: the bytes of the one before count.
      if (!this.#hasRoom()) return false;
      this.#pass();
    }
    if (input.finished) {
      this.ended = true;
      for (const edge of this.#edges) edge.end();
    }
    return false;
  };

  readonly stop = (): void => {
    this.ended = true;
    this.input.clear();
  };

  /** Whether every branch has room. Seeing none in one, the stage is woken when there is some. */
  #hasRoom(): boolean {
    for (const edge of this.#edges) if (!edge.detached && edge.room === 0) return false;
    return true;
  }

  #pass(): void {
    const { input } = this;
    const item = input.shift();
    for (const edge of this.#edges) if (!edge.detached) edge.push(item, input.position);
    this.counts.ok += 1;
  }
}
