import type { AsyncLocalStorage } from 'node:async_hooks';

let atWork: string | undefined;
let following: AsyncLocalStorage<string> | undefined;

/**
 * Name of the stage whose code runs on this thread at this moment, for those who tell people where something comes from: what a task prints,
 * say. Undefined outside of stages, and in what a task does after its first `await`. Of a sink it is told then, too, where that was
 * asked for.
 */
export function stageAtWork(): string | undefined {
  return atWork ?? following?.getStore();
}

/**
 * Lets `stageAtWork` know the calls of writers to their end, beyond what they await, from now on: what a sink writes to stdout is data, wherever
 * it waits before. It costs each promise of the program some 100 ns where Node.js follows them by hooks (before 24).
 *
 * @param storage a new one; not made here, as lanes need none and should not load it
 */
export function followSinks(storage: AsyncLocalStorage<string>): void {
  following = storage;
}

/** Calls a writer of a sink. */
export function asSink<Result>(stage: string, call: () => Result): Result {
  return following === undefined ? call() : following.run(stage, call);
}

/** @returns what was at work before, to be put back */
export function putAtWork(stage: string | undefined): string | undefined {
  const before = atWork;
  atWork = stage;
  return before;
}
