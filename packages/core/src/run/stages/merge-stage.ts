import { type Edge, EdgeGroup } from '../../queue/index.js';
import type { Activity, Meter } from '../measure/meter.js';
import { type LiveStage, noCounts } from '../stage.js';

/** Makes one of several: takes an item of each input that has one, in turns, so that none starves. Ends when all have ended. */
export class MergeStage implements LiveStage {
  readonly kind = 'route';
  readonly lanes = [];
  readonly held = 0;
  readonly name: string;
  readonly input: EdgeGroup;
  readonly output: Edge;
  readonly meter: Meter;
  readonly counts = noCounts();
  ended = false;
  readonly #edges: readonly Edge[];
  /** The input whose turn it is. */
  #turn = 0;

  constructor(name: string, inputs: readonly Edge[], output: Edge, meter: Meter) {
    this.name = name;
    this.input = new EdgeGroup(inputs);
    this.output = output;
    this.meter = meter;
    this.#edges = inputs;
  }

  readonly lowestPosition = (): undefined => undefined;

  get load(): number {
    return this.activity === 'busy' ? 1 : 0;
  }

  get activity(): Activity {
    if (this.input.length === 0) return 'starved';
    return this.output.full ? 'blocked' : 'busy';
  }

  readonly step = (): boolean => {
    const edges = this.#edges;
    /** Inputs in a row that had nothing. */
    let empty = 0;
    while (empty < edges.length) {
      const edge = edges[this.#turn]!;
      if (edge.length > 0) {
        if (this.output.room === 0) return false;
        const item = edge.shift();
        this.output.push(item, edge.position);
        this.counts.ok += 1;
        empty = 0;
      } else empty += 1;
      this.#turn = (this.#turn + 1) % edges.length;
    }
    if (edges.every(({ finished }) => finished)) {
      this.ended = true;
      this.output.end();
    }
    return false;
  };

  readonly stop = (): void => {
    this.ended = true;
    for (const edge of this.#edges) edge.clear();
  };
}
