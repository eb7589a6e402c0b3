import type { TaskContext } from '../declare/context.js';

/** Which calls of a task something happens to: by the number of the call, from 0, or by item and context. */
export type Which<I> = number | readonly number[] | ((item: I, context: TaskContext) => boolean);

/**
 * A task that throws `error` for some of its calls, and else does what `task` does. A retry is a call of its own.
 *
 * @example
 * ```ts
 * import { flow, io, pipeline } from '@millrace/core';
 * import { failing, testRun } from '@millrace/core/testing';
 *
 * const price = async (id: number): Promise<string> => `${id} €`;
 * const prices = pipeline(import.meta, 'prices', () => flow([1, 2]).pipe(io('price', price, { onError: 'skip' })));
 * const { delivered } = await testRun(prices, { mocks: { price: failing(price, 0, new Error('no answer')) } }); // ['2 €']
 * ```
 *
 * @param which calls that fail: the number of one, from 0, the numbers of several, or a function of item and context
 */
export function failing<I, R>(task: (item: I, context: TaskContext) => R, which: Which<I>, error: unknown) {
  return faulty(task, which, () => {
    throw error;
  });
}

/**
 * A task that never settles for some of its calls, until its signal aborts: then it rejects with the reason. To try what `timeoutMs`, `drain`
 * and `cancel` make of it.
 *
 * @param which calls that hang: the number of one, from 0, the numbers of several, or a function of item and context
 */
export function hanging<I, R>(task: (item: I, context: TaskContext) => R, which: Which<I>) {
  return faulty(
    task,
    which,
    ({ signal }) =>
      new Promise<never>((_, reject) => {
        if (signal.aborted) reject(signal.reason);
        else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
  );
}

function faulty<I, R, F>(
  task: (item: I, context: TaskContext) => R,
  which: Which<I>,
  fault: (context: TaskContext) => F,
): (item: I, context: TaskContext) => R | F {
  let calls = 0;
  return (item, context) => {
    const call = calls;
    calls += 1;
    return isMeant(which, call, item, context) ? fault(context) : task(item, context);
  };
}

function isMeant<I>(which: Which<I>, call: number, item: I, context: TaskContext): boolean {
  if (typeof which === 'function') return which(item, context);
  return typeof which === 'number' ? which === call : which.includes(call);
}
