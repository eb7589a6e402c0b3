import { type Flow, type FlowOptions, flow, merge } from '@millrace/core';
import type { CaseSpec, ReplaySpec, SinkSpec, StageSpec } from '../params.js';
import { lettersSource } from './letters-source.js';
import { nothing } from './nothing.js';

type OpenFlow = Flow<unknown>;

/** A place in a flow that is being built. */
export interface Way {
  readonly open: OpenFlow;
  /** Whether items come here. Where none do, in a replay, no stage is built and no sink opened: operators would begin, and files be replaced. */
  readonly live: boolean;
}

/** Where items come into a flow besides its begin: in a replay, the dead letters of a stage before that stage. */
export class Entries {
  /** A way into which nothing comes yet. */
  readonly start: Way;
  readonly #names: ReadonlySet<string>;
  readonly #source: (name: string) => OpenFlow;

  constructor(replay: ReplaySpec, options: FlowOptions | undefined) {
    this.start = { open: flow<unknown>(nothing, options), live: false };
    this.#names = new Set(replay.entries);
    this.#source = (name) => flow(lettersSource(replay, name), options);
  }

  /** The way before the stage or sink of that name, with the letters of it. */
  into(name: string | undefined, way: Way): Way {
    return name !== undefined && this.#names.has(name) ? this.joined(way, { open: this.#source(name), live: true }) : way;
  }

  joined(one: Way, other: Way): Way {
    if (one.open === this.start.open) return other;
    if (other.open === this.start.open) return one;
    return { open: merge(one.open, other.open), live: one.live || other.live };
  }

  /** Whether letters go into one of these stages, or into the sink behind them. */
  leadInto(stages: readonly StageSpec[], sink: SinkSpec | undefined): boolean {
    return this.#has(sink?.name) || stages.some((stage) => this.#leadIntoStage(stage));
  }

  #leadIntoStage(stage: StageSpec): boolean {
    if (stage.kind === 'tee') return this.leadInto(stage.stages, stage.sink);
    if (stage.kind === 'route') return stage.cases.some(({ stages, sink }) => this.leadInto(stages, sink));
    return 'name' in stage && this.#has(stage.name);
  }

  #has(name: string | undefined): boolean {
    return name !== undefined && this.#names.has(name);
  }
}

/** Whether nothing of a case goes on behind its route. */
export function hasEnded({ stages, sink }: CaseSpec): boolean {
  const last = stages.at(-1);
  return sink !== undefined || (last?.kind === 'route' && last.cases.every(hasEnded));
}
