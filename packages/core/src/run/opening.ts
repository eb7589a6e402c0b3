import { findHere, type LanePool, TimeoutError } from '@millrace/workers';
import type { FlowDeclaration, TaskBody } from '../declare/declaration.js';
import { isPooled, type Plan } from '../plan/index.js';
import type { Timers } from '../timers.js';
import { type Assembly, assembleStage, type Ends, type LaneHome } from './assembly.js';
import type { DeadLetters } from './failures/dead-letters.js';
import type { Holdings } from './holdings.js';
import type { Lineage } from './lineage.js';
import { Meter } from './measure/meter.js';
import { within } from './release.js';
import type { StageHost } from './stage.js';
import type { ReaderStage } from './stages/output-stage.js';
import type { Topology } from './topology.js';

/** What a run has before it opens. */
export interface OpeningParts {
  readonly flow: FlowDeclaration;
  readonly plan: Plan;
  readonly home: LaneHome | undefined;
  readonly host: StageHost;
  readonly topology: Topology;
  readonly holdings: Holdings;
  readonly lineage: Lineage;
  readonly letters: DeadLetters | undefined;
  readonly reader: ReaderStage | undefined;
  readonly timers: Timers;
  /** Opens the pools of the plan, once. */
  readonly openPools: () => (stage: string) => LanePool;
  /** Time since the run began, in ms. */
  readonly elapsed: () => number;
  /** Resolves when nothing is to be read. */
  readonly draining: Promise<void>;
  /** The outcome of the run is certain: nothing more is opened. */
  readonly isOver: () => boolean;
}

/** The beginning of a run: its ends are opened, then its stages are made. */
export class Opening {
  readonly #parts: OpeningParts;
  /** Name of what is being opened or made: that is to blame for what is thrown. */
  at = '';

  constructor(parts: OpeningParts) {
    this.#parts = parts;
  }

  /** All sinks before any source: a sink that cannot be written costs no reading. */
  async openEnds(): Promise<void> {
    const { flow, plan, holdings, letters, draining, isOver } = this.#parts;
    for (const stage of loadedHere(flow, plan)) {
      if (!isOver()) await this.#load(stage);
    }
    for (const sink of flow.sinks) {
      if (!isOver()) await holdings.openSink(sink, plan, this.#signalFor(sink.name));
    }
    if (letters !== undefined && !isOver()) {
      this.at = letters.name;
      holdings.claim(letters.name, await letters.open());
    }
    for (const source of flow.sources) {
      if (!isOver()) await holdings.openSource(source, this.#signalFor(source.name), draining);
    }
  }

  /** Once the ends are open. Each stage is part of the run as soon as it is made. */
  assemble(): void {
    const { topology, host, isOver } = this.#parts;
    const assembly = this.#assembly();
    const ends = this.#ends();
    topology.visits.forEach(([plan], index) => {
      if (isOver()) return;
      this.at = plan.name;
      topology.add(assembleStage(assembly, ends, index), host.wake);
    });
  }

  /** Lanes load what they run themselves. */
  async #load({ name, load }: Loaded): Promise<void> {
    const { startTimeoutMs } = this.#parts.holdings;
    const signal = this.#signalFor(name);
    if ((await within(startTimeoutMs, load(findHere), signal)) || signal.aborted) return;
    throw new TimeoutError(
      `the module of the task of stage "${name}" was not imported within ${startTimeoutMs} ms; if it needs longer, raise startTimeoutMs`,
    );
  }

  #signalFor(name: string): AbortSignal {
    this.at = name;
    return this.#parts.topology.signalOf(name);
  }

  #assembly(): Assembly {
    const { flow, plan, home, host, timers, elapsed, holdings, topology, openPools } = this.#parts;
    const { visits, inputs, outputs, signals } = topology;
    return {
      ...{ flow, plan, home, host, timers, visits, inputs, outputs, signals },
      poolOf: openPools(),
      startTimeoutMs: holdings.startTimeoutMs,
      graceMs: holdings.graceMs,
      meter: () => new Meter(performance.now()),
      now: elapsed,
    };
  }

  #ends(): Ends {
    const { holdings, lineage, reader } = this.#parts;
    return {
      readerOf: (source) => holdings.readerOf(source),
      writerOf: (sink) => holdings.writerOf(sink),
      output: reader,
      lineage,
    };
  }
}

interface Loaded {
  readonly name: string;
  readonly load: NonNullable<TaskBody['load']>;
}

/** Stages of the main thread whose task is named by its module. */
function loadedHere({ stages }: FlowDeclaration, plan: Plan): readonly Loaded[] {
  return stages.flatMap(({ name, body }) => {
    if (body.kind !== 'task' || body.load === undefined) return [];
    const { executor } = plan.stages.find((stage) => stage.name === name)!;
    return isPooled(executor) ? [] : [{ name, load: body.load }];
  });
}
