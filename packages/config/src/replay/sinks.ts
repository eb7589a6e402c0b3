import { stat } from 'node:fs/promises';
import { connectors, type OptionRule, resolveFrom } from '@millrace/connectors';
import type { OpenPipeline } from '@millrace/core';
import { ReplayError } from '../errors.js';
import type { CaseSpec, ConfigParams, SinkSpec, StageSpec } from '../params.js';

type Pipeline = OpenPipeline<ConfigParams, unknown>;
type Change = (sink: SinkSpec) => SinkSpec;

/**
 * The params with each sink named as the plan names it: letters know a sink by that name, and a replay, which is a part of the flow, must
 * not name it otherwise. Core makes these names of all that stands in the flow, so they are not made again here: a plan with marks for
 * names has the same order.
 */
export function withSinkNames(params: ConfigParams, pipeline: Pipeline): ConfigParams {
  let count = 0;
  const marked = changedSinks(params, (sink) => ({ ...sink, name: `${mark}${count++}` }));
  const planned = pipeline.plan(params).stages;
  const names = new Map(pipeline.plan(marked).stages.map(({ name }, index) => [name, planned[index]!.name]));
  return changedSinks(marked, (sink) => ({ ...sink, name: names.get(sink.name!)! }));
}

/** Of the characters that Unicode gives nobody: no name of a file begins with it. */
const mark = '\uE000';

/** All sinks of the flow, of branches too. */
export function sinksOf(params: ConfigParams): readonly SinkSpec[] {
  const found: SinkSpec[] = [];
  changedSinks(params, (sink) => {
    found.push(sink);
    return sink;
  });
  return found;
}

/** The params with the named sink writing another file. */
export function withOutput(params: ConfigParams, name: string, path: string): ConfigParams {
  return changedSinks(params, (sink) => {
    const option = pathOptionOf(sink);
    if (sink.name !== name || option === undefined || !('connector' in sink)) return sink;
    return { ...sink, options: { ...sink.options, [option]: resolveFrom(process.cwd(), path) } };
  });
}

/** The file that a sink writes; undefined for one that writes none, or one of which nothing is known. */
export function fileOf(sink: SinkSpec): string | undefined {
  const option = pathOptionOf(sink);
  const path = option !== undefined && 'connector' in sink ? sink.options[option] : undefined;
  return typeof path === 'string' ? path : undefined;
}

/** @throws ReplayError for a file that is there and would be replaced: its items were delivered by an earlier run */
export async function refuseReplacing(sinks: readonly SinkSpec[]): Promise<void> {
  for (const sink of sinks) {
    const file = fileOf(sink);
    if (file === undefined || file === '-' || !(await holdsSomething(file))) continue;
    const several = sinks.filter((other) => fileOf(other) !== undefined).length > 1;
    throw new ReplayError(
      `the sink "${sink.name}" would replace ${file}, which an earlier run has written: give it another file by ` +
        `${several ? 'a --set of its path' : '--out FILE'}, or move that one away`,
    );
  }
}

async function holdsSomething(file: string): Promise<boolean> {
  // What cannot be looked at is refused when the sink is opened, before any letter is read.
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && found.size > 0;
}

/** The option of a connector that names the file which is written. */
function pathOptionOf(sink: SinkSpec): string | undefined {
  if (!('connector' in sink)) return undefined;
  const rules: Readonly<Record<string, OptionRule>> = connectors[sink.connector]?.write?.options ?? {};
  return Object.keys(rules).find((name) => rules[name]!.isPath === true && rules[name]!.required === true);
}

function changedSinks(params: ConfigParams, change: Change): ConfigParams {
  const stages = changedStages(params.stages, change);
  return { ...params, stages, ...(params.sink === undefined ? {} : { sink: change(params.sink) }) };
}

function changedStages(stages: readonly StageSpec[], change: Change): readonly StageSpec[] {
  return stages.map((stage): StageSpec => {
    if (stage.kind === 'tee') return { ...stage, stages: changedStages(stage.stages, change), sink: change(stage.sink) };
    if (stage.kind !== 'route') return stage;
    return { ...stage, cases: stage.cases.map((each) => changedCase(each, change)) };
  });
}

function changedCase(spec: CaseSpec, change: Change): CaseSpec {
  const stages = changedStages(spec.stages, change);
  return { ...spec, stages, ...(spec.sink === undefined ? {} : { sink: change(spec.sink) }) };
}
