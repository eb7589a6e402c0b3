import { type Plan, type StagePlan, visitsOf } from '../../plan/index.js';
import { type Edge, type EdgeGauge, EdgeGroup } from '../../queue/index.js';
import type { LaneShare, LaneWork, StageFigures } from '../measure/figures.js';
import { scaled } from '../measure/histogram.js';
import type { Meter } from '../measure/meter.js';
import { SinkStage } from '../sinks/sink-stage.js';
import { type Counts, type LiveStage, noCounts, type StagePart } from '../stage.js';
import type { SourceStage } from '../stages/source-stage.js';
import { bottleneckOf } from './bottleneck.js';
import type { RunReport, StageReport, Warning } from './report.js';
import type { RunSnapshot } from './run-events.js';

/** What a report is made of, at any time of the run. */
export interface RunFacts {
  readonly plan: Plan;
  /** One for each visit of the plan, in order; fewer while the run starts. */
  readonly stages: readonly LiveStage[];
  /** Into and out of each visit, whether its stage was made or not. */
  readonly edges: { readonly inputs: readonly (readonly Edge[])[]; readonly outputs: readonly (readonly Edge[])[] };
  readonly startedAt: Date;
  readonly elapsedMs: number;
  readonly peak: number;
  readonly warnings: readonly Warning[];
  readonly deadLetters?: RunReport['deadLetters'];
}

export function reportOf(facts: RunFacts, outcome: RunReport['outcome']): RunReport {
  const { plan, stages } = facts;
  return {
    pipeline: plan.pipeline,
    outcome,
    startedAt: facts.startedAt,
    elapsedMs: facts.elapsedMs,
    read: readOf(stages),
    delivered: deliveredOf(stages),
    bound: plan.bound.items,
    peak: facts.peak,
    deadLetters: facts.deadLetters,
    commits: outcome === 'failed' || outcome === 'cancelled' ? commitsOf(stages) : undefined,
    stages: stageReportsOf(facts, true),
    bottleneck: bottleneckOf(plan, stages, facts.elapsedMs),
    warnings: facts.warnings,
  };
}

/** How a run stands. */
export function snapshotOf(facts: RunFacts, state: RunSnapshot['state'], live: number): RunSnapshot {
  const { plan, stages, elapsedMs, peak } = facts;
  return {
    pipeline: plan.pipeline,
    state,
    elapsedMs,
    read: readOf(stages),
    delivered: deliveredOf(stages),
    live,
    peak,
    stages: stageReportsOf(facts, state === 'ended').map((report) => ({
      ...report,
      waiting: stages.find(({ name }) => name === report.name)?.input?.length ?? 0,
    })),
  };
}

/** Undefined when none had begun. */
function commitsOf(stages: readonly LiveStage[]): RunReport['commits'] {
  const sinks = stages.filter((stage) => stage instanceof SinkStage);
  const committed = sinks.filter((sink) => sink.committed).map(({ name }) => name);
  const begun = sinks.filter((sink) => sink.committing).map(({ name }) => name);
  return committed.length + begun.length === 0 ? undefined : { committed, begun };
}

/** @param over the run is over: what has no outcome by now is cancelled */
export function stageReportsOf({ plan, stages, edges }: RunFacts, over: boolean): StageReport[] {
  return visitsOf(plan.stages).flatMap((visit, i) => {
    const stage = stages[i];
    if (stage === undefined) {
      const [input, output] = [edges.inputs[i], edges.outputs[i]];
      return visit.map((each, part) =>
        stageReport(each, unmade(each, part === 0 ? input : [], part === visit.length - 1 ? output : []), over),
      );
    }
    const { parts } = stage;
    if (parts === undefined) return visit.map((each) => stageReport(each, stage, over));
    return visit.map((each, part) => stageReport(each, partOf(stage, parts, part), over));
  });
}

