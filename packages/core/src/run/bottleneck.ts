import type { Plan, StagePlan } from '../plan/index.js';
import type { Bottleneck } from './report.js';
import type { LiveStage } from './stage.js';

interface Candidate {
  readonly plan: StagePlan;
  /** Share of its capacity for work that the stage used, from 0 to 1. */
  readonly share: number;
}

/** Names the stage that used most of what it may use: with more of that, the run would have been faster. */
export function bottleneckOf(plan: Plan, stages: readonly LiveStage[]): Bottleneck {
  const candidates = plan.stages.map((stagePlan, i) => ({ plan: stagePlan, share: shareOf(stagePlan, stages[i]) }));
  const { plan: stage, share } = candidates.reduce((most, next) => (next.share > most.share ? next : most));
  const why = whyOf(stage);
  return { stage: stage.name, why, text: `"${stage.name}" is the bottleneck: ${sentence({ plan: stage, share })}` };
}

function shareOf(plan: StagePlan, stage: LiveStage | undefined): number {
  if (stage === undefined || stage.meter.lifeMs === 0) return 0;
  if (plan.executor === 'threads') {
    const busyMs = stage.lanes.reduce((sum, lane) => sum + lane.busyMs, 0);
    return Math.min(1, busyMs / ((plan.workers ?? 1) * stage.meter.lifeMs));
  }
  return stage.meter.loadMs / stage.meter.lifeMs;
}

function whyOf({ kind, executor }: StagePlan): Bottleneck['why'] {
  if (executor === 'inline') return 'main thread';
  return kind === 'inline' ? 'main thread' : kind;
}

function sentence({ plan, share }: Candidate): string {
  const percent = `${Math.round(share * 100)} % of the time`;
  if (plan.executor === 'inline') return `it kept the main thread busy ${percent}. Give it less to do, or move the work to a cpu stage.`;
  if (plan.kind === 'cpu') {
    const lanes = plan.workers === 1 ? 'its lane was' : `its ${plan.workers} lanes were`;
    return `${lanes} busy ${percent}. More workers, if there are cores for them, or a cheaper task would make the run faster.`;
  }
  if (plan.kind === 'io') {
    if (plan.concurrency === undefined) return `its operators had something to do ${percent}.`;
    return `${Math.round(share * 100)} % of its ${plan.concurrency} slots were in use. A higher concurrency, if the other side bears it, would make the run faster.`;
  }
  if (plan.kind === 'source') return `reading took ${percent}, the other stages waited for input.`;
  return `writing took ${percent}, the other stages waited for it.`;
}
