// What users import. Layers, each knowing only those below: run/ and lane/ · plan/ · declare/ and queue/ · errors.
export {
  CloneError,
  ClosedError,
  type Death,
  MillraceError,
  TimeoutError,
  WorkerDeathError,
} from '@millrace/workers';
export { batch } from './declare/batch.js';
export { compose } from './declare/compose.js';
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
} from './declare/flow.js';
export type { FlowSource } from './declare/flow-source.js';
export { fromObservable } from './declare/from-observable.js';
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
  RunOptions,
  SinkOptions,
} from './declare/limits.js';
export { type OperatorChain, operators } from './declare/operators.js';
export type { ErrorClass, PipelineOptions } from './declare/pipeline-declaration.js';
export { rateLimiter } from './declare/rate.js';
export type { RateLimiter } from './declare/rate-limiter.js';
export type { Sink, SinkContext, Writer } from './declare/sink.js';
export type { Pull, Reading, Source, SourceContext, SourceGauge } from './declare/source.js';
export { cpu, io } from './declare/stage.js';
export type { SchemaOutput, StandardSchema } from './declare/standard-schema.js';
export type { StageOperator } from './declare/step.js';
export type { Outputs, Task } from './declare/task.js';
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
  type LaneShare,
  type OpenPipeline,
  type Pipeline,
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
