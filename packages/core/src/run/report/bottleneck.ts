import { isPooled, type Plan, type RatePlan, type StagePlan, visitsOf } from '../../plan/index.js';
import type { LiveStage, StagePart } from '../stage.js';
import type { Bottleneck } from './report.js';

interface Candidate {
  readonly plan: StagePlan;
  /** Share of its capacity for work that the stage used, from 0 to 1. */
  readonly share: number;
  /** Part of its time in which its rate held it back, from 0 to 1. */
  readonly rateShare: number;
}

/** Below this share of the run nothing was used to the full: more of it would not have helped. */
const idleBelow = 0.5;

/**
 * Names what the run waited for: the stage that used most of what it may use, or the main thread when all stages together used more of
 * that. With more of it, the run would have been faster.
 */
export function bottleneckOf(plan: Plan, stages: readonly LiveStage[], elapsedMs: number): Bottleneck {
  // Of the longest life, not of its own: a source that was read in the first ms was busy all its life and held up nobody.
  const lifeMs = stages.reduce((longest, { meter }) => Math.max(longest, meter.lifeMs), 0);
  const candidates = visitsOf(plan.stages).map((visit, i): Candidate => {
    const stage = stages[i];
    const rateShare = lifeMs === 0 ? 0 : (stage?.figures?.rateHeldMs ?? 0) / lifeMs;
    return { plan: heaviestOf(visit, stage?.parts), share: shareOf(visit[0], stage, lifeMs), rateShare };
  });
  const most = candidates.reduce((used, next) => (next.share > used.share ? next : used));
  const { plan: stage, share } = most;
  const mainShare = elapsedMs > 0 ? stages.reduce((sum, { meter }) => sum + meter.stepMs, 0) / elapsedMs : 0;
  const highest = Math.max(share, mainShare);
  if (highest < idleBelow) {
    const text = `Nothing was used to the full: "${stage.name}" most, ${percent(highest)}. The rest went into starting, ending and handing items over.`;
    return { stage: stage.name, why: whyOf(stage), text };
  }
  if (mainShare > share) return mainThread(stages, mainShare);
  return { stage: stage.name, why: whyOf(stage), text: `"${stage.name}" is the bottleneck: ${sentence(most)}` };
}

/** Stages that run in one visit have their lanes in common; it is named after the one that took the most of their time. */
function heaviestOf(visit: readonly [StagePlan, ...StagePlan[]], parts: readonly StagePart[] = []): StagePlan {
  const heaviest = parts.reduce((most, { share }, i) => (share > (parts[most]?.share ?? 0) ? i : most), 0);
  return visit[heaviest] ?? visit[0];
}

function mainThread(stages: readonly LiveStage[], share: number): Bottleneck {
  const { name } = stages.reduce((most, next) => (next.meter.stepMs > most.meter.stepMs ? next : most));
  const text = `The main thread is the bottleneck: the stages kept it busy ${percent(share)}, "${name}" most. Give it less to do there, or move work into a cpu stage.`;
  return { stage: name, why: 'main thread', text };
}

function rateSentence({ limit, perMs, keyed }: RatePlan, share: number): string {
  const rate = `its rate limit of ${limit} in ${perMs} ms${keyed ? ' for each key' : ''}`;
  return `${rate} held it back ${percent(share)}. A higher limit, if the other side grants it, would make the run faster.`;
}

function percent(share: number): string {
  return `${Math.min(100, Math.round(share * 100))} % of the time`;
}

function shareOf(plan: StagePlan, stage: LiveStage | undefined, lifeMs: number): number {
  if (stage === undefined || lifeMs === 0) return 0;
  if (isPooled(plan.executor)) {
    const busyMs = stage.lanes.reduce((sum, lane) => sum + lane.busyMs, 0);
    return Math.min(1, busyMs / ((plan.workers ?? 1) * lifeMs));
  }
  return stage.meter.loadMs / lifeMs;
}

function whyOf({ kind, executor }: StagePlan): Bottleneck['why'] {
  if (executor === 'inline') return 'main thread';
  return kind === 'inline' || kind === 'batch' || kind === 'route' ? 'main thread' : kind;
}

function sentence({ plan, share, rateShare }: Candidate): string {
  if (plan.executor === 'inline')
    return `it kept the main thread busy ${percent(share)}. Give it less to do, or move the work to a cpu stage.`;
  if (plan.kind === 'cpu') {
    const lanes = plan.workers === 1 ? 'its lane was' : `its ${plan.workers} lanes were`;
    const shared =
      plan.fusedWith.length > 0
        ? `, most of it here and the rest with ${plan.fusedWith.map((name) => `"${name}"`).join(', ')}`
        : '';
    return `${lanes} busy ${percent(share)}${shared}. More workers, if there are cores for them, or a cheaper task would make the run faster.`;
  }
  if (plan.kind === 'io') {
    // Its load counts as full while the rate holds it back.
    if (plan.rate !== undefined && rateShare > share / 2) return rateSentence(plan.rate, rateShare);
    if (plan.concurrency === undefined) return `its operators had something to do ${percent(share)}.`;
    return `${Math.round(share * 100)} % of its ${plan.concurrency} slots were in use. A higher concurrency, if the other side bears it, would make the run faster.`;
  }
  if (plan.kind === 'source') return `reading took ${percent(share)}, the other stages waited for input.`;
  return `writing took ${percent(share)}, the other stages waited for it.`;
}
