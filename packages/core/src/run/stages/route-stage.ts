import type { JunctionDeclaration } from '../../declare/declaration.js';
import { valueText } from '../../declare/value-text.js';
import { type Edge, EdgeGroup, itemsIn } from '../../queue/index.js';
import type { Activity, Meter } from '../measure/meter.js';
import { type LiveStage, noCounts, type StageHost } from '../stage.js';

type RouteDeclaration = Extract<JunctionDeclaration, { kind: 'route' }>;

const none = -1;

/**
 * Gives each item to the first branch that takes it. The items of a branch keep their order, so an item whose branch is full is held, and
 * those behind it wait, whatever room the other branches have. What would go to a branch that has ended early is filtered.
 */
export class RouteStage implements LiveStage {
  readonly kind = 'route';
  readonly lanes = [];
  readonly name: string;
  readonly input: Edge;
  readonly output: EdgeGroup;
  readonly meter: Meter;
  readonly counts = noCounts();
  ended = false;
  readonly #takes: RouteDeclaration['branches'];
  readonly #edges: readonly Edge[];
  readonly #host: StageHost;
  readonly #itemsEach: number;
  /** The item that waits for its branch, and the number of that. */
  #item: unknown = undefined;
  #position = none;
  #branch = none;

  /**
   * @param outputs one for each branch
   * @param itemsEach items in each of what comes, where those are arrays of a `batch`
   */
  constructor(
    { name, branches }: RouteDeclaration,
    input: Edge,
    outputs: readonly Edge[],
    host: StageHost,
    meter: Meter,
    itemsEach = 1,
  ) {
    this.name = name;
    this.input = input;
    this.output = new EdgeGroup(outputs);
    this.meter = meter;
    this.#takes = branches;
    this.#edges = outputs;
    this.#host = host;
    this.#itemsEach = itemsEach;
  }

  get held(): number {
    return this.#branch === none ? 0 : itemsIn(this.#item, this.#itemsEach);
  }

  readonly lowestPosition = (low: number): number | undefined =>
    this.#branch !== none && this.#position >= low ? this.#position : undefined;

  get load(): number {
    return this.activity === 'busy' ? 1 : 0;
  }

  get activity(): Activity {
    if (this.#branch !== none) return 'blocked';
    return this.input.length > 0 ? 'busy' : 'starved';
  }

  readonly step = (): boolean => {
    const { input } = this;
    while (!this.ended && this.#pass() && input.length > 0) {
      const item = input.shift();
      const { position } = input;
      let branch: number;
      try {
        branch = this.#branchOf(item);
      } catch (error) {
        this.counts.failed += 1;
        this.#host.fail(this, position, error);
        return false;
      }
      // A condition may have ended the run.
      if (this.ended) return false;
      this.#item = item;
      this.#position = position;
      this.#branch = branch;
      if (this.#host.overdue()) return true;
    }
    if (!this.ended && this.#branch === none && input.finished) {
      this.ended = true;
      for (const edge of this.#edges) edge.end();
    }
    return false;
  };

  readonly stop = (): void => {
    this.ended = true;
    this.#item = undefined;
    this.#branch = none;
    this.input.clear();
  };

  /** Hands on the item that is held; false when it must wait. */
  #pass(): boolean {
    if (this.#branch === none) return true;
    const edge = this.#edges[this.#branch]!;
    if (edge.detached) this.counts.filtered += 1;
    else {
      if (edge.room === 0) return false;
      edge.push(this.#item, this.#position);
      this.counts.ok += 1;
    }
    this.#item = undefined;
    this.#branch = none;
    return true;
  }

  #branchOf(item: unknown): number {
    const branches = this.#takes;
    for (let branch = 0; branch < branches.length; branch += 1) {
      const { takes } = branches[branch]!;
      if (takes === undefined || takes(item)) return branch;
    }
    const names = branches.map(({ name }) => `"${name}"`).join(', ');
    throw new TypeError(
      `no branch takes the item (${valueText(item)}): the route has ${names}; add one for such items, or .otherwise(name, build)`,
    );
  }
}
