import { CancelledError } from '../errors.js';
import type { Chronicle } from './chronicle.js';
import type { DeadLetters } from './failures/dead-letters.js';
import type { Holdings } from './holdings.js';
import { releaseAll } from './release.js';
import type { LiveStage } from './stage.js';
import { SourceStage } from './stages/source-stage.js';
import type { Topology } from './topology.js';

/** What of a run can be stopped, and who hears of it. */
export interface ShutdownParts {
  readonly topology: Topology;
  readonly holdings: Holdings;
  readonly letters: DeadLetters | undefined;
  readonly chronicle: Chronicle;
  readonly wake: (stage: LiveStage) => void;
}

/** Stops a run, in part or as a whole, and gives back what it holds. It decides nothing: the run says when. */
export class Shutdown {
  readonly #parts: ShutdownParts;

  constructor(parts: ShutdownParts) {
    this.#parts = parts;
  }

  /**
   * A stage wants no more: what lies before it and leads nowhere else stops, what lies after it finishes. Where the flow parts, the other
   * branches go on.
   */
  stopBefore(stage: LiveStage): void {
    const { topology, chronicle, wake } = this.#parts;
    const { idle, lighter } = topology.cutBefore(stage);
    for (const each of idle) {
      this.#stop(each, undefined);
      each.meter.stop(performance.now());
      chronicle.stageEnded(each);
      if (each.kind === 'source') this.#closeSource(each.name);
    }
    for (const each of lighter) wake(each);
  }

  /** Nothing more is read: what was read goes on, then END. */
  stopReading(why: string): void {
    const { topology } = this.#parts;
    const open = topology.stages.filter((stage) => stage instanceof SourceStage).filter(({ ended }) => !ended);
    for (const source of open) source.drain();
    if (topology.stages.length > 0) topology.abortSources(new CancelledError(why));
    // A source that is between two pulls hears of no abort, and what it holds open would keep the program alive.
    for (const { name } of open) this.#closeSource(name);
  }

  /** @param reason what tasks, lanes and sinks are told; undefined when all is done and there is nobody to tell */
  stopAll(reason: unknown): void {
    const { topology } = this.#parts;
    // Signals first, so that tasks see them before anything they use is gone.
    if (reason !== undefined) topology.abortAll(reason);
    for (const stage of topology.stages) if (!stage.ended) this.#stop(stage, reason);
  }

  /**
   * Gives everything back once all is stopped. Resolves in any case: what cannot be released is told by an event.
   *
   * @param reason why what is not committed is undone; undefined when the run was completed
   */
  async release(reason: unknown): Promise<void> {
    const { topology, holdings } = this.#parts;
    await Promise.all([holdings.release(topology.stages, reason, this.#failed), this.#releaseLetters(reason)]);
  }

  /** Without a reason they are committed, unless the run had not even begun. */
  #releaseLetters(reason: unknown): Promise<void> {
    const { letters, holdings } = this.#parts;
    if (letters === undefined) return Promise.resolve();
    const { graceMs } = holdings;
    const run = (): Promise<void> => letters.release(reason ?? new CancelledError('the run ended before it began'), graceMs);
    return releaseAll([{ stage: letters.name, run }], graceMs, this.#failed);
  }

  /** Clean-up of a user's operators may throw; it must not keep the others from being stopped. */
  #stop(stage: LiveStage, reason: unknown): void {
    try {
      stage.stop(reason);
    } catch (error) {
      this.#failed(stage.name, error);
    }
  }

  /** What its clean-up throws is told when the run gives everything back: that is the same promise. */
  #closeSource(name: string): void {
    void this.#parts.holdings.closeSource(name).catch(() => undefined);
  }

  readonly #failed = (stage: string, error: unknown): void => {
    const { chronicle } = this.#parts;
    chronicle.emit({ type: 'releaseFailed', at: chronicle.elapsed(), stage, error });
  };
}
