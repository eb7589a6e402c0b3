import type { Task as NamedTask } from '@millrace/workers';
import { PlanError } from '../../errors.js';
import type { AnyTask, StageBody } from '../declaration.js';
import { checkedName } from '../name.js';
import type { CpuOperatorsOptions, CpuTaskOptions, IoOperatorsOptions, IoTaskOptions } from '../options/limits.js';
import { checkedStageOptions } from '../options/option-check.js';
import { valueText } from '../value-text.js';
import { isNamedTask, namedTaskBody } from './named-task.js';
import { chainBody, type OperatorChain } from './operators.js';
import { isStandardSchema, type SchemaOutput, type StandardSchema, taskOf } from './standard-schema.js';
import { type StageOperator, stageOperator } from './step.js';
import type { Outputs, Task } from './task.js';

// The overloads with operators stand first, or the parameters of their lambdas would not be inferred from the flow. Those with schemas stand
// before those with tasks: a schema may be a function, too.

/**
 * A stage on the event loop, for work that waits. With `operators(...)` its body is a chain of RxJS operators, which is fed one item at a time;
 * with `key` there is one chain for each key.
 *
 * @example
 * ```ts
 * import { flow, io, operators } from '@millrace/core';
 * import { scan } from 'rxjs';
 *
 * const counted = await flow(['a', 'b', 'a'])
 *   .pipe(io('count', operators(scan((count: number) => count + 1, 0)), { key: (word: string) => word }))
 *   .toArray(); // [1, 1, 2]
 * ```
 *
 * @param name not empty, unique in its flow; plans, reports and errors use it
 * @throws PlanError for a bad name, body or option
 */
export function io<I, O>(name: string, chain: OperatorChain<I, O>, options?: IoOperatorsOptions<NoInfer<I>>): StageOperator<I, O>;
/**
 * A stage on the event loop that checks items by a Standard Schema (zod, valibot, arktype): its output is the parsed value, its issues are a
 * `SchemaError`.
 *
 * @example
 * ```ts
 * import { flow, io } from '@millrace/core';
 * import { z } from 'zod';
 *
 * const rows = await flow([{ id: '1' }, { id: 'x' }])
 *   .pipe(io('check', z.object({ id: z.coerce.number() }), { onError: 'skip' }))
 *   .toArray(); // [{ id: 1 }]
 * ```
 *
 * @param name not empty, unique in its flow; plans, reports and errors use it
 * @throws PlanError for a bad name, body or option
 */
export function io<I, Schema extends StandardSchema>(
  name: string,
  schema: Schema,
  options?: IoTaskOptions<NoInfer<I>>,
): StageOperator<I, SchemaOutput<Schema>>;
/**
 * A stage on the event loop whose task is a function that a module exports, which need not know of Millrace:
 * `task(new URL('./geocode.js', import.meta.url), 'geocode')`. The module is imported as the run opens; one that cannot be imported, or has no
 * such function, fails the run with a PlanError.
 *
 * @param name not empty, unique in its flow; plans, reports and errors use it
 * @throws PlanError for a bad name or option, and for a task that was declared for pools
 */
export function io<I, R, Resource = undefined>(
  name: string,
  task: NamedTask<I, R>,
  options?: IoTaskOptions<NoInfer<I>, Resource>,
): StageOperator<I, Outputs<R>>;
/**
 * A stage on the event loop, for work that waits: as many tasks at once as `concurrency` says, 16 by default. Outputs leave in the order of
 * their inputs, unless `order` or `key` says otherwise.
 *
 * @example
 * ```ts
 * import { setTimeout } from 'node:timers/promises';
 * import { flow, io } from '@millrace/core';
 *
 * const prices = await flow(['tea', 'coffee'])
 *   .pipe(
 *     io('price', async (name, { signal }) => ({ name, price: await setTimeout(10, name.length, { signal }) }), {
 *       concurrency: 32,
 *       timeoutMs: 5_000,
 *       retry: { attempts: 3 },
 *     }),
 *   )
 *   .toArray(); // [{ name: 'tea', price: 3 }, { name: 'coffee', price: 6 }]
 * ```
 *
 * @param name not empty, unique in its flow; plans, reports and errors use it
 * @param task gives a value, a promise, or by a generator or an Observable several outputs
 * @throws PlanError for a bad name, body or option
 */
export function io<I, R, Resource = undefined>(
  name: string,
  task: Task<I, R, NoInfer<Resource>>,
  options?: IoTaskOptions<NoInfer<I>, Resource>,
): StageOperator<I, Outputs<R>>;
export function io(name: string, body: unknown, options?: unknown): StageOperator<unknown, unknown> {
  return declareStage('io', name, body, options);
}

