import { type Edge, EdgeGroup } from '../queue/index.js';
import type { Activity, Meter } from './meter.js';
import type { Counts, LiveStage } from './stage.js';

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
  readonly counts: Counts = { ok: 0, filtered: 0, failed: 0 };
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
    return this.#edges.some((edge) => !edge.detached && edge.length === edge.capacity) ? 'blocked' : 'busy';
  }

  readonly step = (): boolean => {
    const { input } = this;
    while (input.length > 0) {
      const count = this.#passable();
      if (count === 0) return false;
      this.#pass(count);
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

  /** Items that wait and that every branch has room for. Seeing none, the stage is woken when there is some. */
  #passable(): number {
    let least = this.input.length;
    for (const edge of this.#edges) {
      if (edge.detached) continue;
      const { room } = edge;
      if (room === 0) return 0;
      if (room < least) least = room;
    }
    return least;
  }

  #pass(count: number): void {
    const { input } = this;
    for (let i = 0; i < count; i += 1) {
      const item = input.shift();
      const { position } = input;
      for (const edge of this.#edges) if (!edge.detached) edge.push(item, position);
    }
    this.counts.ok += count;
  }
}
