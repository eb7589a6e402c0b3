export { UnsettledError } from '../errors.js';

/** Who waits, the innermost last: what it does may let those around it go on. */
const waiting: (() => void)[] = [];

/**
 * Calls back, once, when nothing is left that could bring what is waited for: no timer, socket, file, worker or child process. Node.js
 * would end the program then: with exit code 13 where the top level of a module waits, else as if all were well, and without a word.
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
  // One listener for all: Node.js warns of more than ten, and a program may have a hundred runs.
  if (waiting.length === 0) process.on('beforeExit', tellInnermost);
  waiting.push(told);
  return unwatch;
}

function tellInnermost(): void {
  // Node.js asks again only when the loop has turned.
  setImmediate(() => {});
  waiting.at(-1)?.();
}
