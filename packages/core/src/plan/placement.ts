import type { StageDeclaration } from '../declare/declaration.js';
import { type RunOptions, runDefaults } from '../declare/options/limits.js';
import type { Machine, Placement, PoolPlan } from './plan.js';

/** A stage that runs in lanes. */
export type LaneStage = Extract<StageDeclaration, { kind: 'io' | 'cpu' }>;

/** Whether a stage runs in lanes; the run's `workers: 0` overrules what the stage asks for. */
export function isInLanes(stage: StageDeclaration, options: RunOptions): stage is LaneStage {
  return stage.kind === 'cpu' && options.workers !== 0 && isolationOf(stage, options) !== 'inline';
}

/** What a stage asks for, or the run for it. */
export function isolationOf(stage: StageDeclaration, options: RunOptions): 'thread' | 'process' | 'inline' {
  return ('isolation' in stage.options ? stage.options.isolation : undefined) ?? options.isolation ?? runDefaults.isolation;
}

/** Where a stage runs, and why. @param pool of the stage, when it has one */
export function placementOf(
  stage: StageDeclaration,
  options: RunOptions,
  pool: PoolPlan | undefined,
  machine: Machine,
): { executor: Placement; reasons: string[] } {
  if (stage.kind === 'io') return { executor: 'loop', reasons: ['tagged io: it waits, so it runs on the event loop'] };
  if (stage.kind === 'batch') return { executor: 'inline', reasons: ['puts items together on the main thread'] };
  if (stage.kind === 'inline') {
    const count = stage.body.operators.length;
    const fused = count > 1 ? `, ${count} neighbours in one` : '';
    return { executor: 'inline', reasons: [`untagged operators run on the main thread${fused}`] };
  }
  if (pool === undefined) {
    const why = options.workers === 0 ? 'the run has workers: 0' : "isolation is 'inline'";
    return { executor: 'inline', reasons: [`tagged cpu, but ${why}: it runs on the main thread, values still cloned`] };
  }
  return {
    executor: pool.isolation === 'thread' ? 'threads' : 'processes',
    reasons: [poolReason(stage.name, options, pool, machine)],
  };
}

function poolReason(
  stage: string,
  options: RunOptions,
  { workers, isolation, stages, resourceLimits }: PoolPlan,
  machine: Machine,
): string {
  const source =
    options.workers === undefined ? `this machine grants ${count(machine.cores, 'core')}` : `the run asks for ${options.workers}`;
  const processes = isolation === 'process' ? ', each a child process' : '';
  const others = stages.filter((name) => name !== stage).map((name) => `"${name}"`);
  const shared = others.length > 0 ? `, shared with ${others.join(', ')}` : '';
  const limited = resourceLimits === undefined ? '' : `, with memory limits of its own`;
  return `tagged cpu: it computes, so it runs on a pool of ${count(workers, 'lane')} (${source})${processes}${limited}${shared}`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
