import { findInLane, type ImportError, importModule, loadInLane } from '@millrace/workers';
import type { FlowDeclaration, StageDeclaration, TaggedStage } from '../declare/declaration.js';
import { declareFlow } from '../declare/pipeline/pipeline-declaration.js';
import { findPipeline, pipelineNames } from '../declare/pipeline/registry.js';
import { PlanError } from '../errors.js';
import { type LaneSpec, type StageSignature, signatureOf } from './lane-spec.js';

const modules = new Map<string, Loading>();

interface Loading {
  /** The module is loaded as far as it will be: its import has settled, or it has called `run` and waits for ever. */
  readonly ready: Promise<void>;
  /** The import has settled: nothing of the module is missing. */
  whole: boolean;
}

/**
 * Finds a stage, and those that run in one visit with it, by their names: imports the module, calls the factory with the params, takes them.
 *
 * @throws PlanError when the lane does not have the pipeline or the stage, or has other stages than the main thread
 */
export async function findStages(spec: LaneSpec): Promise<readonly [TaggedStage, ...TaggedStage[]]> {
  const loading = load(spec.module);
  await loading.ready;
  const declaration = findPipeline(spec.module, spec.pipeline);
  if (declaration === undefined) throw missingPipeline(spec, await isParked(loading));
  let flow: FlowDeclaration;
  try {
    flow = declareFlow(declaration, spec.params);
  } catch (error) {
    throw failedFactory(spec, error, await isParked(loading));
  }
  compare(spec, flow);
  const named = (name: string): TaggedStage => flow.stages.filter(isTagged).find((stage) => stage.name === name)!;
  const found: [TaggedStage, ...TaggedStage[]] = [named(spec.stage), ...(spec.fused?.stages.map(named) ?? [])];
  for (const { body } of found) if (body.kind === 'task') await body.load?.(findInLane);
  return found;
}

function isTagged(stage: StageDeclaration): stage is TaggedStage {
  return stage.kind === 'io' || stage.kind === 'cpu';
}

function load(module: string): Loading {
  const known = modules.get(module);
  if (known !== undefined) return known;
  const ready = loadInLane(() =>
    importModule(module).then(
      () => {
        loading.whole = true;
      },
      (error: ImportError) => {
        throw new PlanError(`a worker ${error.message}${testHint(module)}`, { cause: error.cause });
      },
    ),
  );
  const loading: Loading = { ready, whole: false };
  modules.set(module, loading);
  return loading;
}

/** What jest and vitest give to their files is not there in a worker. */
function testHint(module: string): string {
  return /\.(?:test|spec)\.[cm]?[jt]sx?(?:$|[?#])/.test(module)
    ? '. It is a file of tests, and workers have no test runner: declare the pipeline in a module of its own, and import that'
    : '';
}

/** The module waits at its top level for a run. One that only starts a run parks too, and its import settles within a turn. */
async function isParked(loading: Loading): Promise<boolean> {
  await new Promise((resolve) => setImmediate(resolve));
  return !loading.whole;
}

function failedFactory({ pipeline, module }: LaneSpec, cause: unknown, parked: boolean): PlanError {
  const unset = parked && cause instanceof ReferenceError ? /^Cannot access '(.+)' before/.exec(cause.message)?.[1] : undefined;
  const why =
    unset === undefined
      ? ''
      : `. It is declared after a top-level await of a run, and a worker reads the module no further than that: declare "${unset}" before the first run`;
  return new PlanError(`the factory of pipeline "${pipeline}" (${module}) failed in a worker: ${textOf(cause)}${why}`, { cause });
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : 'it threw something that is no error';
}

function missingPipeline({ module, pipeline }: LaneSpec, parked: boolean): PlanError {
  const found = pipelineNames(module).map((name) => `"${name}"`);
  const why = parked
    ? 'It is declared after a top-level await of a run; declare all pipelines before the first run: a worker reads the module no further'
    : 'It is declared in a function or a condition that importing the module does not run; declare it at the top level of its module, ' +
      'and what is new for each run as its params';
  return new PlanError(
    `a worker that imported ${module} did not find pipeline "${pipeline}" there; it found ${found.join(', ') || 'none'}. ${why}`,
  );
}

function compare({ pipeline, module, stages: expected, stage }: LaneSpec, flow: FlowDeclaration): void {
  const found = flow.stages.map(signatureOf);
  const same =
    found.length === expected.length && found.every((f, i) => f.name === expected[i]!.name && f.kind === expected[i]!.kind);
  if (same) return;
  const missing = found.some(({ name }) => name === stage) ? '' : `, and so not "${stage}"`;
  throw new PlanError(
    `the factory of pipeline "${pipeline}" (${module}) built other stages in a worker than in the main thread${missing}. ` +
      `Main thread: ${list(expected)}. Worker: ${list(found)}. ` +
      'A factory must build the same stages whenever it is called with the same params: let it not depend on the environment, the clock, ' +
      'isMainThread or what ran before',
  );
}

function list(stages: readonly StageSignature[]): string {
  return stages.map(({ kind, name }) => `${kind} "${name}"`).join(', ') || 'none';
}
