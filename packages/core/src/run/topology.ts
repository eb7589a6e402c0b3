import { CancelledError } from '../errors.js';
import { type Plan, visitsOf } from '../plan/index.js';
import type { Edge } from '../queue/index.js';
import { edgesOf, type Visits } from './assembly.js';
import { quietController } from './quiet-controller.js';
import type { LiveStage } from './stage.js';

/** The live stages of one run from source to sink, the edges between them, and a signal for each: what only the whole can see or stop. */
export class Topology {
  /** The plans that each stage stands for: several where they run in one visit. */
  readonly visits: Visits;
  /** Edge `i` leads into stage `i`; the source has none. */
  readonly edges: readonly (Edge | undefined)[];
  /** One per stage: an early stop aborts what lies before it and nothing else. */
  readonly #controllers: readonly AbortController[];
  readonly #stages: LiveStage[] = [];

  constructor(plan: Plan) {
    this.visits = visitsOf(plan.stages);
    this.edges = edgesOf(this.visits);
    this.#controllers = this.visits.map(quietController);
  }

  /** One for each visit, in the order of the plan; none while the run starts. */
  get stages(): readonly LiveStage[] {
    return this.#stages;
  }

  /** Names of the stages that a live stage stands for. */
  namesOf(stage: LiveStage): readonly string[] {
    return this.visits[this.#stages.indexOf(stage)]!.map(({ name }) => name);
  }

  get last(): LiveStage | undefined {
    return this.#stages.at(-1);
  }

  get lastEdge(): Edge {
    return this.edges.at(-1)!;
  }

  get signals(): readonly AbortSignal[] {
    return this.#controllers.map(({ signal }) => signal);
  }

  /** Takes in the next stage as soon as it is made, so that whatever fails after it can stop it, and joins it to its edges. */
  add(stage: LiveStage, wake: (stage: LiveStage) => void): void {
    this.#stages.push(stage);
    if (stage.input !== undefined) stage.input.onItem = () => wake(stage);
    if (stage.output !== undefined) stage.output.onRoom = () => wake(stage);
  }

  /** Items in memory: in queues, in stages, and read but not yet in the first queue. */
  get live(): number {
    let live = 0;
    for (const edge of this.edges) live += edge?.length ?? 0;
    for (const stage of this.#stages) live += stage.held;
    return live;
  }

  /** Lowest source position that is on its way. */
  readonly oldestPosition = (): number | undefined => {
    const positions = [...this.#stages.map((stage) => stage.oldestPosition), ...this.edges.map((edge) => edge?.oldestPosition)];
    return positions.reduce((low, at) => (at === undefined || at < 0 || (low !== undefined && low < at) ? low : at), undefined);
  };

  /** The stages before this one that have not ended. */
  before(stage: LiveStage): readonly LiveStage[] {
    return this.#stages.slice(0, this.#stages.indexOf(stage)).filter(({ ended }) => !ended);
  }

  abortBefore(stage: LiveStage): void {
    const reason = new CancelledError(`stage "${stage.name}" needs no more items`);
    for (const controller of this.#controllers.slice(0, this.#stages.indexOf(stage))) controller.abort(reason);
  }

  abortSource(reason: unknown): void {
    this.#controllers[0]!.abort(reason);
  }

  abortAll(reason: unknown): void {
    for (const controller of this.#controllers) controller.abort(reason);
  }

  /** Name of the stage that a run which does not end waits for. */
  get stuck(): string | undefined {
    const open = this.#stages.filter(({ ended }) => !ended);
    return (open.find(({ kind }) => kind !== 'source') ?? open[0])?.name;
  }
}
