import type { Plan, StagePlan } from '../plan/index.js';
import { bottleneckOf } from './bottleneck.js';
import type { RunReport, StageReport } from './report.js';
import type { SourceStage } from './source-stage.js';
import type { LiveStage } from './stage.js';

/** What a report is made of, at any time of the run. */
export interface RunFacts {
  readonly plan: Plan;
  /** In the order of the plan; fewer while the run starts. */
  readonly stages: readonly LiveStage[];
  readonly startedAt: Date;
  readonly elapsedMs: number;
  readonly peak: number;
}

export function reportOf(facts: RunFacts, outcome: RunReport['outcome']): RunReport {
  const { plan, stages } = facts;
  return {
    pipeline: plan.pipeline,
    outcome,
    startedAt: facts.startedAt,
    elapsedMs: facts.elapsedMs,
    read: readOf(stages),
    delivered: deliveredOf(plan, stages),
    bound: plan.bound.items,
    peak: facts.peak,
    stages: stageReportsOf(facts, true),
    bottleneck: bottleneckOf(plan, stages, facts.elapsedMs),
  };
}

/** @param over the run is over: what has no outcome by now is cancelled */
export function stageReportsOf({ plan, stages }: RunFacts, over: boolean): StageReport[] {
  return plan.stages.map((stagePlan, i) => stageReport(stagePlan, stages[i], over));
}

export function readOf(stages: readonly LiveStage[]): number {
  const source = stages[0];
  return source?.kind === 'source' ? (source as SourceStage).read : 0;
}

export function deliveredOf(plan: Plan, stages: readonly LiveStage[]): number {
  return stages[plan.stages.length - 1]?.counts.ok ?? 0;
}

function stageReport(plan: StagePlan, stage: LiveStage | undefined, over: boolean): StageReport {
  const { ok, filtered, failed } = stage?.counts ?? { ok: 0, filtered: 0, failed: 0 };
  const entered = stage?.kind === 'source' ? (stage as SourceStage).read : (stage?.input?.accepted ?? 0);
  return {
    name: plan.name,
    kind: plan.kind,
    in: entered,
    out: stage?.output?.accepted ?? ok,
    ok,
    filtered,
    skipped: 0,
    deadLettered: 0,
    failed,
    cancelled: over ? entered - ok - filtered - failed : 0,
    retries: stage?.retries ?? 0,
    dropped: 0,
    resources: stage?.resources,
    queue: { capacity: plan.capacity ?? 0, peak: stage?.input?.peak ?? 0 },
    busyMs: stage?.meter.busyMs ?? 0,
    blockedMs: stage?.meter.blockedMs ?? 0,
    starvedMs: stage?.meter.starvedMs ?? 0,
    lanes: stage?.lanes ?? [],
  };
}
