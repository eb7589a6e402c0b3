import { CancelledError } from '../errors.js';
import { type Plan, visitsOf } from '../plan/index.js';
import type { Edge } from '../queue/index.js';
import { type Link, linksOf, outputsOf, type Visits } from './links.js';
import { quietController } from './quiet-controller.js';
import type { LiveStage } from './stage.js';

/** What happens before a stage that wants no more items. */
export interface Cut {
  /** Nobody takes their outputs any more: they are to stop. */
  readonly idle: readonly LiveStage[];
  /** They give to others, too, and go on without this one; they may have waited for room there. */
  readonly lighter: readonly LiveStage[];
}

/** The live stages of one run, the edges between them, and a signal for each: what only the whole can see or stop. */
export class Topology {
  readonly visits: Visits;
  /** Edges into and out of each live stage, by its number. */
  readonly inputs: readonly (readonly Edge[])[];
  readonly outputs: readonly (readonly Edge[])[];
  readonly #links: readonly Link[];
  /** One per stage: an early stop aborts what lies before it and nothing else. */
  readonly #controllers: readonly AbortController[];
  readonly #stages: LiveStage[] = [];

  constructor(plan: Plan) {
    this.visits = visitsOf(plan.stages);
    this.#links = linksOf(this.visits);
    this.inputs = this.visits.map((_, number) => this.#links.filter(({ to }) => to === number).map(({ edge }) => edge));
    this.outputs = this.visits.map((_, number) => outputsOf(this.visits, this.#links, number));
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

  /** Where items leave the run; none while it starts. */
  get ends(): readonly LiveStage[] {
    return this.#stages.filter(({ kind }) => kind === 'sink');
  }

  get signals(): readonly AbortSignal[] {
    return this.#controllers.map(({ signal }) => signal);
  }

  signalOf(stage: string): AbortSignal {
    return this.#controllers[this.#number(stage)]!.signal;
  }

  /** The edge into a stage that has one. */
  edgeInto(stage: string): Edge {
    return this.inputs[this.#number(stage)]![0]!;
  }

  #number(stage: string): number {
    return this.visits.findIndex((visit) => visit.some(({ name }) => name === stage));
  }

  /** Takes in the next stage as soon as it is made, so that whatever fails after it can stop it, and joins it to its edges. */
  add(stage: LiveStage, wake: (stage: LiveStage) => void): void {
    const number = this.#stages.push(stage) - 1;
    // Not written where it is assigned: V8 makes a function literal that is assigned to a property in the old generation, from where it would keep
    // the whole run, also when that is over, until the next major collection.
    const onItem = (): void => wake(stage);
    const onRoom = (): void => wake(stage);
    for (const edge of this.inputs[number]!) edge.onItem = onItem;
    for (const edge of this.outputs[number]!) edge.onRoom = onRoom;
  }

  /** Items in memory, those in batches one by one: in queues, in stages, and read but not yet in the first queue. */
  get live(): number {
    let live = 0;
    for (const { edge } of this.#links) live += edge.items;
    for (const stage of this.#stages) live += stage.held;
    return live;
  }

  /** Lowest tag from `low` on that is on its way. */
  readonly lowestPosition = (low: number): number | undefined => {
    let lowest: number | undefined;
    const look = (at: number | undefined): void => {
      if (at !== undefined && (lowest === undefined || at < lowest)) lowest = at;
    };
    for (const stage of this.#stages) look(stage.lowestPosition(low));
    for (const { edge } of this.#links) look(edge.lowestPosition(low));
    return lowest;
  };

  /** Detaches a stage from what lies before it, and so on for all that stops thereby; aborts the signals of those. */
  cutBefore(stage: LiveStage): Cut {
    const reason = new CancelledError(`stage "${stage.name}" needs no more items`);
    const idle = new Set<number>();
    const lighter = new Set<number>();
    const open = [this.#stages.indexOf(stage)];
    for (let number = open.pop(); number !== undefined; number = open.pop()) {
      for (const link of this.#links) {
        if (link.to !== number) continue;
        link.edge.detach();
        if (this.outputs[link.from]!.every(({ detached }) => detached)) {
          lighter.delete(link.from);
          idle.add(link.from);
          open.push(link.from);
        } else lighter.add(link.from);
      }
    }
    for (const number of idle) this.#controllers[number]!.abort(reason);
    const live = (numbers: ReadonlySet<number>): LiveStage[] =>
      this.#stages.filter(({ ended }, number) => numbers.has(number) && !ended);
    return { idle: live(idle), lighter: live(lighter) };
  }

  /** Nothing is to be read any more. */
  abortSources(reason: unknown): void {
    this.visits.forEach(([{ kind }], number) => {
      if (kind === 'source') this.#controllers[number]!.abort(reason);
    });
  }

  abortAll(reason: unknown): void {
    for (const controller of this.#controllers) controller.abort(reason);
  }

  /** Name of the stage that a run which does not end waits for. */
  get stuck(): string {
    const open = this.#stages.filter(({ ended }) => !ended);
    const stage = open.find(({ kind }) => kind !== 'source') ?? open[0];
    // None while the ends are still being opened: the first of the plan stands for them.
    return stage?.name ?? this.visits[0]![0].name;
  }
}
