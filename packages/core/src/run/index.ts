// Brings a plan to life. From above: `pipeline` what users call (`end-checks`) · `flow-reading` flows read item by item · `run-main` a run as a program (`stop-signals`) ·
// `live-run` one execution: its beginning (`opening`), its state (`run-state`), its stages (`topology`, made by `assembly`), what it opens and gives back
// (`holdings`, `release`, `shutdown`), what becomes of failed items (`rejections`, `failed-items`, `dead-letters`, `letter-error`), when sinks may commit
// (`commit-barrier`), failure, `lineage`, what it tells (`chronicle`): events (`lane-events`), `report` (`summary`, `bottleneck`, `warnings`; its figures are made
// by `traffic`, `task-times`, `histogram` and `course`). Stages: `source-stage` (`source-reader`),
// `task-stage` (`window`, `emission`, `remote-emission`), `operator-stage`, `lane-operator-stage`, `batch-stage` (`fill-timer`),
// `sink-stage` (what a write brings: `sink-batches`; the way of a batch into the sink: `sink-write` and `sink-part`; `writer-calls`),
// `output-stage`, `route-stage`, `tee-stage`, `merge-stage` (joined by `links`; positions are tags: `tag`; sinks commit behind a
// `commit-barrier`); they are stepped by `ready-list` (`stage-at-work`) and timed by `meter`. Tasks run on an executor (`executor` is the port): `loop-executor`, which is also the
// inline one, and `pool-executor`; what it takes to try again is in `attempts` (`retry`),
// `attempt-timer` and `timers`, when an item may start in `keyed-turns` and `permit-gate` (`permits`, `limiter`), resources of the main thread in `resource-executor`.
import { provideFlowRunner } from '../declare/flow-runner.js';
import { readFlow } from './flow-reading.js';

provideFlowRunner({ iterate: readFlow });

export type { ResourceCounts } from '../lane/index.js';
export type { CoursePoint } from './course.js';
export type { EndCheck } from './end-checks.js';
export type { Spread } from './histogram.js';
export { type OpenPipeline, type Pipeline, type PipelineArgs, pipeline } from './pipeline.js';
export type { BatchSizes, Bottleneck, LaneShare, RunReport, StageFigures, StageReport, Warning } from './report.js';
export type { Run } from './run.js';
export type { EventLane, EventTime, RunEvent, RunSnapshot } from './run-events.js';
export { type RunMainOptions, runMain } from './run-main.js';
export { stageAtWork } from './stage-at-work.js';
