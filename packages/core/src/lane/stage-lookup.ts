import type { FlowDeclaration, StageDeclaration } from '../declare/declaration.js';
import { declareFlow, type PipelineDeclaration } from '../declare/pipeline-declaration.js';
import { findPipeline, pipelineNames } from '../declare/registry.js';
import { PlanError } from '../errors.js';
import { enterLaneMode } from './lane-mode.js';
import { type LaneSpec, type StageSignature, signatureOf } from './lane-spec.js';

const loading = new Map<string, Promise<void>>();

/**
 * Finds a stage, and those that run in one visit with it, by their names: imports the module, calls the factory with the params, takes them.
 *
 * @throws PlanError when the lane does not have the pipeline or the stage, or has other stages than the main thread
 */
export async function findStages(spec: LaneSpec): Promise<readonly [StageDeclaration, ...StageDeclaration[]]> {
  await load(spec.module);
  const declaration = findPipeline(spec.module, spec.pipeline);
  if (declaration === undefined) throw missingPipeline(spec);
  const flow = declaredAgain(declaration, spec);
  compare(spec, flow);
  const named = (name: string): StageDeclaration => flow.stages.find((stage) => stage.name === name)!;
  return [named(spec.stage), ...(spec.fused?.stages.map(named) ?? [])];
}

function declaredAgain(declaration: PipelineDeclaration, { params, pipeline, module }: LaneSpec): FlowDeclaration {
  try {
    return declareFlow(declaration, params);
  } catch (cause) {
    throw new PlanError(`the factory of pipeline "${pipeline}" (${module}) failed in a worker: ${textOf(cause)}`, { cause });
  }
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : 'it threw something that is no error';
}

/** A module is loaded when its import settles, or when it calls `run`: from there on it would wait for ever. */
function load(module: string): Promise<void> {
  let loaded = loading.get(module);
  if (loaded === undefined) {
    const mode = enterLaneMode();
    const imported = import(module).then(
      () => undefined,
      (error: unknown) => {
        throw loadError(module, error);
      },
    );
    loaded = Promise.race([imported, mode.parked]).finally(() => {
      mode.loading = false;
    });
    // When the module has parked, its import may still fail later; the lane does not depend on it any more.
    imported.catch(() => undefined);
    loading.set(module, loaded);
  }
  return loaded;
}

function loadError(module: string, cause: unknown): PlanError {
  if (!/\.[cm]?tsx?($|\?)/.test(module) || (cause as { code?: unknown } | null)?.code !== 'ERR_UNKNOWN_FILE_EXTENSION') {
    return new PlanError(`a worker could not import ${module}: ${textOf(cause)}`, { cause });
  }
  return new PlanError(
    `a worker cannot load ${module}: this Node.js does not run TypeScript by itself. Compile the module first, or use Node.js 22.18 or later`,
    { cause },
  );
}

function missingPipeline({ module, pipeline }: LaneSpec): PlanError {
  const found = pipelineNames(module).map((name) => `"${name}"`);
  return new PlanError(
    `a worker that imported ${module} did not find pipeline "${pipeline}" there; it found ${found.join(', ') || 'none'}. ` +
      'Declare the pipeline at the top level of its module, outside of functions and conditions, and before any top-level await that waits for a run',
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
