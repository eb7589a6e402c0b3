// Brings a plan to life.
//
// Here, from above: `pipeline` what users call (`end-checks`, `machine`, `parked-run`) · `flow-reading` flows read item by item · `run-main` a run as
// a program (`stop-signals`) · `run` what a user holds of one · `live-run` one execution: its beginning (`opening`, which makes stages by
// `assembly`), its state (`run-state`, `outcome`), its stages and the queues between them (`topology`, `links`), who steps them (`ready-list`,
// `stage-at-work`), what it opens (`holdings`, `run-pools`), when sinks may commit (`commit-barrier`), how it stops and gives back (`shutdown`,
// `release`, `drain-deadline`), what if it never can (`unsettled`,
// `unsettled-run`), what it tells (`chronicle`).
//
// Below it, each folder knowing only those after it: `report/` what a run tells · `failures/` what becomes of items that have failed for good ·
// `sinks/`, `tasks/` and `stages/` the live stages, by what their body is · `executors/` where tasks run · `attempts/` when an item may start, and
// how often · `measure/` times and counts.
//
// What all of them know: `stage`, `executor` and `emission` are the ports between a run, its stages and what runs their tasks · `lineage` and `tag`
// where items come from · `fill-timer`, `quiet-controller`, `clone`.
import { provideFlowRunner } from '../declare/flow/flow-runner.js';
import { readFlow } from './flow-reading.js';

provideFlowRunner({ iterate: readFlow });

export type { ResourceCounts } from '../lane/index.js';
export type { EndCheck } from './end-checks.js';
export type { CoursePoint } from './measure/course.js';
export type { BatchSizes, LaneShare, StageFigures } from './measure/figures.js';
export type { Spread } from './measure/histogram.js';
export { type OpenPipeline, type Pipeline, type PipelineArgs, pipeline } from './pipeline.js';
export type { Bottleneck, RunReport, StageReport, Warning } from './report/report.js';
export type { EventLane, EventTime, RunEvent, RunSnapshot } from './report/run-events.js';
export type { Run } from './run.js';
export { type RunMainOptions, runMain } from './run-main.js';
export { stageAtWork } from './stage-at-work.js';
