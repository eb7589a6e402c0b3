import type { FromLane } from '../wire/frame.js';
import { tellStarter } from './exchange.js';
import { forget, remember } from './living.js';

/**
 * The processes that one worker has started, and those below it: they are killed when it is gone, as it can do no more itself. A thread that is
 * terminated runs no `exit` listener, a process that is killed none either, and what computes there sees no pipe close.
 *
 * When this process exits, they are killed with the worker itself. The pipe of a process tells it the same, and ends it also when this one is killed,
 * but only when its event loop turns; this ends one that computes, too.
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
    remember(this.#killAll);
  }

  hear({ pid, lives }: Extract<FromLane, { readonly kind: 'child' }>): void {
    if (lives) this.#below.add(pid);
    else this.#below.delete(pid);
    tellStarter(pid, lives);
  }

  /** Of those below it. */
  kill(): void {
    for (const pid of this.#below) killed(pid);
  }

  /** The worker is gone. */
  end(): void {
    this.kill();
    for (const pid of this.#below) tellStarter(pid, false);
    this.#below.clear();
    if (this.#own !== undefined) tellStarter(this.#own, false);
    forget(this.#killAll);
  }

  readonly #killAll = (): void => {
    if (this.#own !== undefined) killed(this.#own);
    this.kill();
  };
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
