import { defaults } from '../declare/options/limits.js';
import { judgedFrom } from '../declare/tolerance.js';
import { valueText } from '../declare/value-text.js';
import { PlanError } from '../errors.js';
import type { Bound, Plan, PoolPlan, StagePlan } from './plan.js';

/**
 * A plan in words: for each stage where it runs, with which limits and why; the bound on items in memory; the guarantee.
 *
 * @example
 * ```ts
 * import { cpu, explain, flow, pipeline } from '@millrace/core';
 *
 * export const squares = pipeline(import.meta, 'squares', (upTo: number) =>
 *   flow(Array.from({ length: upTo }, (_, n) => n)).pipe(cpu('square', (n) => n * n)),
 * );
 *
 * console.log(explain(squares.plan(10)));
 * console.log(explain(squares.plan(10, { cores: 32 }))); // on a larger machine
 * ```
 *
 * @param plan of `pipeline.plan(params)`
 * @returns lines for people, without a line break at the end; not meant to be parsed
 * @throws PlanError for what is no plan
 */
export function explain(plan: Plan): string {
  if (!isPlan(plan)) {
    throw new PlanError(`explain(plan): it must be what pipeline.plan(params) gives, got ${valueText(plan)}`);
  }
  const lanes = plan.pools.length === 0 ? 'no worker threads' : plan.pools.map(poolText).join(', ');
  return [
    `pipeline "${plan.pipeline}": ${lanes}`,
    ...plan.stages.map((stage, i) => stageLines(stage, plan.stages[i - 1])),
    ...rejectionLines(plan),
    boundLine(plan.bound),
    ...plan.bound.terms.map(termLine),
    `guarantee: ${plan.guarantee}`,
  ].join('\n');
}

function isPlan(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'stages' in value && 'pools' in value && 'bound' in value;
}

function rejectionLines({ deadLetters, maxErrors }: Plan): string[] {
  return [
    ...(deadLetters === undefined ? [] : [`dead letters: to ${deadLetters.sink}, which commits with the run`]),
    ...(maxErrors === undefined ? [] : [maxErrorsLine(maxErrors)]),
  ];
}

function maxErrorsLine(maxErrors: NonNullable<Plan['maxErrors']>): string {
  if (typeof maxErrors === 'number') return `max errors: ${maxErrors} items skipped or dead-lettered; one more fails the run`;
  const from = judgedFrom.toLocaleString('en');
  return `max errors: ${maxErrors} of the items read skipped or dead-lettered, judged from ${from} read on and at the end`;
}

function poolText({ isolation, workers, resourceLimits }: PoolPlan): string {
  const noun = isolation === 'thread' ? 'worker thread' : 'worker process';
  const limits = Object.entries(resourceLimits ?? {}).map(([name, value]) => `${name} ${value}`);
  const limited = limits.length > 0 ? ` with ${limits.join(', ')}` : '';
  return `${workers} ${noun}${workers === 1 ? '' : isolation === 'thread' ? 's' : 'es'}${limited}`;
}

function stageLines(stage: StagePlan, above: StagePlan | undefined): string {
  const facts = [
    fact('workers', stage.workers),
    fact('concurrency', stage.concurrency),
    fact('concurrencyPerKey', stage.concurrencyPerKey),
    fact('capacity', stage.capacity),
    stage.capacityBytes === defaults.capacityBytes ? '' : fact('capacityBytes', stage.capacityBytes),
    fact('window', stage.window),
    fact('batch ≤', stage.batch),
    fact('batch bytes ≤', stage.batchBytes),
    fact('batch ms ≤', stage.batchMs),
    fact('order', stage.order),
    fact('maxHeld', stage.maxHeld),
    fact('maxPending', stage.chain?.maxPending),
    fact('maxKeys', stage.chain?.maxKeys),
    fact('keyIdleMs', stage.chain?.keyIdleMs),
    fact('lineage', stage.chain?.lineage),
    fact('timeoutMs', stage.timeoutMs),
    fact('attempts', stage.retry?.attempts),
    fact('maxTasksPerWorker', stage.maxTasksPerWorker),
    stage.transfer ? 'transfer' : '',
    fact('onError', stage.onError),
    stage.fusedWith.length > 0 ? `fused with ${stage.fusedWith.join(', ')}` : '',
  ].filter((text) => text !== '');
  const head = `  ${stage.kind} "${stage.name}" on ${placeName(stage)}${fromText(stage, above)}${facts.length > 0 ? `: ${facts.join(', ')}` : ''}`;
  return [head, ...stage.reasons.map((reason) => `    ${reason}`)].join('\n');
}

/** In a chain each stage stands below the one that feeds it; where a flow parts and joins that is to be told. */
function fromText({ from }: StagePlan, above: StagePlan | undefined): string {
  const chained = from.length === 1 && above !== undefined && from[0] === above.name && above.branches.length === 0;
  if (from.length === 0 || chained) return '';
  return `, from ${[...new Set(from)].map((name) => `"${name}"`).join(' and ')}`;
}

function placeName({ executor }: StagePlan): string {
  if (executor === 'threads') return 'worker threads';
  if (executor === 'processes') return 'worker processes';
  return executor === 'loop' ? 'the event loop' : 'the main thread';
}

function fact(name: string, value: number | string | undefined): string {
  return value === undefined ? '' : `${name} ${value}`;
}

function termLine({ stage, items, why }: Bound['terms'][number]): string {
  return `  ${items ?? '?'} ${stage}: ${why}`;
}

/** The bound in words. A chain of operators may retain items (`toArray`, `bufferCount`), which nobody outside can count. */
export function boundLine({ items, terms, retaining }: Bound): string {
  const known = terms.reduce((sum, term) => sum + (term.items ?? 0), 0);
  const unknown = terms.filter((term) => term.items === null).map(({ stage }) => `one pull of ${stage}`);
  const retained = retaining.map((stage) => `what ${stage} retains`);
  return `bound: ${[items ?? known, ...unknown, ...retained].join(' + ')} items in memory`;
}
