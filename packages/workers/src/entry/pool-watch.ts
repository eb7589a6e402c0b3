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
 * Ends this process when the thread that started it is gone, also while a task computes here and its event loop does not turn. Who terminates
 * a thread runs no code there, and the program that lives on knows nothing of its lanes. It costs a thread, so only lanes of pools off the main
 * thread have it: what ends with a whole program is ended by others.
 */
export function watchPool(): void {
  const watch = new Worker(watching, { eval: true, execArgv: [], name: 'millrace-pool-watch' });
  // Without it the lane ends as any other does.
  watch.on('error', () => {});
  watch.unref();
}
