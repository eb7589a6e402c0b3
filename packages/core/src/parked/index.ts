// What a user's module gets of core in a compact lane: all that `index.ts` exports, but for pipelines that are never run. It leaves out run/,
// which no lane needs, and is built into one file (scripts/compact.mjs). `pipeline` parks who runs it · `flow-runner` flows that a
// task reads load run/ after all.
import { provideFlowRunner } from '../declare/flow/flow-runner.js';
import { iterateInLane } from './flow-runner.js';

provideFlowRunner({ iterate: iterateInLane });

export { CloneError, ClosedError, MillraceError, TimeoutError, task, WorkerDeathError } from '@millrace/workers';
export { flow, merge } from '../declare/flow/flow.js';
export { fromObservable } from '../declare/flow/from-observable.js';
export { itemOf } from '../declare/letter-item.js';
export { rateLimiter } from '../declare/options/rate.js';
export { batch } from '../declare/steps/batch.js';
export { compose } from '../declare/steps/compose.js';
export { operators } from '../declare/steps/operators.js';
export { cpu, io } from '../declare/steps/stage.js';
export {
  CancelledError,
  LateEmissionError,
  OverflowError,
  PlanError,
  SchemaError,
  StageError,
  StallError,
  TooManyErrorsError,
  TooManyKeysError,
  UnsettledError,
} from '../errors.js';
export { resolveLaneJob } from '../lane/resolve.js';
export { explain } from '../plan/index.js';
export { boundedQueue, END, NONE } from '../queue/index.js';
export { stageAtWork } from '../run/stage-at-work.js';
export { pipeline, runMain } from './pipeline.js';