/**
 * A stage in lanes, for work that computes. With `operators(...)` its body is a chain of RxJS operators: one, which lives in one lane, or with
 * `key` one for each key, dealt to the lanes. What a chain keeps is lost when its lane dies, and the run fails with it.
 *
 * @param name not empty, unique in its flow; plans, reports and errors use it, and workers find the stage by it
 * @throws PlanError for a bad name, body or option
 */
export function cpu<I, O>(
  name: string,
  chain: OperatorChain<I, O>,
  options?: CpuOperatorsOptions<NoInfer<I>>,
): StageOperator<I, O>;
/**
 * A stage in lanes that checks items by a Standard Schema (zod, valibot, arktype): its output is the parsed value, its issues are a
 * `SchemaError`.
 *
 * @param name not empty, unique in its flow; plans, reports and errors use it, and workers find the stage by it
 * @throws PlanError for a bad name, body or option
 */
export function cpu<I, Schema extends StandardSchema>(
  name: string,
  schema: Schema,
  options?: CpuTaskOptions<NoInfer<I>>,
): StageOperator<I, SchemaOutput<Schema>>;
/**
 * A stage in lanes whose task is a function that a module exports, which need not know of Millrace:
 * `task(new URL('./heavy.js', import.meta.url), 'score')`. The module is imported in each lane; one that cannot be imported, or has no such
 * function, fails the run with a PlanError.
 *
 * @param name not empty, unique in its flow; plans, reports and errors use it
 * @throws PlanError for a bad name or option, and for a task that was declared for pools
 */
export function cpu<I, R, Resource = undefined>(
  name: string,
  task: NamedTask<I, R>,
  options?: CpuTaskOptions<NoInfer<I>, Resource>,
): StageOperator<I, Outputs<R>>;
/**
 * A stage in lanes, for work that computes: worker threads, or by `isolation` child processes. As many tasks run at once as there are lanes.
 * Items and outputs are copied between threads, as `structuredClone` does. A task may run again for an item when its lane dies, so it must
 * be idempotent. Outputs leave in the order of their inputs, unless `order` or `key` says otherwise.
 *
 * Its flow stands in a `pipeline(...)`, by whose module workers find the task; elsewhere it runs on the main thread alone (`workers: 0`).
 *
 * @example
 * ```ts
 * import { createHash } from 'node:crypto';
 * import { cpu, flow, pipeline } from '@millrace/core';
 *
 * export const digests = pipeline(import.meta, 'digests', (texts: readonly string[]) =>
 *   flow(texts).pipe(cpu('hash', (text) => createHash('sha256').update(text).digest('hex'))),
 * );
 *
 * for await (const digest of digests.iterate(['a', 'b'])) console.log(digest);
 * ```
 *
 * @param name not empty, unique in its flow; plans, reports and errors use it, and workers find the stage by it
 * @param task gives a value, a promise, or by a generator or an Observable several outputs
 * @throws PlanError for a bad name, body or option
 */
export function cpu<I, R, Resource = undefined>(
  name: string,
  task: Task<I, R, NoInfer<Resource>>,
  options?: CpuTaskOptions<NoInfer<I>, Resource>,
): StageOperator<I, Outputs<R>>;
export function cpu(name: string, body: unknown, options?: unknown): StageOperator<unknown, unknown> {
  return declareStage('cpu', name, body, options);
}

function declareStage(kind: 'io' | 'cpu', givenName: unknown, body: unknown, options: unknown): StageOperator<unknown, unknown> {
  const name = checkedName(`${kind} stage`, givenName);
  const checkedBody = bodyOf(kind, name, body);
  const checkedOptions = checkedStageOptions(name, `${kind} ${checkedBody.kind}`, options);
  return stageOperator([{ kind: 'stage', stage: { kind, name, body: checkedBody, options: checkedOptions } }]);
}

function bodyOf(kind: 'io' | 'cpu', name: string, body: unknown): StageBody {
  const chain = chainBody(body);
  if (chain !== undefined) return chain;
  if (isStandardSchema(body)) return { kind: 'task', task: taskOf(body) };
  if (isTask(body)) return { kind: 'task', task: body };
  if (isNamedTask(body)) return namedTaskBody(name, body);
  throw new PlanError(
    `stage "${name}": the second argument of ${kind}(name, task) must be a function, a Standard Schema, operators(...) or task(url, name), got ${valueText(body)}`,
  );
}

// That a function is a task, and one for these items, is what the types of `io` and `cpu` promise.
function isTask(body: unknown): body is AnyTask {
  return typeof body === 'function';
}
