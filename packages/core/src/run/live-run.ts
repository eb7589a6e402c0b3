import { threadPool, TimeoutError, type Pool } from '@millrace/workers';
import { type Observable, Subject } from 'rxjs';
import type { FlowDeclaration } from '../declare/declaration.js';
import { type RunOptions, runDefaults } from '../declare/limits.js';
import type { Writer } from '../declare/sink.js';
import type { ErrorClass } from '../declare/pipeline-declaration.js';
import { CancelledError, PlanError, StageError, StallError } from '../errors.js';
import type { Plan } from '../plan/index.js';
import { type Assembly, assembleStage, edgesOf, type LaneHome, quietController } from './assembly.js';
import { failureOf } from './failure.js';
import { Lineage } from './lineage.js';
import { Meter } from './meter.js';
import { DropStage, ReaderStage } from './output-stage.js';
import { ReadyList } from './ready-list.js';
import { type Release, releaseAll } from './release.js';
import type { RunReport } from './report.js';
import type { Run } from './run.js';
import type { RunEvent, RunSnapshot } from './run-events.js';
import { type Happening, type Outcome, type RunState, transition } from './run-state.js';
import { SinkStage } from './sink-stage.js';
import { openSource, type SourceReader } from './source-reader.js';
import { SourceStage } from './source-stage.js';
import type { LiveStage, StageHost } from './stage.js';
import { deliveredOf, readOf, reportOf, stageReportsOf } from './summary.js';

/** What a run is made of. */
export interface RunRequest {
  readonly flow: FlowDeclaration;
  readonly plan: Plan;
  readonly home: LaneHome | undefined;
  readonly options: RunOptions;
  /** Error classes of the user's that keep their class across the thread boundary. */
  readonly errors: readonly ErrorClass[];
  /** Where the items of a flow without a sink go. */
  readonly output: 'drop' | 'read';
}
