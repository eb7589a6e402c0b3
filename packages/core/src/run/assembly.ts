import type { LanePool } from '@millrace/workers';
import type { TaskContext } from '../declare/context.js';
import type { FlowDeclaration, StageDeclaration } from '../declare/declaration.js';
import { isRateLimiter, limitOf } from '../declare/rate-limiter.js';
import type { Writer } from '../declare/sink.js';
import {
  hasResource,
  type LaneSpec,
  observableStall,
  openResource,
  type Resource,
  type ResourceTally,
  resourceTally,
  signatureOf,
} from '../lane/index.js';
import { isPooled, type Plan, type StagePlan } from '../plan/index.js';
import type { Edge } from '../queue/index.js';
import type { Timers } from '../timers.js';
import { Limiter, sharedLimiter } from './attempts/limiter.js';
import type { PermitGateOptions } from './attempts/permit-gate.js';
import type { RetryPolicy } from './attempts/retry.js';
import { cloneAcross } from './clone.js';
import type { Executor, Work } from './executor.js';
import { AheadSlots } from './executors/ahead-slots.js';
import { FusedCounts } from './executors/fused-counts.js';
import { LoopExecutor } from './executors/loop-executor.js';
import { PoolExecutor } from './executors/pool-executor.js';
import { ResourceExecutor } from './executors/resource-executor.js';
import type { Lineage } from './lineage.js';
import type { Visits } from './links.js';
import type { Meter } from './measure/meter.js';
import { SinkStage } from './sinks/sink-stage.js';
import type { LiveStage, StageHost } from './stage.js';
import { BatchStage } from './stages/batch-stage.js';
import { LaneOperatorStage } from './stages/lane-operator-stage.js';
import { MergeStage } from './stages/merge-stage.js';
import { OperatorStage } from './stages/operator-stage.js';
import { DropStage, type ReaderStage } from './stages/output-stage.js';
import { RouteStage } from './stages/route-stage.js';
import type { SourceReader } from './stages/source-reader.js';
import { SourceStage } from './stages/source-stage.js';
import { TeeStage } from './stages/tee-stage.js';
import { TaskStage } from './tasks/task-stage.js';

/** How lanes find the stages of a flow; undefined for a flow outside of any pipeline, whose stages no worker can find. */
export interface LaneHome {
  readonly module: string;
  readonly pipeline: string;
  readonly params: unknown;
}

export interface Assembly {
  readonly flow: FlowDeclaration;
  readonly plan: Plan;
  readonly home: LaneHome | undefined;
  readonly host: StageHost;
  /** The pool of a stage that the plan places in one. */
  readonly poolOf: (stage: string) => LanePool;
  readonly startTimeoutMs: number;
  readonly graceMs: number;
  readonly meter: () => Meter;
  /** Time since the run began, in ms. */
  readonly now: () => number;
  /** What everything in the run waits by. */
  readonly timers: Timers;
  /** Stages that run in one visit are one live stage. */
  readonly visits: Visits;
  /** Edges into and out of live stage `i`. */
  readonly inputs: readonly (readonly Edge[])[];
  readonly outputs: readonly (readonly Edge[])[];
  /** Signal of live stage `i`. */
  readonly signals: readonly AbortSignal[];
}

/** What the ends of a run are made of. */
export interface Ends {
  /** By the name of the source. */
  readonly readerOf: (source: string) => SourceReader;
  /** By the name of the sink; undefined for the open end of a flow. */
  readonly writerOf: (sink: string) => Writer<unknown> | undefined;
  /** Set when the items are read one by one. */
  readonly output: ReaderStage | undefined;
  readonly lineage: Lineage;
}

