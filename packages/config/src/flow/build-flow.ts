import { type Flow, type FlowOptions, flow, merge, type SinkFlow } from '@millrace/core';
import type { CaseSpec, ConfigParams, ErrorsSpec, RouteSpec, SinkSpec, StageSpec } from '../params.js';
import type { Code } from './code.js';
import { deadLettersOf, sinkOf, sourceOf } from './ends.js';
import { limited } from './limited.js';
import { optionsOf, patternOf, stepsOf } from './stages.js';

type OpenFlow = Flow<unknown>;
type AnyFlow = OpenFlow | SinkFlow;

/**
 * The flow that a resolved file stands for: what a person would write in code. Lanes build it too, so it knows neither YAML nor checks.
 * @throws PlanError, OptionError
 */
export function buildFlow(params: ConfigParams, code: Code): AnyFlow {
  const { sources, stages, sink, errors, limit } = params;
  const options = errors === undefined ? undefined : flowOptions(errors, code);
  const allowance = limit === undefined ? undefined : { left: limit };
  const flows = sources.map((spec) => {
    const source = sourceOf(spec, code);
    return flow(allowance === undefined ? source : limited(source, allowance), options);
  });
  const [first, ...others] = flows;
  if (first === undefined) throw new Error('a pipeline needs a source');
  return branch(others.length === 0 ? first : merge(first, ...others), stages, sink, code);
}

function flowOptions({ deadLetters, maxErrors }: ErrorsSpec, code: Code): FlowOptions {
  return {
    ...(deadLetters === undefined ? {} : { deadLetters: deadLettersOf(deadLetters, code) }),
    ...(maxErrors === undefined ? {} : { maxErrors }),
  };
}

function branch(start: OpenFlow, stages: readonly StageSpec[], sink: SinkSpec | undefined, code: Code): AnyFlow {
  const end = stages.reduce<AnyFlow>((before, stage) => (isOpen(before) ? withStage(before, stage, code) : before), start);
  return sink === undefined || !isOpen(end) ? end : closed(end, sink, code);
}

function isOpen(given: AnyFlow): given is OpenFlow {
  return 'pipe' in given;
}

function closed(open: OpenFlow, sink: SinkSpec, code: Code): SinkFlow {
  return open.to(sinkOf(sink, code), optionsOf(sink.settings, code));
}

function withStage(before: OpenFlow, stage: StageSpec, code: Code): AnyFlow {
  if (stage.kind === 'route') return withRoute(before, stage, code);
  if (stage.kind === 'tee') {
    // A branch with a sink ends: what is built of it is no open flow.
    return before.tee(stage.name, (beside) => branch(beside, stage.stages, stage.sink, code) as SinkFlow);
  }
  return stepsOf(stage, code).reduce<OpenFlow>((open, step) => open.pipe(step), before);
}

/** The builder of routes as a file needs it: its types narrow what code knows of the items, and a file knows nothing. */
interface Routing {
  when(name: string, pattern: unknown, build: (open: OpenFlow) => AnyFlow): Routing;
  exhaustive(): never;
  otherwise(name: string, build: (open: OpenFlow) => AnyFlow): never;
}

function withRoute(before: OpenFlow, { cases }: RouteSpec, code: Code): AnyFlow {
  const build = (spec: CaseSpec) => (open: OpenFlow) => branch(open, spec.stages, spec.sink, code);
  return before.route((typed) => {
    let routing = typed as unknown as Routing;
    for (const spec of cases) {
      if (spec.when === undefined) return routing.otherwise(spec.name, build(spec));
      routing = routing.when(spec.name, patternOf(spec.when, code), build(spec));
    }
    return routing.exhaustive();
  }) as unknown as AnyFlow;
}