/** What a report says of a stage; a live one, one of those that run in one visit, or one that was not made. */
interface Reported {
  readonly kind: LiveStage['kind'];
  readonly counts: Counts;
  readonly input: Pick<EdgeGauge, 'accepted' | 'peak' | 'peakBytes'> | undefined;
  readonly output: Pick<EdgeGauge, 'accepted'> | undefined;
  readonly meter: Pick<Meter, 'busyMs' | 'blockedMs' | 'starvedMs' | 'lifeMs'>;
  readonly lanes: readonly LaneWork[];
  readonly figures?: StageFigures;
  readonly retries?: number;
  readonly dropped?: number;
  /** Of a source. */
  readonly read?: number;
  readonly resources?: LiveStage['resources'];
}

/** The run ended before it was made. A chain before it, or its own, may have emitted as it was subscribed to: the edges know. */
function unmade({ kind }: StagePlan, inputs: readonly Edge[] = [], outputs: readonly Edge[] = []): Reported {
  const meter = { busyMs: 0, blockedMs: 0, starvedMs: 0, lifeMs: 0 };
  return { kind, counts: noCounts(), input: new EdgeGroup(inputs), output: new EdgeGroup(outputs), meter, lanes: [] };
}

/** No queue lies between the parts: what leaves one has come to the next. While another part is busy, a part is starved. */
function partOf(stage: LiveStage, parts: readonly StagePart[], index: number): Reported {
  const { counts, entered, share, lanes } = parts[index]!;
  const next = parts[index + 1];
  const { busyMs, blockedMs, starvedMs, lifeMs } = stage.meter;
  return {
    kind: stage.kind,
    counts,
    input: index === 0 ? stage.input : { accepted: entered, peak: 0, peakBytes: 0 },
    output: next === undefined ? stage.output : { accepted: next.entered },
    meter: { busyMs: busyMs * share, blockedMs, starvedMs: starvedMs + busyMs * (1 - share), lifeMs },
    lanes,
    figures: figuresOf(stage.figures, share, index),
  };
}

/** An item crosses once, and waits once, for all of them. */
function figuresOf({ run, ...figures }: StageFigures = {}, share: number, index: number): StageFigures {
  return { ...(index === 0 ? figures : {}), run: run && scaled(run, share) };
}

export function readOf(stages: readonly LiveStage[]): number {
  return stages.reduce((sum, stage) => sum + (stage.kind === 'source' ? (stage as SourceStage).read : 0), 0);
}

/** What all sinks took, and the reader. */
function deliveredOf(stages: readonly LiveStage[]): number {
  return stages.reduce((sum, { kind, counts }) => sum + (kind === 'sink' ? counts.ok : 0), 0);
}

function stageReport(plan: StagePlan, stage: Reported, over: boolean): StageReport {
  const { ok, filtered, skipped, deadLettered, failed } = stage.counts;
  const entered = (stage.kind === 'source' ? stage.read : stage.input?.accepted) ?? 0;
  return {
    name: plan.name,
    kind: plan.kind,
    from: plan.from,
    in: entered,
    out: stage.output?.accepted ?? ok,
    ok,
    filtered,
    skipped,
    deadLettered,
    failed,
    cancelled: over ? entered - ok - filtered - skipped - deadLettered - failed : 0,
    retries: stage.retries ?? 0,
    dropped: stage.dropped ?? 0,
    resources: stage.resources,
    queue: { capacity: plan.capacity ?? 0, peak: stage.input?.peak ?? 0, peakBytes: stage.input?.peakBytes || undefined },
    busyMs: stage.meter.busyMs,
    blockedMs: stage.meter.blockedMs,
    starvedMs: stage.meter.starvedMs,
    ...stage.figures,
    lanes: stage.lanes.map((work) => laneShare(work, stage.meter)),
  };
}

/** The meter is read between two steps, and may lag behind what a lane has told. */
function laneShare({ worker, items, busyMs, restarts }: LaneWork, { lifeMs }: Pick<Meter, 'lifeMs'>): LaneShare {
  return { worker, items, busyMs, idleMs: Math.max(0, lifeMs - busyMs), restarts };
}
