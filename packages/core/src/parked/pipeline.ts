import type { Flow, SinkFlow } from '../declare/flow/flow.js';
import {
  declareFlow,
  type PipelineDeclaration,
  type PipelineOptions,
  pipelineDeclaration,
} from '../declare/pipeline/pipeline-declaration.js';
import { registerPipeline } from '../declare/pipeline/registry.js';
import { PlanError } from '../errors.js';
import { parkInLane } from '../lane/index.js';
import { type Machine, type Plan, planFlow } from '../plan/index.js';
import { machineOf } from '../run/machine.js';
import { parkedRun } from '../run/parked-run.js';
import type { OpenPipeline } from '../run/pipeline.js';
import type { RunReport } from '../run/report/report.js';
import type { Run } from '../run/run.js';

/** As `pipeline` of core, for a module that a lane loads: the pipeline is there for its stages, and who runs it waits for ever. */
export function pipeline<P>(
  meta: { readonly url: string },
  name: string,
  factory: (params: P) => Flow<unknown> | SinkFlow,
  options?: PipelineOptions,
): OpenPipeline<unknown, unknown> {
  const declaration = pipelineDeclaration(meta, name, factory, options);
  registerPipeline(declaration);
  return new ParkedPipeline(declaration);
}

/** As `runMain` of core. */
export function runMain(): Promise<RunReport | undefined> {
  return parked();
}

class ParkedPipeline implements OpenPipeline<unknown, unknown> {
  readonly name: string;
  readonly #declaration: PipelineDeclaration;

  constructor(declaration: PipelineDeclaration) {
    this.name = declaration.name;
    this.#declaration = declaration;
  }

  async run(): Promise<RunReport> {
    return parked();
  }

  start(): Run {
    return parkedRun(this.name, parked());
  }

  iterate(): AsyncIterableIterator<unknown> {
    return {
      next: parked,
      return: async () => ({ done: true, value: undefined }),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  check(): Promise<never> {
    return parked();
  }

  plan(params?: unknown, machine?: Machine): Plan {
    return planFlow(this.name, declareFlow(this.#declaration, params), {}, machineOf(machine));
  }
}

/** @throws PlanError in a thread that is no lane: one that user code started within a lane and that has the lane's options of Node.js */
function parked(): Promise<never> {
  const never = parkInLane();
  if (never !== undefined) return never;
  throw new PlanError(
    'this worker thread was started from within a lane and has its options of Node.js, by which it got the part of Millrace that runs no ' +
      'pipeline: start it by new Worker(file, { execArgv: process.execArgv })',
  );
}
