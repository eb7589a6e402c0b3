import { MillraceError } from '@millrace/workers';

/** What the program waits for can never come: no timer, socket, worker or file is left that could bring it. */
export class UnsettledError extends MillraceError {
  readonly code = 'ERR_UNSETTLED';
}

/** Who waits, the innermost last: what it does may let those around it go on. */
const waiting: (() => void)[] = [];

/**
 * Calls back, once, when nothing is left that could bring what is waited for. Node.js would end the program with exit code 13 then, without a
 * word. Kept alive by a timer it would wait for ever, which is no better.
 *
 * @returns ends the watch
 */
export function onUnsettled(callback: () => void): () => void {
  const unwatch = (): void => {
    const at = waiting.indexOf(told);
    if (at !== -1) waiting.splice(at, 1);
    if (waiting.length === 0) process.off('beforeExit', tellInnermost);
  };
  const told = (): void => {
    unwatch();
    callback();
  };
  if (waiting.length === 0) process.on('beforeExit', tellInnermost);
  waiting.push(told);
  return unwatch;
}

function tellInnermost(): void {
  waiting.at(-1)?.();
}

/** @throws what `unsettled` gives, when the promise can never settle */
export async function settled<Value>(promise: Promise<Value>, unsettled: () => Error): Promise<Value> {
  let unwatch = (): void => {};
  const never = new Promise<never>((_, reject) => {
    unwatch = onUnsettled(() => reject(unsettled()));
  });
  try {
    return await Promise.race([promise, never]);
  } finally {
    unwatch();
  }
}
