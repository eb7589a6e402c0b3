import type { FlowDeclaration } from '../declare/declaration.js';
import type { Flow, SinkFlow } from '../declare/flow/flow.js';
import type { RunOptions } from '../declare/options/limits.js';
import { checkedRunOptions } from '../declare/options/option-check.js';
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
import { cloneAcross } from './clone.js';
import { checkEnds, type EndCheck } from './end-checks.js';
import { readRun } from './flow-reading.js';
import { LiveRun } from './live-run.js';
import { machineOf, thisMachine } from './machine.js';
import { parkedRun } from './parked-run.js';
import { quietController } from './quiet-controller.js';
import type { RunReport } from './report/report.js';
import type { Run } from './run.js';

const declarationKey: unique symbol = Symbol('millrace.pipeline');

/** What methods of a pipeline take: params, and what comes after them. Params may be left out when the factory takes none, or takes `undefined`. */
export type PipelineArgs<P, Rest extends unknown[]> = undefined extends P ? [params?: P, ...Rest] : [params: P, ...Rest];

/**
 * A named flow that can be planned and run, again and again. `P` is what its factory takes: the first argument of its methods, which may be
 * left out when the factory takes none, or takes `undefined`.
 */
export interface Pipeline<P> {
  /** As it was declared. */
  readonly name: string;
  /**
   * Runs to the end: `run(params, options)`.
   *
   * @returns the report of the run, `completed` or `drained`
   * @throws PlanError for params or options that cannot be, as a rejection
   * @throws StageError when a stage fails, as a rejection, with the `report`
   * @throws TooManyErrorsError when more items failed than `maxErrors` allows, as a rejection, with the `report`
   * @throws CancelledError when `signal` aborts, as a rejection, with the `report`
   * @throws UnsettledError when nothing is left that could bring what it waits for, as a rejection, with the `report`
   */
  run(...args: PipelineArgs<P, [options?: RunOptions]>): Promise<RunReport>;
  /**
   * Starts a run and gives control over it: `start(params, options)`.
   *
   * @throws PlanError for what can be seen before the run begins: bad options, a flow that cannot stand
   * @throws CloneError for params that cannot cross to workers
   */
  start(...args: PipelineArgs<P, [options?: RunOptions]>): Run;
  /**
   * Decides how it would run on a machine, by default this one: `plan(params, { cores })`. The factory is called; nothing is opened or run.
   *
   * @throws PlanError for a flow that cannot stand, and for a machine that is none
   */
  plan(...args: PipelineArgs<P, [machine?: Machine]>): Plan;
  /**
   * Asks the connectors of its sources, sinks and dead letters whether they could be opened now, all at once: `check(params, { signal })`.
   * Nothing is read or written.
   *
   * @returns an entry for each, those that failed among them
   * @throws PlanError for a flow that cannot stand, as a rejection
   */
  check(...args: PipelineArgs<P, [options?: Pick<RunOptions, 'signal'>]>): Promise<readonly EndCheck[]>;
}

/** A pipeline whose flow has no sink: it can also be read, item by item. `T` is what comes out of it. */
export interface OpenPipeline<P, T> extends Pipeline<P> {
  /**
   * Runs and gives the items one by one: `iterate(params, options)`. The run begins with the first item that is asked for; leaving the loop
   * is an early stop, which waits until all is released. Rejects as `run` does; a run that fails after the loop was left, or unseen by it,
   * as when a sink beside it cannot commit, rejects as it is left.
   *
   * @throws PlanError for a flow that ends in a sink, as a rejection
   */
  iterate(...args: PipelineArgs<P, [options?: RunOptions]>): AsyncIterableIterator<T>;
}

/**
 * Declares a pipeline under the URL of its module and its name. Worker threads import the same module, call the factory with the same
 * params and take their stage by name; so declare it at the top level of the module, and let the factory only declare: no I/O, no clock.
 * In a worker the first `run`, `start` or `iterate` at the top level never comes back: what follows it happens on the main thread alone.
 *
 * @example
 * ```ts
 * import { cpu, flow, pipeline } from '@millrace/core';
 *
 * export const squares = pipeline(import.meta, 'squares', (upTo: number) =>
 *   flow(Array.from({ length: upTo }, (_, n) => n)).pipe(cpu('square', (n) => n * n)),
 * );
 *
 * for await (const square of squares.iterate(10)) console.log(square);
 * const { bottleneck } = await squares.run(1_000_000);
 * ```
 *
 * @param meta `import.meta` of the declaring module
 * @param name not empty, unique in its module
 * @param factory builds the flow from params that can be structured-cloned; called for each plan and run, and in each worker. What it
 * throws passes through
 * @throws PlanError for a bad argument, or a second pipeline of that name in the module
 */