/** The live stage for visit number `index`. To make one may throw: a chain of operators is subscribed to. */
export function assembleStage(assembly: Assembly, ends: Ends, index: number): LiveStage {
  const { flow, host, outputs, meter, visits } = assembly;
  const [plan] = visits[index]!;
  if (plan.kind === 'source') {
    const source = flow.sources.findIndex(({ name }) => name === plan.name);
    return new SourceStage(plan.name, outputs[index]![0]!, ends.readerOf(plan.name), host, meter(), ends.lineage, source);
  }
  if (plan.kind === 'sink') return endStage(assembly, ends, index);
  return plan.kind === 'route' ? junctionStage(assembly, index) : middleStage(assembly, index);
}

function endStage(assembly: Assembly, { output, writerOf }: Ends, index: number): LiveStage {
  const { flow, signals, host, meter, visits, inputs, graceMs, timers } = assembly;
  const [plan] = visits[index]!;
  const input = inputs[index]![0]!;
  const writer = writerOf(plan.name);
  if (writer !== undefined) {
    const sources = flow.sources.map(({ name }) => name);
    const when = flow.sinks.find(({ name }) => name === plan.name)?.options.retry?.when;
    const retry = plan.retry && { ...plan.retry, when };
    const basis = { signal: signals[index]!, sources };
    return new SinkStage(plan, input, writer, basis, host, meter(), { retry, graceMs, timers });
  }
  return output ?? new DropStage(plan.name, input, meter());
}

function junctionStage({ flow, host, meter, visits, inputs, outputs }: Assembly, index: number): LiveStage {
  const [{ name, itemsEach }] = visits[index]!;
  const junction = flow.junctions.find((each) => each.name === name)!;
  const [into, out] = [inputs[index]!, outputs[index]!];
  switch (junction.kind) {
    case 'route':
      return new RouteStage(junction, into[0]!, out, host, meter(), itemsEach);
    case 'tee':
      return new TeeStage(name, into[0]!, out, meter());
    case 'merge':
      return new MergeStage(name, into, out[0]!, meter());
  }
}

function middleStage(assembly: Assembly, index: number): LiveStage {
  const [plan] = assembly.visits[index]!;
  const stage = declarationOf(assembly, plan);
  const edges = { input: assembly.inputs[index]![0]!, output: assembly.outputs[index]![0]! };
  const { host, poolOf } = assembly;
  if (stage.kind === 'batch') return new BatchStage(plan, edges, host, assembly.meter(), assembly.timers);
  if (stage.body.kind === 'task') {
    const { task } = stage.body;
    const taskPlan = { ...plan, kind: stage.kind as 'io' | 'cpu' };
    // Processes share no memory to count in: their pool counts.
    const counted = hasResource(stage) && plan.executor !== 'processes';
    const options = {
      retry: retryPolicy(stage, plan),
      resources: counted ? resourceTally() : undefined,
      keyOf: keyOf(stage),
      timers: assembly.timers,
    };
    const executor = (work: Work): Executor => executorOf(assembly, index, task, work, options.resources);
    return new TaskStage(taskPlan, edges, host, assembly.meter(), executor, options);
  }
  if (isPooled(plan.executor)) {
    const spec = laneSpec(assembly, stage, plan);
    return new LaneOperatorStage(plan, edges, host, assembly.meter(), poolOf(plan.name), spec, keyOf(stage));
  }
  const cross = stage.kind === 'cpu' ? cloneAcross : undefined;
  const { operators } = stage.body;
  return new OperatorStage(plan, operators, edges, host, assembly.meter(), {
    cross,
    keyOf: keyOf(stage),
    timers: assembly.timers,
  });
}

function retryPolicy({ options }: StageDeclaration, { retry }: StagePlan): RetryPolicy | undefined {
  return retry && { ...retry, when: 'retry' in options ? options.retry?.when : undefined };
}

type Task = (item: unknown, context: TaskContext) => unknown;

