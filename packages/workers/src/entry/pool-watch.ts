import { Worker } from 'node:worker_threads';
import { PIPE } from '../process/pool-pipe.js';

/** Text, and no file: a bundle of lanes has one entry. */
const watching = `
const { Socket } = require('node:net');
new Socket({ fd: ${PIPE.life}, readable: true, writable: false })
  .on('error', () => {})
  .on('close', () => process.kill(process.pid, 'SIGKILL'))
  .resume();
`;

/**
 * Ends this process when the thread that started it is gone, also while a task computes here and its event loop does not turn. For threads
 * that users have started: who terminates one runs no code there, and the program that lives on knows nothing of its lanes. What ends with a
 * whole program, and what workers of Millrace have started, is ended by others. It costs a thread, and so is not for all.
 */
export function watchPool(): void {
  const watch = new Worker(watching, { eval: true, execArgv: [], name: 'millrace-pool-watch' });
  // Without it the lane ends as any other does.
  watch.on('error', () => {});
  watch.unref();
}
