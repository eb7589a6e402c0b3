/**
 * Pipelines of RxJS operators and tagged stages: declare them, plan them, run them. ESM only, Node.js 20.11 or later; `rxjs` 7.8 is a peer.
 *
 * - **Declare**: `flow`, `merge` and `fromObservable` start a flow; `io` and `cpu` are its stages, whose function `task` may name in another
 *   module; `batch` puts items together, `operators` makes a chain of operators the body of a stage, `compose` several steps one; `pipeline` gives
 *   a flow a name by which workers find it.
 * - **Limit**: `rateLimiter`, and the options of stages, sinks, flows and runs (`IoTaskOptions`, `CpuTaskOptions`, `SinkOptions`, `FlowOptions`,
 *   `RunOptions`).
 * - **Plan and run**: `Pipeline`, `Run`, `RunReport`, `explain`, `runMain`.
 * - **Connect**: `Source` and `Sink` are what connectors implement; `boundedQueue` is a queue for your own use.
 * - **Fail**: errors have one base class, `MillraceError`, and a stable `code`; `DeadLetter` and `itemOf` are for items that fail for good.
 *
 * @module
 */
// Layers, each knowing only those below: run/ and lane/ · plan/ · declare/ and queue/ · errors.
export {
  CloneError,
  ClosedError,
  type Death,
  MillraceError,
  TimeoutError,
  task,
  WorkerDeathError,
} from '@millrace/workers';
export type { SetupContext, TaskContext } from './declare/context.js';
export type { DeadLetter, ErrorRecord } from './declare/dead-letter.js';
export {
  type Flow,
  flow,
  type Joined,
  merge,
  type NotExhausted,
  type Routed,
  type Routing,
  type SinkFlow,
} from './declare/flow/flow.js';
export type { FlowItems, FlowSource } from './declare/flow/flow-source.js';
export { fromObservable } from './declare/flow/from-observable.js';
export { itemOf } from './declare/letter-item.js';
export type {
  BatchOptions,
  CpuOperatorsOptions,
  CpuTaskOptions,
  FlowOptions,
  IoOperatorsOptions,
  IoTaskOptions,
  ObservableOptions,
  OperatorsOptions,
  RateOptions,
  ResourceLimits,
  RetryOptions,
  RunOptions,
  SinkBatchOptions,
  SinkOptions,
} from './declare/options/limits.js';
export { rateLimiter } from './declare/options/rate.js';
export type { ErrorClass, PipelineOptions } from './declare/pipeline/pipeline-declaration.js';
export type { RateLimiter } from './declare/rate-limiter.js';
export type { Sink, SinkContext, Writer } from './declare/sink.js';
export type { Pull, Reading, Source, SourceContext, SourceGauge } from './declare/source.js';
export { batch } from './declare/steps/batch.js';
export { compose } from './declare/steps/compose.js';
export { type OperatorChain, operators } from './declare/steps/operators.js';
export { cpu, io } from './declare/steps/stage.js';
export type { SchemaOutput, SchemaResult, StandardSchema } from './declare/steps/standard-schema.js';
export type { StageOperator } from './declare/steps/step.js';
export type { Outputs, Task } from './declare/steps/task.js';
export type { Tolerance } from './declare/tolerance.js';
export {
  CancelledError,
  LateEmissionError,
  OverflowError,
  PlanError,
  SchemaError,
  type SchemaIssue,
  StageError,
  type StageFailure,
  StallError,
  TooManyErrorsError,
  TooManyKeysError,
  UnsettledError,
} from './errors.js';
export {
  type Bound,
  type BranchPlan,
  type ChainPlan,
  explain,
  type Machine,
  type OnError,
  type Placement,
  type Plan,
  type PoolPlan,
  type RatePlan,
  type RetryPlan,
  type StageKind,
  type StagePlan,
} from './plan/index.js';
export {
  boundedQueue,
  END,
  NONE,
  type Overflow,
  type QueueGauge,
  type QueueOptions,
  type Receiver,
  type Sender,
  type WaitOptions,
} from './queue/index.js';
export {
  type BatchSizes,
  type Bottleneck,
  type CoursePoint,
  type EndCheck,
  type EventLane,
  type EventTime,
  type LaneShare,
  type OpenPipeline,
  type Pipeline,
  type PipelineArgs,
  pipeline,
  type ResourceCounts,
  type Run,
  type RunEvent,
  type RunMainOptions,
  type RunReport,
  type RunSnapshot,
  runMain,
  type Spread,
  type StageFigures,
  type StageReport,
  stageAtWork,
  type Warning,
} from './run/index.js';