function executorOf(assembly: Assembly, index: number, task: Task, work: Work, resources: ResourceTally | undefined): Executor {
  const [plan] = assembly.visits[index]!;
  if (isPooled(plan.executor)) return poolExecutorOf(assembly, index, work, resources);
  const stage = declarationOf(assembly, plan);
  const context = { signal: assembly.signals[index]!, stage: plan.name, worker: 0 };
  const executor = loopExecutorMaker(assembly, index, task);
  if (!hasResource(stage)) return executor(undefined, work);
  const { startTimeoutMs, graceMs } = assembly;
  const open = (): Promise<Resource> => openResource(stage, context, resources);
  const { signal } = context;
  return new ResourceExecutor(work, { stage: plan.name, signal, open, executor, startTimeoutMs, graceMs });
}

/** @param resources where those of the stage are counted; undefined when it has none, or they cannot be counted */
function poolExecutorOf(assembly: Assembly, index: number, work: Work, resources: ResourceTally | undefined): PoolExecutor {
  const visit = assembly.visits[index]!;
  const [plan] = visit;
  const stage = declarationOf(assembly, plan);
  // Processes share no memory.
  const sharing = plan.executor === 'threads' ? assembly.plan.workers : 0;
  const names = visit.map(({ name }) => name);
  const fused = names.length === 1 ? undefined : new FusedCounts(names, sharing);
  return new PoolExecutor(assembly.poolOf(plan.name), work, {
    spec: { ...laneSpec(assembly, stage, plan), resources, fused: fused?.spec },
    workers: plan.workers!,
    maxBatch: plan.batch!,
    ahead: plan.window!,
    timeoutMs: plan.timeoutMs,
    transfer: plan.transfer,
    maxTasksPerWorker: plan.maxTasksPerWorker,
    setsUp: hasResource(stage),
    taskModules: visit.flatMap((each) => taskModuleOf(declarationOf(assembly, each))),
    fused,
    now: assembly.now,
  });
}

function taskModuleOf({ body }: StageDeclaration): readonly string[] {
  return body.kind === 'task' && body.module !== undefined ? [body.module] : [];
}

/** Makes the executor of a stage on the main thread, as soon as its resource is there. */
function loopExecutorMaker(assembly: Assembly, index: number, task: Task): (resource: unknown, work: Work) => LoopExecutor {
  const [plan] = assembly.visits[index]!;
  const stage = declarationOf(assembly, plan);
  const { signals, host, now, timers } = assembly;
  return (resource, work) =>
    new LoopExecutor(task, work, {
      concurrency: plan.concurrency ?? 1,
      context: { signal: signals[index]!, stage: plan.name, worker: 0, attempt: 1, resource },
      ahead: new AheadSlots(plan.window!),
      overflow: (held) => observableStall(plan.name, held),
      ...(plan.kind === 'io' ? {} : { cross: cloneAcross }),
      overdue: host.overdue,
      timeoutMs: plan.timeoutMs,
      rate: rateOf(stage, timers),
      now,
      timers,
    });
}

/** The items of a stage are what its keys are made for: the types of `io` promise it. */
function rateOf(stage: StageDeclaration, timers: Timers): PermitGateOptions | undefined {
  const rate = stage.kind === 'io' ? stage.options.rate : undefined;
  if (rate === undefined) return undefined;
  const limit = limitOf(rate);
  const limiter = isRateLimiter(rate) ? sharedLimiter(rate, timers) : new Limiter(limit, timers);
  return { limiter, keyOf: limit.key as ((item: unknown) => unknown) | undefined };
}

/** Its items are what the key is made for: the types of `cpu` promise it. */
function keyOf(stage: StageDeclaration): ((item: unknown) => unknown) | undefined {
  return 'key' in stage.options ? (stage.options.key as ((item: unknown) => unknown) | undefined) : undefined;
}

function declarationOf({ flow }: Assembly, { name }: StagePlan): StageDeclaration {
  return flow.stages.find((stage) => stage.name === name)!;
}

function laneSpec({ home, flow }: Assembly, stage: StageDeclaration, plan: StagePlan): LaneSpec {
  return { ...home!, stages: flow.stages.map(signatureOf), stage: stage.name, maxHeld: plan.maxHeld, chain: plan.chain };
}
