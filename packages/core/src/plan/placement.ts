import type { StageDeclaration } from '../declare/declaration.js';
import { type RunOptions, runDefaults } from '../declare/limits.js';
import type { Machine, Placement } from './plan.js';

/** Whether a stage runs in lanes; the run's `workers: 0` overrules what the stage asks for. */
export function isOnThreads(
  stage: StageDeclaration,
  options: RunOptions,
): stage is Extract<StageDeclaration, { kind: 'io' | 'cpu' }> {
  if (stage.kind !== 'cpu' || options.workers === 0) return false;
  return isolationOf(stage, options) === 'thread';
}

function isolationOf(stage: StageDeclaration, options: RunOptions): string {
  return (stage.kind === 'inline' ? undefined : stage.options.isolation) ?? options.isolation ?? runDefaults.isolation;
}

/** Stages of one run with the same key share a pool. */
export function poolKeyOf(stage: StageDeclaration, options: RunOptions): string {
  return JSON.stringify([isolationOf(stage, options)]);
}

/** Where a stage runs, and why. */
export function placementOf(
  stage: StageDeclaration,
  options: RunOptions,
  pool: number,
  machine: Machine,
): { executor: Placement; reasons: string[] } {
  if (stage.kind === 'io') return { executor: 'loop', reasons: ['tagged io: it waits, so it runs on the event loop'] };
  if (stage.kind === 'inline') {
    const count = stage.body.operators.length;
    const fused = count > 1 ? `, ${count} neighbours in one` : '';
    return { executor: 'inline', reasons: [`untagged operators run on the main thread${fused}`] };
  }
  if (!isOnThreads(stage, options)) {
    const why = options.workers === 0 ? 'the run has workers: 0' : "isolation is 'inline'";
    return { executor: 'inline', reasons: [`tagged cpu, but ${why}: it runs on the main thread, values still cloned`] };
  }
  const source =
    options.workers === undefined ? `this machine grants ${count(machine.cores, 'core')}` : `the run asks for ${options.workers}`;
  return {
    executor: 'threads',
    reasons: [`tagged cpu: it computes, so it runs on a pool of ${count(pool, 'lane')} (${source})`],
  };
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
