import type { FromLane } from '../wire/frame.js';
import { tellStarter } from './exchange.js';

/**
 * The processes that one worker has started, and those below it: they are killed when it is gone, as it can do no more itself. A thread that is
 * terminated runs no `exit` listener, a process that is killed none either, and what computes there sees no pipe close.
 *
 * All of them are told upward as well, since whoever started this one may be the next to end. A number may be that of another process by then
 * only when its own one has ended in the moment in which its starter died, and the system has counted once around since.
 */
export class Brood {
  readonly #own: number | undefined;
  readonly #below = new Set<number>();

  /** @param pid of the worker; that of this process for a thread */
  constructor(pid: number | undefined) {
    this.#own = pid === process.pid ? undefined : pid;
    if (this.#own !== undefined) tellStarter(this.#own, true);
  }

  hear({ pid, lives }: Extract<FromLane, { readonly kind: 'child' }>): void {
    if (lives) this.#below.add(pid);
    else this.#below.delete(pid);
    tellStarter(pid, lives);
  }

  /** Of those below it. */
  kill(): void {
    for (const pid of this.#below) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
  }

  /** The worker is gone. */
  end(): void {
    this.kill();
    for (const pid of this.#below) tellStarter(pid, false);
    this.#below.clear();
    if (this.#own !== undefined) tellStarter(this.#own, false);
  }
}
