import { PoolPipe } from '../process/pool-pipe.js';
import { ToldCell } from '../process/told-cell.js';
import { boot } from './boot.js';
import { beWorker } from './current-worker.js';
import { watchPool } from './pool-watch.js';

/** Makes this process a lane: from now on it answers to the process that started it. */
export function serveProcess(): void {
  const { post, clone, listen, sent } = new PoolPipe(({ lane, resolver, identity, heedsTerm, watchesPool }) => {
    process.title = identity.name;
    beWorker('process', identity);
    // Supervisors send it to all processes of a program, and a program that listens for it wants to finish what its lanes hold.
    if (!heedsTerm) process.on('SIGTERM', () => {});
    if (watchesPool) watchPool();
    boot({ post, clone, listen, sent, cell }, lane, resolver);
  });
  printSynchronously(process.stdout);
  printSynchronously(process.stderr);
  const cell = new ToldCell((running) => post({ kind: 'running', running }));

  // An end that comes through JavaScript has the time to say which item it was.
  process.on('exit', () => post({ kind: 'running', running: cell.read() }));

  // Ctrl-C reaches every process of the terminal: the pool's process decides what becomes of its lanes.
  process.on('SIGINT', () => {});
}

/**
 * The stdout of a child process is a socket, which is full after some hundred lines until they are read; what Node.js keeps beyond is lost
 * when the process exits. So printing waits for room, as it does into a pipe of a shell.
 */
function printSynchronously(output: NodeJS.WriteStream): void {
  // Not documented, and how it is done everywhere.
  (output as { readonly _handle?: { readonly setBlocking?: (blocks: boolean) => void } })._handle?.setBlocking?.(true);
}
