import { types } from 'node:util';

/**
 * Why items of a source are refused; undefined when none is a promise. Whoever read on would have a promise for an item, and one that rejects
 * while it waits in a queue would end the program. Thenables of other kinds are items: a query that runs when it is awaited, for one.
 *
 * Rejected: to wait for them, as `for await` does. All of an array are at work before the first is read, without concurrency, `retry` and time
 * limit, and one that rejects while an earlier one is waited for ends the program all the same.
 */
export function promiseAmong(items: readonly unknown[]): string | undefined {
  for (let index = 0; index < items.length; index += 1) {
    if (types.isPromise(items[index])) {
      silence(items, index);
      return refusal;
    }
  }
  return undefined;
}

const refusal =
  'gives a promise as an item, whose work has begun before the flow could limit it: give what it is made from, and wait in a task, ' +
  "flow(urls).pipe(io('fetch', (url) => fetch(url))), or let an async generator give the items, for its yield waits";

/** What becomes of them concerns nobody any more: that they are there is told. */
function silence(items: readonly unknown[], from: number): void {
  for (const item of items.slice(from)) silencePromise(item);
}

/** Of a value that is refused: what becomes of it, if it is a promise, concerns nobody. Unseen, its rejection would end the program. */
export function silencePromise(refused: unknown): void {
  if (types.isPromise(refused)) refused.catch(() => undefined);
}

/**
 * Why an output is refused; undefined when it is no promise. It would be an item that nobody waits for, and one that rejects while it lies in a
 * queue would end the program.
 *
 * @param from what gave it, and how that could wait
 */
export function promisedOutput(output: unknown, from: 'generator' | 'operators'): TypeError | undefined {
  if (!(output instanceof Promise)) return undefined;
  silencePromise(output);
  return new TypeError(outputRefusals[from]);
}

const outputRefusals = {
  generator:
    'the task gave a promise as one of several outputs, and nobody would wait for it: let an async generator give them, for its yield waits',
  operators:
    'the operators gave a promise, and nobody would wait for it: use mergeMap or concatMap in place of map(async …), or a task, ' +
    "io('fetch', async (url) => …)",
};
