import { SinkStage } from './sinks/sink-stage.js';
import type { LiveStage } from './stage.js';

export interface BarrierHost {
  /** Where items leave the run. */
  readonly ends: () => readonly LiveStage[];
  /**
   * What is to be done before any sink commits, when all is written: rejected items are settled. Undefined when that is done at once; who
   * finds that the run fails closes the barrier.
   */
  readonly settle: () => Promise<void> | undefined;
  /** It is settled: all may be done now, if no sink has anything to commit. */
  readonly passed: () => void;
}

/** `shut`: not all is written. `settling`: rejected items are. `open`: sinks commit. `closed`: the run is over. */
type State = 'shut' | 'settling' | 'open' | 'closed';

/**
 * Lets the sinks of a run commit, when all ends of the flow have all that comes to them and the items that were rejected are settled: a run
 * that fails in one branch, or at its very end, then leaves nothing of another. One after the other, so that when one cannot commit as few
 * as possible have.
 */
export class CommitBarrier {
  readonly #host: BarrierHost;
  #state: State = 'shut';

  constructor(host: BarrierHost) {
    this.#host = host;
  }

  /** To be called whenever an end has done something. */
  advance(): void {
    if (this.#state === 'shut') this.#settle();
    if (this.#state !== 'open') return;
    for (const end of this.#host.ends()) {
      if (!(end instanceof SinkStage) || end.committed) continue;
      if (end.written) end.commit();
      return;
    }
  }

  /** The run is over: what has not begun to commit does not. */
  close(): void {
    this.#state = 'closed';
  }

  /** All is written, and rejected items are being settled. */
  get settling(): boolean {
    return this.#state === 'settling';
  }

  /** A sink that has written all, and waits for what else has to be done before it may commit. */
  keeps(stage: LiveStage): boolean {
    return this.#state !== 'open' && stage instanceof SinkStage && stage.written;
  }

  /** There is nothing more to do. */
  get done(): boolean {
    return this.#state === 'open' && this.#host.ends().every(({ ended }) => ended);
  }

  /** A commit has begun: what was written may be visible. */
  get begun(): boolean {
    return this.#host.ends().some((end) => end instanceof SinkStage && (end.committing || end.committed));
  }

  /** Names of the sinks that have committed. */
  get committed(): readonly string[] {
    return this.#host.ends().flatMap((end) => (end instanceof SinkStage && end.committed ? [end.name] : []));
  }

  #settle(): void {
    const ends = this.#host.ends();
    if (ends.length === 0 || !ends.every((end) => end.ended || (end instanceof SinkStage && end.written))) return;
    this.#state = 'settling';
    const settled = this.#host.settle();
    if (settled === undefined) this.#pass();
    else settled.then(this.#passed, () => undefined);
  }

  /** Settling may have found that the run fails. */
  #pass(): void {
    if (this.#state === 'settling') this.#state = 'open';
  }

  readonly #passed = (): void => {
    this.#pass();
    this.advance();
    this.#host.passed();
  };
}