export function pipeline<P, T>(
  meta: { readonly url: string },
  name: string,
  factory: (params: P) => Flow<T>,
  options?: PipelineOptions,
): OpenPipeline<P, T>;
/**
 * Declares a pipeline whose flow ends in sinks: it is run, and has no items to iterate over. All else is as for a flow without a sink.
 *
 * @example
 * ```ts
 * import { cpu, flow, pipeline } from '@millrace/core';
 * import { csv, ndjson } from '@millrace/connectors';
 *
 * export const orders = pipeline(import.meta, 'orders', (params: { file: string }) =>
 *   flow(csv.read(params.file))
 *     .pipe(cpu('total', ({ price, count }) => ({ total: Number(price) * Number(count) })))
 *     .to(ndjson.write('totals.ndjson')),
 * );
 *
 * const { read, delivered, elapsedMs } = await orders.run({ file: 'orders.csv' });
 * ```
 *
 * @param meta `import.meta` of the declaring module
 * @param name not empty, unique in its module
 * @param factory builds the flow from params that can be structured-cloned; called for each plan and run, and in each worker
 * @throws PlanError for a bad argument, or a second pipeline of that name in the module
 */
export function pipeline<P>(
  meta: { readonly url: string },
  name: string,
  factory: (params: P) => SinkFlow,
  options?: PipelineOptions,
): Pipeline<P>;
export function pipeline<P>(
  meta: { readonly url: string },
  name: string,
  factory: (params: P) => Flow<unknown> | SinkFlow,
  options?: PipelineOptions,
): OpenPipeline<P, unknown> {
  const declaration = pipelineDeclaration(meta, name, factory, options);
  registerPipeline(declaration);
  return new DeclaredPipeline(declaration);
}

/** The same for every `P` and `T`: they are the types of what passes through, and are erased here. */
class DeclaredPipeline implements OpenPipeline<unknown, unknown> {
  readonly name: string;
  readonly #declaration: PipelineDeclaration;

  constructor(declaration: PipelineDeclaration) {
    this.name = declaration.name;
    this.#declaration = declaration;
  }

  get [declarationKey](): PipelineDeclaration {
    return this.#declaration;
  }

  async run(params?: unknown, options?: RunOptions): Promise<RunReport> {
    return this.start(params, options).finished;
  }

  start(params?: unknown, options?: RunOptions): Run {
    const parked = parkInLane();
    return parked === undefined ? this.#start(params, options, 'drop') : parkedRun(this.name, parked);
  }

  iterate(params?: unknown, options?: RunOptions): AsyncIterableIterator<unknown> {
    return readRun(() => this.#start(params, options, 'read'), parkInLane);
  }

  plan(params?: unknown, machine?: Machine): Plan {
    return planFlow(this.name, declareFlow(this.#declaration, params), {}, machineOf(machine));
  }

  async check(params?: unknown, options?: Pick<RunOptions, 'signal'>): Promise<readonly EndCheck[]> {
    const { signal = quietController().signal } = checkedRunOptions(options);
    return parkInLane() ?? checkEnds(declareFlow(this.#declaration, params), signal);
  }

  #start(params: unknown, options: RunOptions | undefined, output: 'drop' | 'read'): LiveRun {
    const checked = checkedRunOptions(options);
    const flow = declareFlow(this.#declaration, params);
    if (output === 'read') refuseSink(this.name, flow);
    const plan = planFlow(this.name, flow, checked, thisMachine());
    const { module, name, errors } = this.#declaration;
    if (plan.workers > 0) refuseUnimportable(name, module);
    const home = { module, pipeline: name, params: plan.workers > 0 ? cloneAcross(params, 'params') : params };
    return new LiveRun({ flow, plan, home, options: checked, errors, output });
  }
}

/** What a pipeline says; undefined for what is none. */
export function pipelineDeclarationOf(pipeline: object): PipelineDeclaration | undefined {
  return declarationKey in pipeline ? (pipeline as DeclaredPipeline)[declarationKey] : undefined;
}

function refuseSink(name: string, { sinks, output }: FlowDeclaration): void {
  if (output !== undefined) return;
  const ends = sinks.map((sink) => `"${sink.name}"`).join(', ');
  throw new PlanError(
    `pipeline "${name}" ends in the sink ${ends}, so it has no items to iterate over: call run() or start(), or let its factory return the flow without to(...)`,
  );
}

/** Code from the command line or from stdin has a URL that nothing can be imported by. */
function refuseUnimportable(name: string, module: string): void {
  if (!/\/\[(eval\d*|stdin)\]$/.test(module)) return;
  throw new PlanError(
    `pipeline "${name}" is declared in code that is no file (${module}), so no worker can import it: save it as a file, or run it with { workers: 0 }`,
  );
}
