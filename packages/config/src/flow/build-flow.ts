import { type Flow, type FlowOptions, flow, merge, type SinkFlow } from '@millrace/core';
import type { CaseSpec, ConfigParams, ErrorsSpec, RouteSpec, SinkSpec, StageSpec, TeeSpec } from '../params.js';
import type { Code } from './code.js';
import { deadLettersOf, sinkOf, sourceOf } from './ends.js';
import { Entries, hasEnded, type Way } from './entries.js';
import { lettersSink } from './letters-sink.js';
import { limited } from './limited.js';
import { nowhere } from './nothing.js';
import { optionsOf, patternOf, stepsOf } from './stages.js';

type OpenFlow = Flow<unknown>;
type AnyFlow = OpenFlow | SinkFlow;

/**
 * The flow that a resolved file stands for: what a person would write in code. Lanes build it too, so it knows neither YAML nor checks.
 * @throws PlanError, OptionError
 */
export function buildFlow(params: ConfigParams, code: Code): AnyFlow {
  const { stages, sink, errors, replay } = params;
  const letters = replay === undefined ? undefined : { deadLetters: lettersSink(replay.rejects) };
  const options = errors === undefined ? letters : { ...flowOptions(errors, code), ...letters };
  const entries = replay === undefined ? undefined : new Entries(replay, options);
  const start = entries?.start ?? { open: sourcesOf(params, options, code), live: true };
  return new Building(code, entries).branch(start, stages, sink);
}

function sourcesOf({ sources, limit }: ConfigParams, options: FlowOptions | undefined, code: Code): OpenFlow {
  const allowance = limit === undefined ? undefined : { left: limit };
  const flows = sources.map((spec) => {
    const source = sourceOf(spec, code);
    return flow(allowance === undefined ? source : limited(source, allowance), options);
  });
  const [first, ...others] = flows;
  if (first === undefined) throw new Error('a pipeline needs a source');
  return others.length === 0 ? first : merge(first, ...others);
}

function flowOptions({ deadLetters, maxErrors }: ErrorsSpec, code: Code): FlowOptions {
  return {
    ...(deadLetters === undefined ? {} : { deadLetters: deadLettersOf(deadLetters, code) }),
    ...(maxErrors === undefined ? {} : { maxErrors }),
  };
}

function isOpen(given: AnyFlow): given is OpenFlow {
  return 'pipe' in given;
}

/** The builder of routes as a file needs it: its types narrow what code knows of the items, and a file knows nothing. */
interface Routing {
  when(name: string, pattern: unknown, build: (open: OpenFlow) => AnyFlow): Routing;
  exhaustive(): never;
  otherwise(name: string, build: (open: OpenFlow) => AnyFlow): never;
}

/** Puts stages one behind the other. Without entries every way is live. */
class Building {
  readonly #code: Code;
  readonly #entries: Entries | undefined;

  constructor(code: Code, entries: Entries | undefined) {
    this.#code = code;
    this.#entries = entries;
  }

  branch(start: Way, stages: readonly StageSpec[], sink: SinkSpec | undefined): AnyFlow {
    const end = this.#through(start, stages);
    return 'ended' in end ? end.ended : this.#closed(end, sink);
  }

  #through(start: Way, stages: readonly StageSpec[]): Way | { readonly ended: SinkFlow } {
    let way = start;
    for (const stage of stages) {
      const next = this.#withStage(way, stage);
      if ('ended' in next) return next;
      way = next;
    }
    return way;
  }

  #closed(end: Way, sink: SinkSpec | undefined): AnyFlow {
    const { open, live } = this.#into(sink?.name, end);
    if (!live) return open.to(nowhere);
    return sink === undefined ? open : open.to(sinkOf(sink, this.#code), optionsOf(sink.settings, this.#code));
  }

  #into(name: string | undefined, way: Way): Way {
    return this.#entries?.into(name, way) ?? way;
  }

  #withStage(before: Way, stage: StageSpec): Way | { readonly ended: SinkFlow } {
    if (stage.kind === 'route') return before.live ? this.#withRoute(before, stage) : this.#withEntriesOf(before, stage);
    if (stage.kind === 'tee') return this.#withTee(before, stage);
    const way = this.#into('name' in stage ? stage.name : undefined, before);
    if (!way.live) return way;
    return { ...way, open: stepsOf(stage, this.#code).reduce<OpenFlow>((open, step) => open.pipe(step), way.open) };
  }

  #withTee(way: Way, { name, stages, sink }: TeeSpec): Way {
    if (!way.live && !this.#entries?.leadInto(stages, sink)) return way;
    return this.#beside(way, name, stages, sink);
  }

  #beside({ open, live }: Way, name: string, stages: readonly StageSpec[], sink: SinkSpec | undefined): Way {
    // A branch with a sink ends: what is built of it is no open flow.
    return { live, open: open.tee(name, (beside) => this.branch({ open: beside, live }, stages, sink) as SinkFlow) };
  }

  #withRoute({ open }: Way, { cases }: RouteSpec): Way | { readonly ended: SinkFlow } {
    const build = (spec: CaseSpec) => (taken: OpenFlow) => this.branch({ open: taken, live: true }, spec.stages, spec.sink);
    const routed = open.route((typed) => {
      let routing = typed as unknown as Routing;
      for (const spec of cases) {
        if (spec.when === undefined) return routing.otherwise(spec.name, build(spec));
        routing = routing.when(spec.name, patternOf(spec.when, this.#code), build(spec));
      }
      return routing.exhaustive();
    }) as unknown as AnyFlow;
    return isOpen(routed) ? { open: routed, live: true } : { ended: routed };
  }

  /** A route to which nothing comes: of each case what letters go into. */
  #withEntriesOf(before: Way, { cases }: RouteSpec): Way {
    const entries = this.#entries!;
    return cases.reduce<Way>((way, spec) => {
      if (!entries.leadInto(spec.stages, spec.sink)) return way;
      if (hasEnded(spec)) return this.#beside(way, spec.name, spec.stages, spec.sink);
      const inside = this.#through(entries.start, spec.stages);
      return 'ended' in inside ? way : entries.joined(way, inside);
    }, before);
  }
}
